// Package shell takes shell command lines apart by their parse tree. It works out,
// without running anything, which programs would be started with what, and judges
// what is about the shell itself; what a program does is for package command.
package shell

import (
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// Bounds of one analysis, whatever the source.
const (
	maxSource   = 512 << 10 // bytes of a source that is looked at
	maxNested   = 8         // sources within sources: sh -c "sh -c ..."
	maxSteps    = 20_000    // commands worked out
	maxFindings = 32
	maxDerived  = 128
	maxValue    = 64 << 10 // bytes of a value that is followed
	maxFields   = 4096     // words that one word may become
)

// detector is the rule of the catalogue that findings here belong to, but for those
// of Unparsed.
const detector = "dangerous"

// Unparsed is the rule of the catalogue that a source belongs to which does not parse.
// What can be understood of it is judged all the same.
const Unparsed = "unparsed_command"

// Analyze says what running source in a POSIX shell or bash would do that is
// dangerous, and which arguments for other detectors stand inside it. A source
// that cannot be parsed is read as well as it goes; where that is not enough it is
// a finding. It is safe for concurrent use.
func Analyze(b *detect.Budget, source string) detect.Analysis {
	if source == "" {
		return detect.Analysis{}
	}
	m := &machine{budget: b}
	top := &frame{machine: m, source: source}
	m.analyze(top)
	return m.out
}

func (m *machine) analyze(top *frame) {
	switch {
	case len(top.source) > maxSource:
		top.find("shell.too_long", guard.SeverityMedium, 0, 0, "is too long a script to be judged")
	case !m.budget.Spend(len(top.source)):
	default:
		top.otherLanguages()
		top.run(&scope{}, stream{})
	}
	if m.steps > maxSteps || m.overflow {
		top.find("shell.too_complex", guard.SeverityMedium, 0, 0, "is too involved a script to be judged whole")
	}
}
