// Package smuggle judges short values that tools put into command lines: hosts,
// single words, names and paths. It finds what would run a command there.
package smuggle

import (
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// longest is up to how many bytes of a value are looked at; what is put into a
// command line is short.
const longest = 4 << 10

// New makes the part of the rule "dangerous" that judges values. It takes no
// parameters. It is safe for concurrent use.
func New(with detect.Params) (detect.Detector, error) {
	return detector{}, with.Decode(&struct{}{})
}

type detector struct{}

// kinds are those of the arguments that are looked at.
const kinds = detect.Host | detect.Argv | detect.Value | detect.Path

// Detect reports at most one finding for each argument.
func (d detector) Detect(c *detect.Call, report func(detect.Finding)) {
	for arg := range c.Of(kinds) {
		if arg.IsNumber || arg.Text == "" || arg.Kinds&(detect.Shell|detect.Code|detect.SQL) != 0 {
			continue
		}
		if !c.Budget.Spend(min(len(arg.Text), longest)) {
			return
		}
		if p := judge(arg.Kinds, cut(arg.Text)); p.code != "" {
			report(p.finding(arg, nil))
			continue
		}
		for _, view := range arg.Views {
			if p := judge(arg.Kinds, cut(view.Text)); p.code != "" {
				report(p.finding(arg, &view))
				break
			}
		}
	}
}

func cut(text string) string { return text[:min(len(text), longest)] }

// problem is what is wrong with a value; the zero one is nothing.
type problem struct {
	code     string
	reason   string
	severity guard.Severity
}

func (p problem) finding(arg *detect.Arg, view *detect.View) detect.Finding {
	f := detect.Finding{
		Detector: "dangerous", Code: p.code, Reason: p.reason, Severity: p.severity,
		Field: arg.Field, Via: arg.Via, End: len(arg.Text), Match: arg.Text,
	}
	if view != nil {
		f.Via = append(append([]string(nil), arg.Via...), view.Via)
		f.Match, f.End = view.Text, len(view.Text)
	}
	return f
}

// judge says what is wrong with a value of some kinds.
func judge(kinds detect.Kind, text string) problem {
	if kinds&detect.Host != 0 {
		return host(text)
	}
	if text[0] == '-' || text[0] == '"' || text[0] == '\'' || text[0] == ' ' {
		if p := option(text, kinds&detect.Argv != 0); p.code != "" {
			return p
		}
	}
	if !suspicious(text) {
		return problem{}
	}
	return value(text)
}

// suspicious says that there is a sign in text that means something to a shell or
// to a template.
func suspicious(text string) bool {
	for i := range len(text) {
		switch text[i] {
		case ';', '|', '&', '`', '$', '\n', '\r', '{', '<', '%':
			return true
		}
	}
	return false
}

func smuggled(reason string) problem {
	return problem{code: "argument.command", reason: reason, severity: guard.SeverityHigh}
}
