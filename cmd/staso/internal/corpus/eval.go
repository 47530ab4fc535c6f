package corpus

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/staso-go/staso/guard"
)

// Report is what an evaluation came to.
type Report struct {
	Groups []*Group `json:"groups"`
	// Wrong is every call on which the guard was wrong, in order.
	Wrong []Wrong `json:"wrong"`
	// Slowest are the longest latencies of single checks, p50 and p99.
	P50, P99 time.Duration `json:"-"`

	latencies []time.Duration
}

// Group is the count of one file's rows of one label and tier.
type Group struct {
	File  string `json:"file"`
	Label string `json:"label"`
	Tier  int    `json:"tier"`
	// Calls is how many were judged, Right on how many the guard did what the
	// label asks, and Stopped on how many it did not answer allow.
	Calls   int `json:"calls"`
	Right   int `json:"right"`
	Stopped int `json:"stopped"`
	// Contested is how many of those it was wrong on the sources disagree about.
	Contested int `json:"contested"`
}

// Wrong is a call on which the guard was wrong.
type Wrong struct {
	File      string   `json:"file"`
	Line      int      `json:"line"`
	ID        string   `json:"id"`
	Label     string   `json:"label"`
	Tier      int      `json:"tier"`
	Category  string   `json:"category,omitempty"`
	Contested bool     `json:"contested,omitempty"`
	Action    string   `json:"action"`
	Codes     []string `json:"codes,omitempty"`
	Reason    string   `json:"reason,omitempty"`
	Input     string   `json:"input"`
}

// Eval judges every call of a JSON Lines file and adds what it comes to.
func (r *Report) Eval(ctx context.Context, checker guard.Checker, file string, data io.Reader) error {
	return read(data, func(number int, w row) error {
		for _, call := range w.calls {
			if err := r.judge(ctx, checker, file, number, w, call); err != nil {
				return fmt.Errorf("line %d: %w", number, err)
			}
		}
		return nil
	})
}

func (r *Report) judge(ctx context.Context, checker guard.Checker, file string, number int, w row, call guard.Call) error {
	start := time.Now()
	result, err := checker.Check(ctx, call)
	r.latencies = append(r.latencies, time.Since(start))
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	group := r.group(file, w)
	group.Calls++
	if result.Action != guard.ActionAllow {
		group.Stopped++
	}
	if right(w, result) {
		group.Right++
		return nil
	}
	if w.contested {
		group.Contested++
	}
	r.Wrong = append(r.Wrong, Wrong{
		File: file, Line: number, ID: call.ID, Label: w.label, Tier: w.tier, Category: w.category, Contested: w.contested,
		Action: result.Action.String(), Codes: codes(result), Reason: result.Reason, Input: string(call.Input),
	})
	return nil
}

func (r *Report) group(file string, w row) *Group {
	for _, g := range r.Groups {
		if g.File == file && g.Label == w.label && g.Tier == w.tier {
			return g
		}
	}
	g := &Group{File: file, Label: w.label, Tier: w.tier}
	r.Groups = append(r.Groups, g)
	return g
}

// right says whether the guard did what the label asks.
func right(w row, result guard.Result) bool {
	switch w.label {
	case Dangerous:
		return result.Action != guard.ActionAllow
	case PII:
		return slices.ContainsFunc(codes(result), func(code string) bool { return strings.HasPrefix(code, "pii.") })
	case Policy:
		return true
	default:
		// Where a category names a kind of personal data, its absence is meant.
		return result.Action == guard.ActionAllow && !slices.Contains(codes(result), w.category)
	}
}

// codes are the classes of what was found, enforced or not, each once.
func codes(result guard.Result) []string {
	var codes []string
	for _, rule := range result.Rules {
		for _, violation := range rule.Violations {
			if !slices.Contains(codes, violation.Code) {
				codes = append(codes, violation.Code)
			}
		}
	}
	return codes
}

// Finish sorts the groups and works out the latencies.
func (r *Report) Finish() {
	slices.SortStableFunc(r.Groups, func(a, b *Group) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Tier, b.Tier), cmp.Compare(a.Label, b.Label))
	})
	slices.Sort(r.latencies)
	if n := len(r.latencies); n > 0 {
		r.P50, r.P99 = r.latencies[n/2], r.latencies[min(n-1, n*99/100)]
	}
}
