package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
)

// The exit codes of commands that answer with a verdict.
const (
	exitBlock    = 2
	exitEscalate = 3
)

func guardCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "guard",
		Short: "Judge tool calls, and test the rules that do",
		Long: "guard judges tool calls in this process, by the built-in policy or by your own: no backend is needed.\n" +
			"Policies are YAML files; see docs/guard.md.",
		Example: "  staso guard check --tool bash --input '{\"command\": \"rm -rf /\"}'\n" +
			"  staso guard explain --tool bash --input '{\"command\": \"rm -rf /\"}'\n" +
			"  staso guard test policies/\n" +
			"  staso guard hook               # as the pre-tool hook of a coding agent",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		guardCheckCommand(),
		guardExplainCommand(),
		guardTestCommand(),
		guardReplayCommand(),
		guardEvalCommand(),
		guardHookCommand(),
		guardRulesCommand(),
	)
	return cmd
}

// policyFlags say by which rules is judged.
type policyFlags struct{ paths []string }

func (f *policyFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.paths, "policy", nil, "a policy file, or a folder of them; can be given again (default: the built-in policy)")
}

// engine is the engine that judges by them. Whoever asked for it closes it.
func (f *policyFlags) engine() (*local.Engine, error) {
	if len(f.paths) == 0 {
		return local.New()
	}
	return local.New(local.WithPolicyFile(f.paths...))
}

// with runs do with an engine, and closes it.
func (f *policyFlags) with(do func(*local.Engine) error) error {
	engine, err := f.engine()
	if err != nil {
		return err
	}
	return errors.Join(do(engine), engine.Close())
}

// verdictError makes the process exit with the code of a verdict; what it says has
// been printed.
type verdictError struct{ action guard.Action }

func (e *verdictError) Error() string { return "the verdict is " + e.action.String() }

// asExit is nil for a call that may run.
func asExit(action guard.Action) error {
	if action == guard.ActionAllow || action == guard.ActionModify {
		return nil
	}
	return &verdictError{action}
}

func (e *verdictError) code() int {
	if e.action == guard.ActionEscalate {
		return exitEscalate
	}
	return exitBlock
}
