package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/staso-go/staso/cmd/staso/internal/hook"
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
)

func guardHookCommand() *cobra.Command {
	var policies policyFlags
	var grant bool
	cmd := &cobra.Command{
		Use:   "hook",
		Short: "Be the pre-tool hook of a coding agent",
		Long: "hook reads one JSON event of a coding agent on standard input, judges the tool call in it, and answers on\n" +
			"standard output: deny with a reason, ask for what wants a person (deny, where the agent cannot ask), and otherwise\n" +
			"nothing, so that the agent's own permission rules still hold; with --allow it tells the agent to go ahead without\n" +
			"asking. Events that take no empty answer get allow: beforeShellExecution and its kin.\n\n" +
			"It knows the events PreToolUse and PostToolUse, BeforeTool and AfterTool, beforeShellExecution, beforeReadFile and\n" +
			"beforeMCPExecution. An event that it cannot read is refused: exit code 2, with the reason on standard error.",
		Example: "  # the hook of a settings file that takes PreToolUse hooks\n" +
			"  {\"hooks\": {\"PreToolUse\": [{\"matcher\": \"*\", \"hooks\": [{\"type\": \"command\", \"command\": \"staso guard hook\"}]}]}}",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return refuse(cmd.ErrOrStderr(), policies.with(func(engine *local.Engine) error {
				return answerHook(cmd, engine, grant)
			}))
		},
	}
	policies.add(cmd)
	cmd.Flags().BoolVar(&grant, "allow", false, "answer allow, which skips the agent's own question to its user")
	return cmd
}

func answerHook(cmd *cobra.Command, checker guard.Checker, grant bool) error {
	data, err := readCall("-", cmd.InOrStdin())
	if err != nil {
		return err
	}
	event, err := hook.Parse(data)
	if err != nil {
		return err
	}
	result, err := checker.Check(cmd.Context(), event.Call)
	if err != nil {
		return err
	}
	_, err = cmd.OutOrStdout().Write(event.Answer(result, grant))
	return err
}

// refuse makes of any error the exit code by which coding agents are told that
// the call must not run: with any other code they let it run.
func refuse(stderr io.Writer, err error) error {
	if err == nil {
		return nil
	}
	fmt.Fprintf(stderr, "staso guard: not judged, so refused: %v\n", err)
	return &verdictError{guard.ActionBlock}
}
