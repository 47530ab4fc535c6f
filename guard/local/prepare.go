package local

import (
	"slices"
	"strconv"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/args"
	"github.com/staso-go/staso/guard/local/internal/code"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/shell"
	"github.com/staso-go/staso/guard/local/internal/windows"
)

// How much of what is no argument is judged.
const (
	outputHead    = 768 << 10 // bytes of what a tool returned, where it is larger than args.MaxBytes
	outputTail    = 256 << 10
	historyWindow = 64 // messages, the last ones
	maxArgs       = 2 * args.MaxValues
	maxInside     = 3 // commands inside of commands inside of what is encoded

	analysisCost = 6 << 10 // of a command or a source, whatever its size, of the budget
)

// prepare takes the call apart: its arguments, what is encoded in them, and what
// commands and code among them would do.
func (j *judgement) prepare() {
	tool := j.read()
	for i := 0; ; i++ { // what is found inside is added behind
		if i == len(j.set.Args) {
			break
		}
		j.set.Derive(j.call.Budget, tool, i)
		if j.call.Phase == guard.PhaseInput {
			j.analyze(i)
		}
		j.kinds |= j.set.Args[i].Kinds
		if len(j.set.Args) > maxArgs {
			j.unread("arguments.too_large", "The arguments hold more values, with those that are encoded in them, than the 32768 that are judged; split the call.")
			break
		}
		if j.call.Budget.Exhausted() {
			break // which is a finding
		}
	}
	j.call.Args = j.set.Args
	if j.set.TooNested {
		j.unread("arguments.too_nested", "There are encodings inside encodings, deeper than the 3 that are looked into; pass the value itself.")
	}
	for i := range j.set.Findings {
		j.note(j.set.Findings[i], -1)
	}
}

// unread notes that something was not read: of arguments that is a finding.
func (j *judgement) unread(code, reason string) {
	if j.call.Phase == guard.PhaseInput {
		j.note(detect.Finding{Detector: args.Rule, Code: code, Severity: guard.SeverityHigh, Reason: reason}, -1)
		return
	}
	j.partial = reason
}

// read makes arguments of what the phase is about.
func (j *judgement) read() *args.Tool {
	tool := &j.tool
	switch j.call.Phase {
	case guard.PhaseOutput:
		*tool = args.Output(j.call.Tool)
		j.readOutput(tool)
	case guard.PhaseTrace:
		*tool = args.Output(j.call.Tool)
		j.readHistory()
	default:
		*tool = args.NewTool(j.call.Tool)
		tool.Typed = j.rules.kindsFor(&j.call.Call)
		j.set.Read(j.call.Budget, tool, j.call.Input, "input")
	}
	return tool
}

// readOutput reads what the tool returned. Of what is too large the beginning and
// the end are judged as text.
func (j *judgement) readOutput(tool *args.Tool) {
	output := j.call.Output
	if len(output) <= args.MaxBytes {
		j.set.Read(j.call.Budget, tool, output, "output")
		return
	}
	for _, part := range [2][]byte{output[:outputHead], output[len(output)-outputTail:]} {
		j.set.Add(detect.Arg{Field: "output", Key: "output", Kinds: detect.Text, Text: string(part)})
	}
	j.partial = "Of the " + strconv.Itoa(len(output)>>20) + " MiB that the tool returned, the first 768 KiB and the last 256 KiB were judged."
}

// readHistory reads the last messages of the conversation.
func (j *judgement) readHistory() {
	first := max(0, len(j.call.History)-historyWindow)
	left := args.MaxBytes
	for i := len(j.call.History) - 1; i >= first && left > 0; i-- {
		message := &j.call.History[i]
		text := message.Content[:min(len(message.Content), left)]
		left -= len(text)
		j.set.Add(detect.Arg{Field: "history[" + strconv.Itoa(i) + "]", Key: message.Role, Kinds: detect.Text, Text: text})
	}
	if left == 0 {
		j.partial = "Of the conversation, the last 1 MiB was judged."
	}
}

// note adds a finding about the argument at a place.
func (j *judgement) note(f detect.Finding, at int) {
	j.call.Found = append(j.call.Found, f)
	j.foundAt = append(j.foundAt, at)
}

// analyze works out what a command or a source would do.
func (j *judgement) analyze(i int) {
	arg := &j.set.Args[i]
	if arg.Kinds&(detect.Shell|detect.Code) == 0 || !j.call.Budget.Spend(analysisCost) {
		return
	}
	defer func() {
		if reason := recover(); reason != nil {
			j.broken = j.panicked(dangerousRule, reason)
		}
	}()
	var a detect.Analysis
	switch {
	case arg.Kinds&detect.Shell == 0:
		a = code.Analyze(j.call.Budget, arg.Text, arg.Lang)
	case arg.Lang == "powershell" || arg.Lang == "cmd":
		a = windows.Analyze(j.call.Budget, arg.Text, arg.Lang)
	default:
		a = shell.Analyze(j.call.Budget, arg.Text)
	}
	j.add(i, a)
}

// add takes over what an analysis brought, as standing in the argument at i.
func (j *judgement) add(i int, a detect.Analysis) {
	field, key, via := j.set.Args[i].Field, j.set.Args[i].Key, j.set.Args[i].Via
	for _, f := range a.Findings {
		if f.Detector == "" {
			f.Detector = dangerousRule
		}
		f.Field, f.Via = field, within(via, f.Via)
		j.note(f, i)
	}
	for _, arg := range a.Derived {
		if j.set.Depth(i) >= args.MaxNested+maxInside {
			j.set.TooNested = true
			return
		}
		arg.Field, arg.Via, arg.Derived, arg.Parent = field, within(via, arg.Via), true, i
		if arg.Key == "" {
			arg.Key = key
		}
		j.set.Add(arg)
	}
}

// within is the way to what stands inside of something.
func within(outer, inner []string) []string {
	if len(outer) == 0 {
		return inner
	}
	return append(slices.Clip(outer), inner...)
}
