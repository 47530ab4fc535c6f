package cli

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
)

type replayFlags struct {
	url, file, since string
	limit            int
	all              bool
}

func guardReplayCommand() *cobra.Command {
	var policies policyFlags
	var flags replayFlags
	cmd := &cobra.Command{
		Use:   "replay",
		Short: "Judge stored decisions anew, by another policy",
		Long: "replay judges the calls that a backend has decided on once more, by the policies that are given, and lists the\n" +
			"verdicts that would be others. What is sensitive was masked when the decision was stored, and arguments that were not\n" +
			"captured cannot be judged again: how many those are is told.",
		Example: "  staso guard replay --policy policies/\n" +
			"  staso guard replay --policy policies/ --since 24h --limit 5000\n" +
			"  staso guard replay --policy policies/ --file decisions.jsonl",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return policies.with(func(engine *local.Engine) error {
				r := replay{checker: engine, out: cmd.OutOrStdout(), all: flags.all}
				if err := flags.each(cmd.Context(), r.judge); err != nil {
					return err
				}
				return r.finish()
			})
		},
	}
	policies.add(cmd)
	cmd.Flags().StringVar(&flags.url, "url", fallbackURL(), "the backend that has the decisions (STASO_BASE_URL)")
	cmd.Flags().StringVar(&flags.file, "file", "", "a file with decisions, one a line, in place of a backend; - is standard input")
	cmd.Flags().StringVar(&flags.since, "since", "", "only decisions of the last time, for instance 24h")
	cmd.Flags().IntVar(&flags.limit, "limit", 1000, "how many decisions to judge anew, the newest first")
	cmd.Flags().BoolVar(&flags.all, "all", false, "list the verdicts that stay, too")
	return cmd
}

// stored is what is read of a decision.
type stored struct {
	ID           string          `json:"decision_id"`
	Tool         string          `json:"tool_name"`
	Phase        string          `json:"phase"`
	Action       guard.Action    `json:"action"`
	Rule         string          `json:"rule_name"`
	Input        json.RawMessage `json:"tool_input"`
	Agent        string          `json:"agent_name"`
	Environment  string          `json:"environment"`
	Conversation string          `json:"conversation_id"`
	User         string          `json:"user_id"`
}

// each gives every decision to judge.
func (f *replayFlags) each(ctx context.Context, judge func(context.Context, *stored) error) error {
	if f.file != "" {
		return f.eachLine(ctx, judge)
	}
	c, err := newClient(f.url)
	if err != nil {
		return err
	}
	query := url.Values{"bodies": {"true"}}
	if f.since != "" {
		span, err := time.ParseDuration(f.since)
		if err != nil || span <= 0 {
			return fmt.Errorf("--since %q is not a length of time: give for instance 24h", f.since)
		}
		query.Set("from", time.Now().Add(-span).UTC().Format(time.RFC3339Nano))
	}
	for left := f.limit; left > 0; {
		var page struct {
			Decisions []stored `json:"decisions"`
			Next      string   `json:"next_cursor"`
		}
		query.Set("limit", fmt.Sprint(min(left, 200)))
		if err := c.getJSON(ctx, "/v1/guard/decisions?"+query.Encode(), &page); err != nil {
			return err
		}
		for i := range page.Decisions {
			if err := judge(ctx, &page.Decisions[i]); err != nil {
				return err
			}
		}
		left -= len(page.Decisions)
		if page.Next == "" || len(page.Decisions) == 0 {
			return nil
		}
		query.Set("cursor", page.Next)
	}
	return nil
}

func (f *replayFlags) eachLine(ctx context.Context, judge func(context.Context, *stored) error) (err error) {
	file := os.Stdin
	if f.file != "-" {
		if file, err = os.Open(f.file); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
	}
	in := bufio.NewReaderSize(file, 64<<10)
	for number := 1; number <= f.limit; number++ {
		line, end, err := nextLine(in)
		if err != nil {
			return err
		}
		var d stored
		if len(line) > 1 {
			if err := json.Unmarshal(line, &d); err != nil {
				return fmt.Errorf("%s:%d: a decision is a JSON object as GET /v1/guard/decisions lists it: %w", f.file, number, err)
			}
			if err := judge(ctx, &d); err != nil {
				return err
			}
		}
		if end {
			return nil
		}
	}
	return nil
}

// replay judges decisions anew and counts.
type replay struct {
	checker                guard.Checker
	out                    io.Writer
	all                    bool
	judged, flips, skipped int
	stricter, looser       int
}

func (r *replay) judge(ctx context.Context, d *stored) error {
	if d.Phase != guard.PhaseInput.String() && d.Phase != "" || !captured(d) {
		r.skipped++
		return nil
	}
	result, err := r.checker.Check(ctx, guard.Call{
		ID: d.ID, Tool: d.Tool, Input: d.Input, Agent: d.Agent, Environment: d.Environment, Conversation: d.Conversation, User: d.User,
	})
	if err != nil {
		return err
	}
	r.judged++
	if result.Action == d.Action {
		if r.all {
			fmt.Fprintf(r.out, "  %s  %s stays %s\n", d.ID, short(d.Tool, 40), result.Action)
		}
		return nil
	}
	r.flips++
	if d.Action.Stricter(result.Action) == d.Action {
		r.looser++
	} else {
		r.stricter++
	}
	fmt.Fprintf(r.out, "%s  %s: %s (%s) -> %s (%s)\n  %s\n", d.ID, short(d.Tool, 40), d.Action, cmp.Or(short(d.Rule, 40), "no rule"),
		result.Action, cmp.Or(short(result.Rule, 40), "no rule"), short(string(d.Input), 160))
	return nil
}

// captured says that the arguments are there to be judged.
func captured(d *stored) bool { return len(d.Input) > 0 && string(d.Input) != "null" }

func (r *replay) finish() error {
	_, err := fmt.Fprintf(r.out, "%d decisions judged anew, %d verdicts would be others: %d stricter, %d looser; %d could not be judged, for lack of their arguments\n",
		r.judged, r.flips, r.stricter, r.looser, r.skipped)
	return err
}
