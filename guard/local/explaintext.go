package local

import (
	"fmt"
	"strings"

	"github.com/staso-go/staso/guard"
)

// String is the explanation for a terminal, in lines of plain text.
func (x Explanation) String() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s: %s", x.Tool, x.Verdict.Action)
	if x.Verdict.Rule != "" {
		fmt.Fprintf(&out, " by %s (%s)", x.Verdict.Rule, x.Verdict.Severity)
	}
	fmt.Fprintf(&out, "\n%s\n", x.Verdict.Reason)
	for i := range x.Findings {
		x.Findings[i].write(&out)
	}
	x.writeModifications(&out)
	out.WriteString("\narguments, as they were judged\n")
	if len(x.Arguments) == 0 {
		out.WriteString("  none\n")
	}
	for i := range x.Arguments {
		x.Arguments[i].write(&out)
	}
	fmt.Fprintf(&out, "\npolicy %s, %s, %v\n", x.Verdict.PolicyVersion, x.Verdict.Digest, x.Verdict.Latency)
	return strings.TrimRight(out.String(), "\n")
}

func (x *Explained) write(out *strings.Builder) {
	fmt.Fprintf(out, "\n%s: %s", x.Rule, x.Code)
	if x.Mode == guard.ModeAudit {
		out.WriteString(" (audit: it changes nothing)")
	}
	fmt.Fprintf(out, "\n  %s\n", x.Reason)
	if where := place(x.Field, x.Via); where != "" {
		fmt.Fprintf(out, "  in %s, bytes %d to %d\n", where, x.Start, x.End)
	}
	switch {
	case x.To > x.From:
		line := strings.Map(oneCell, x.Text)
		fmt.Fprintf(out, "    %s\n    %s%s\n", line, strings.Repeat(" ", width(x.Text[:x.From])), strings.Repeat("^", max(1, width(x.Text[x.From:x.To]))))
	case x.Match != "":
		fmt.Fprintf(out, "    %s\n", strings.Map(oneCell, x.Match))
	}
	fmt.Fprintf(out, "  what would pass: %s\n", x.Remedy)
	if x.Policy != "" {
		fmt.Fprintf(out, "  rule %s at %s; or, if it should pass:\n", x.RuleID, x.Policy)
	} else {
		fmt.Fprintf(out, "  rule %s; or, if it should pass:\n", x.RuleID)
	}
	for line := range strings.Lines(x.Exception) {
		out.WriteString("    " + line)
	}
}

func (x Explanation) writeModifications(out *strings.Builder) {
	if len(x.Verdict.Modifications) == 0 {
		return
	}
	out.WriteString("\nit runs with\n  " + string(x.Verdict.Input) + "\n")
}

func (a *Argument) write(out *strings.Builder) {
	kinds := strings.Join(a.Kinds, " ")
	if kinds == "" {
		kinds = "not looked at"
	}
	fmt.Fprintf(out, "  %s (%s", place(a.Field, a.Via), kinds)
	if a.Language != "" {
		out.WriteString(", " + a.Language)
	}
	fmt.Fprintf(out, "): %s\n", strings.Map(oneCell, cut(a.Text, maxMatch)))
}

// place is a field and the way to what is in it: "command via base64 via shell".
func place(field string, via []string) string {
	for _, step := range via {
		field += " via " + step
	}
	return field
}

// oneCell makes sure that what an agent wrote moves no cursor.
func oneCell(r rune) rune {
	if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x200b && r <= 0x206f || r == 0xfeff {
		return ' '
	}
	return r
}

func width(text string) int { return len([]rune(text)) }
