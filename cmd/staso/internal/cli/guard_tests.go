package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/staso-go/staso/guard/local"
	"github.com/staso-go/staso/guard/local/policy"
)

// errFailed makes the process exit with 1; what failed has been printed.
var errFailed = fmt.Errorf("a test failed: %w", errTold)

func guardTestCommand() *cobra.Command {
	var fixtures []string
	var verbose bool
	cmd := &cobra.Command{
		Use:   "test [PATH...]",
		Short: "Run the tests that stand beside the rules",
		Long: "test reads policies, reports every mistake in them with its line, and runs the tests of their rules and their own.\n" +
			"A rule's tests are judged by that rule alone, as if it were enforced. Fixtures are tests in files of their own,\n" +
			"judged by all of the policies together. Without a path it tests the built-in policy.\n\n" +
			"It exits with 0 if all pass and with 1 if not.",
		Example: "  staso guard test policies/\n" +
			"  staso guard test policies/support.yaml --fixtures testdata/calls.yaml\n" +
			"  staso guard test               # the built-in policy",
		RunE: func(cmd *cobra.Command, args []string) error {
			policies, err := policiesToTest(args)
			if err != nil {
				return err
			}
			for _, p := range policies {
				for _, warning := range p.Warnings {
					fmt.Fprintf(cmd.ErrOrStderr(), "warning: %s\n", plain(warning.Error()))
				}
			}
			results, err := runGuardTests(cmd.Context(), policies, fixtures)
			if err != nil {
				return err
			}
			return printTests(cmd.OutOrStdout(), results, verbose)
		},
	}
	cmd.Flags().StringArrayVar(&fixtures, "fixtures", nil, "a file with tests, a YAML list or JSON Lines; can be given again")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "list the tests that pass too")
	return cmd
}

func policiesToTest(paths []string) ([]*policy.Policy, error) {
	if len(paths) == 0 {
		return []*policy.Policy{policy.Default()}, nil
	}
	return policy.Load(paths...)
}

func runGuardTests(ctx context.Context, policies []*policy.Policy, fixtures []string) ([]local.TestResult, error) {
	engine, err := local.New(local.WithPolicy(policies...)) // finds mistakes in rules that have no tests
	if err != nil {
		return nil, err
	}
	results, err := local.RunTests(ctx, policies...)
	for _, path := range fixtures {
		tests, readErr := readFixtures(path)
		if err = errors.Join(err, readErr); readErr == nil {
			results = append(results, local.RunFixtures(ctx, engine, tests)...)
		}
	}
	return results, errors.Join(err, engine.Close())
}

func readFixtures(path string) ([]policy.Test, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return policy.ParseTests(path, data)
}

func printTests(w io.Writer, results []local.TestResult, verbose bool) error {
	colours := paletteFor(w)
	failed := 0
	for i := range results {
		r := &results[i]
		switch {
		case !r.Passed():
			failed++
			fmt.Fprintf(w, "%s %s\n     %s\n", colours.red("FAIL"), testName(r), plain(r.Failure))
		case verbose:
			fmt.Fprintf(w, "ok   %s\n", testName(r))
		}
	}
	fmt.Fprintf(w, "%d tests, %d failed\n", len(results), failed)
	if len(results) == 0 {
		fmt.Fprintln(w, "The policies have no mistakes, and no tests: put some under a rule's tests, or the policy's.")
	}
	if failed > 0 {
		return errFailed
	}
	return nil
}

func testName(r *local.TestResult) string {
	name := plain(r.Test.Name)
	for _, part := range []string{r.Rule, r.Policy} {
		if part != "" {
			name = plain(part) + " / " + name
		}
	}
	if at := r.Test.At; at.Line > 0 {
		name += fmt.Sprintf("  (%s:%d)", plain(at.File), at.Line)
	}
	return name
}
