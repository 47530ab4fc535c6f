package command

import (
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// detector is the rule of the catalogue that all findings here belong to.
const detector = "dangerous"

// perWord is what looking at one word of a command line costs of the budget.
const perWord = 32

// Judge reports what is wrong with inv, in findings of the detector "dangerous",
// and returns the arguments that stand inside it: the SQL of psql -c, the address
// that curl fetches, the code of python -c. It allocates only where it finds
// something. It is safe for concurrent use, as long as nobody changes inv.
func Judge(b *detect.Budget, inv *Invocation, report func(detect.Finding)) []detect.Arg {
	if inv == nil || !b.Spend(perWord*(1+len(inv.Args))) || inv.asksForHelp() {
		return nil
	}
	j := judge{Invocation: *inv, report: report}
	j.program()
	return j.derived
}

// judge judges one invocation.
type judge struct {
	Invocation
	report  func(detect.Finding)
	derived []detect.Arg
}

// find reports a finding at a word, or at the whole invocation where at is nil.
func (j *judge) find(code string, severity guard.Severity, reason string, at *Word) {
	finding := detect.Finding{
		Detector: detector, Code: code, Reason: reason, Severity: severity,
		Start: j.Start, End: j.End, Match: j.Name,
	}
	if at != nil {
		finding.Match = j.Name + " " + at.Text
		if at.End > at.Start {
			finding.Start, finding.End = at.Start, at.End
		}
	}
	j.report(finding)
}

// derive adds an argument that stands inside the command line.
func (j *judge) derive(kinds detect.Kind, lang, text string) {
	if text != "" {
		j.derived = append(j.derived, detect.Arg{Kinds: kinds, Lang: lang, Text: text, Derived: true})
	}
}

// asksForHelp says that the program would print how it is used, and no more.
func (inv *Invocation) asksForHelp() bool {
	if len(inv.Args) == 0 || inv.Args[0].Text == "--" {
		return false
	}
	for i := range inv.Args {
		switch inv.Args[i].Text {
		case "--help":
			return true
		case "--version":
			return len(inv.Args) == 1
		case "--":
			return false
		}
	}
	return false
}
