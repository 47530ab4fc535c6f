package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/staso-go/staso/cmd/staso/internal/corpus"
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
)

func guardEvalCommand() *cobra.Command {
	var policies policyFlags
	var wrong, asJSON bool
	cmd := &cobra.Command{
		Use:   "eval PATH...",
		Short: "Count how often the guard is right on labelled calls",
		Long: "eval judges labelled tool calls and prints a table by file, label and tier. A file is JSON Lines; a row is\n" +
			"  {\"id\", \"tool_name\", \"tool_input\", \"label\", \"tier\", \"category\", \"contested\"}\n" +
			"with a label of dangerous (must be stopped), safe (must pass), contains_pii (must be found) or policy (not scored);\n" +
			"or a recorded run {\"id\", \"messages\", \"tools\"} whose tool calls should all pass.\n\n" +
			"A tier is how much is to be expected, 1 what any guard should get right; contested is a row about whose label people\n" +
			"disagree: it counts as wrong, and how many of these are contested is told.",
		Example: "  staso guard eval corpus/\n" +
			"  staso guard eval --wrong shell.jsonl\n" +
			"  staso guard eval --policy policies/ --json corpus/ | jq '.wrong[].id'",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return policies.with(func(engine *local.Engine) error {
				report, err := evalAll(cmd.Context(), engine, args, cmd.ErrOrStderr())
				if err != nil {
					return err
				}
				return printEval(cmd.OutOrStdout(), report, wrong, asJSON)
			})
		},
	}
	policies.add(cmd)
	cmd.Flags().BoolVar(&wrong, "wrong", false, "list the calls on which it was wrong")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the counts and the calls as JSON")
	return cmd
}

func evalAll(ctx context.Context, checker guard.Checker, paths []string, progress io.Writer) (*corpus.Report, error) {
	files, err := filesOf(paths, ".jsonl")
	if err != nil {
		return nil, err
	}
	report := &corpus.Report{}
	for _, path := range files {
		if err := evalFile(ctx, checker, report, path); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if len(files) > 1 && isTerminal(progress) {
			fmt.Fprintf(progress, "judged %s\n", path)
		}
	}
	report.Finish()
	return report, nil
}

func evalFile(ctx context.Context, checker guard.Checker, report *corpus.Report, path string) (err error) {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return report.Eval(ctx, checker, filepath.Base(path), file)
}

// filesOf is the paths, with those that are folders replaced by what is in them of
// that extension.
func filesOf(paths []string, extensions ...string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		found := 0
		for _, extension := range extensions {
			matches, err := filepath.Glob(filepath.Join(path, "*"+extension))
			if err != nil {
				return nil, err
			}
			files = append(files, matches...)
			found += len(matches)
		}
		if found == 0 {
			return nil, fmt.Errorf("%s holds no file that ends in %s", path, strings.Join(extensions, " or "))
		}
	}
	return files, nil
}

func printEval(w io.Writer, report *corpus.Report, wrong, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(report)
	}
	if wrong {
		for _, c := range report.Wrong {
			fmt.Fprintf(w, "%s:%d  %s  tier %d  %s  -> %s %s\n  %s\n", c.File, c.Line, c.Label, c.Tier, c.Category, c.Action,
				strings.Join(c.Codes, " "), short(c.Input, 200))
		}
	}
	return report.Print(w)
}
