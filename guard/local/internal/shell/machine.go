package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/command"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// machine is one analysis: what is common to a source and those within it.
type machine struct {
	budget *detect.Budget
	parser *syntax.Parser
	out    detect.Analysis
	files  map[string]*file
	// overflow says that something had to be left out.
	overflow bool
	// read is what reading a file would bring with it.
	read  map[string]taint
	steps int
	// changed counts the changes to files, and declared those to functions and
	// aliases.
	changed, declared int
	// substitutions counts the files that process substitutions stand for.
	substitutions int
}

// frame is one source: the one that was asked about, or one that stands within it.
type frame struct {
	*machine
	source string
	// base is where source begins in the outermost source that its findings are
	// told by, which via leads to.
	base  int
	via   []string
	depth int
	// foreign says that it is another language's as well.
	foreign bool
	// functions are those that were declared here, in order.
	functions []*function
}

// step takes one step's work, and says whether there was enough left.
func (m *machine) step() bool {
	if m.steps > maxSteps {
		return false
	}
	m.steps++
	return m.budget.Spend(stepCost)
}

// stepCost is what one command costs of the budget, in bytes.
const stepCost = 48

// find reports what this package itself found.
func (f *frame) find(code string, severity guard.Severity, start, end int, reason string) {
	f.report(detect.Finding{Detector: detector, Code: code, Severity: severity, Reason: reason, Start: start, End: end})
}

// maxMatch is how many bytes of a match are kept.
const maxMatch = 160

// report adds a finding, unless it is known already.
func (f *frame) report(finding detect.Finding) {
	if len(f.out.Findings) >= maxFindings {
		return
	}
	finding.Via = f.throughFor(finding.Via)
	if from, to := finding.Start-f.base, finding.End-f.base; from >= 0 && from < to && to <= len(f.source) {
		finding.Match = f.source[from:min(to, from+maxMatch)]
	}
	for i := range f.out.Findings {
		known := &f.out.Findings[i]
		if known.Code == finding.Code && known.Start == finding.Start && known.End == finding.End && slices.Equal(known.Via, finding.Via) {
			return
		}
	}
	f.out.Findings = append(f.out.Findings, finding)
}

func (f *frame) throughFor(via []string) []string {
	if len(f.via) == 0 {
		return via
	}
	return append(slices.Clip(f.via), via...)
}

// derive adds an argument that stands inside this source.
func (f *frame) derive(arg detect.Arg) {
	if len(f.out.Derived) >= maxDerived || arg.Text == "" {
		return
	}
	via := make([]string, 0, 1+len(f.via)+len(arg.Via))
	arg.Via = append(append(append(via, "shell"), f.via...), arg.Via...)
	arg.Derived = true
	f.out.Derived = append(f.out.Derived, arg)
}

// judge asks what inv's program does where sc is.
func (f *frame) judge(sc *scope, inv *command.Invocation) {
	report := f.report
	if sc.ephemeral {
		report = f.reportLasting
	}
	for _, arg := range command.Judge(f.budget, inv, report) {
		f.derive(arg)
	}
}

// reportLasting adds a finding, unless it is about files that are gone with the
// container that they are in.
func (f *frame) reportLasting(finding detect.Finding) {
	if !strings.HasPrefix(finding.Code, "shell.delete.") && !strings.HasPrefix(finding.Code, "shell.write.") {
		f.report(finding)
	}
}

// at is where a node of the tree stands.
func (f *frame) at(node syntax.Node) (start, end int) {
	return f.offset(node.Pos()), f.offset(node.End())
}

func (f *frame) offset(pos syntax.Pos) int {
	if !pos.IsValid() {
		return f.base + len(f.source)
	}
	return f.base + min(int(pos.Offset()), len(f.source))
}

// written is the text of a node as it stands in the source.
func (f *frame) written(node syntax.Node) string {
	start, end := f.at(node)
	if start -= f.base; start < 0 || end-f.base < start {
		return ""
	}
	return f.source[start : end-f.base]
}
