// Package cli is the command staso: what can be typed, and what is answered.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// The process's exit codes.
const (
	exitOK    = 0
	exitError = 1
)

// Run runs the command with the arguments after its name, and returns the
// process's exit code. What goes wrong is told on stderr in one sentence.
//
// SIGINT and SIGTERM end it gracefully; a second one ends it at once.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// From the first signal on the next one has its usual effect.
	defer context.AfterFunc(ctx, stop)()
	return run(ctx, args, stdin, stdout, stderr)
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		if verdict, ok := errors.AsType[*verdictError](err); ok {
			return verdict.code()
		}
		if !errors.Is(err, errTold) {
			fmt.Fprintf(stderr, "staso: %v\n", err)
		}
		return exitError
	}
	return exitOK
}

// errTold is an error that the user has been told of already.
var errTold = errors.New("already told")

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "staso",
		Short: "See what your AI agents do, and stop what they must not",
		Long: "staso is the backend of the staso library in one binary: it takes in the traces of\n" +
			"your agents, keeps them in one file, and shows them; and it judges their tool calls.",
		Example: "  staso serve                 # take traces in, and show them on http://127.0.0.1:7600\n" +
			"  staso demo                  # the same, filled by real small agents\n" +
			"  staso traces                # what came in last\n" +
			"  staso trace 0af76519        # one of them, as a tree\n" +
			"  staso guard check --help    # judge a tool call",
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.AddCommand(
		serveCommand(),
		demoCommand(),
		traceCommand(),
		tracesCommand(),
		guardCommand(),
		versionCommand(),
	)
	return root
}
