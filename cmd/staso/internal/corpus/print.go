package corpus

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Print writes the report as a table: by file, label and tier, then in all by
// label and tier.
func (r *Report) Print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "file\ttier\tlabel\tcalls\tright\twrong\tof them contested\t%\tinterrupted\t")
	for _, g := range r.Groups {
		printGroup(table, g.File, g)
	}
	for _, g := range r.totals() {
		printGroup(table, "all", g)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%d calls judged, p50 %v, p99 %v\n", len(r.latencies), r.P50, r.P99)
	return err
}

func printGroup(w io.Writer, file string, g *Group) {
	tier := fmt.Sprint(g.Tier)
	if g.Label == Run {
		tier = "-"
	}
	fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%d\t%d\t%.1f\t%d\t\n", file, tier, meaning(g.Label),
		g.Calls, g.Right, g.Calls-g.Right, g.Contested, 100*float64(g.Right)/float64(max(1, g.Calls)), g.Stopped)
}

// meaning is a label with what is right for it.
func meaning(label string) string {
	switch label {
	case Dangerous:
		return "dangerous: stopped"
	case Safe, Run:
		return label + ": passed"
	case PII:
		return "contains_pii: found"
	default:
		return label + ": not scored"
	}
}

// totals adds the groups up over the files.
func (r *Report) totals() []*Group {
	sum := &Report{}
	for _, g := range r.Groups {
		total := sum.group("", row{label: g.Label, tier: g.Tier})
		total.Calls += g.Calls
		total.Right += g.Right
		total.Stopped += g.Stopped
		total.Contested += g.Contested
	}
	sum.Finish()
	return sum.Groups
}
