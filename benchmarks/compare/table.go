package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/staso-go/staso/benchmarks/internal/peer"
)

const (
	ours      = "staso"
	reference = "OTel"
)

// table gathers every figure of every round.
type table struct {
	peers  []string
	values map[string]map[int][]float64
}

func newTable(peers []peer.Peer) *table {
	t := &table{values: make(map[string]map[int][]float64)}
	for _, p := range peers {
		t.peers = append(t.peers, p.Name)
		t.values[p.Name] = make(map[int][]float64)
	}
	return t
}

func (t *table) add(p peer.Peer, found figures) {
	for row, value := range found {
		t.values[p.Name][row] = append(t.values[p.Name][row], value)
	}
}

// print writes one line for each row that was measured.
func (t *table) print(w io.Writer) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(out, "\t%s\tratio\tgoal\t\t\n", strings.Join(t.peers, "\t"))
	for i, row := range rows {
		if !t.measured(i) {
			continue
		}
		cells := make([]string, 0, len(t.peers))
		for _, name := range t.peers {
			cells = append(cells, format(t.median(name, i)))
		}
		our, has := t.median(ours, i)
		theirs, have := t.median(reference, i)
		ratio, verdict := "", ""
		if has && have && theirs > 0 {
			ratio = fmt.Sprintf("%.2fx", our/theirs)
		}
		if has && row.goal.met != nil {
			switch {
			case strings.HasSuffix(row.goal.text, "x") && ratio == "":
				verdict = "" // there is nothing to compare with
			case row.goal.met(our, our/theirs):
				verdict = "met"
			default:
				verdict = "MISSED"
			}
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\t\n", row.name, strings.Join(cells, "\t"), ratio, row.goal.text, verdict)
	}
	return out.Flush()
}

func (t *table) measured(row int) bool {
	return slices.ContainsFunc(t.peers, func(name string) bool { return len(t.values[name][row]) > 0 })
}

func (t *table) median(name string, row int) (float64, bool) {
	values := slices.Sorted(slices.Values(t.values[name][row]))
	if len(values) == 0 {
		return 0, false
	}
	return values[len(values)/2], true
}

func format(value float64, ok bool) string {
	switch {
	case !ok:
		return "-"
	case value >= 1000:
		return grouped(strconv.FormatFloat(value, 'f', 0, 64))
	case value >= 100:
		return strconv.FormatFloat(value, 'f', 0, 64)
	}
	return strconv.FormatFloat(value, 'f', 1, 64)
}

// grouped puts a comma between each three digits.
func grouped(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
