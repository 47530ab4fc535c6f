// Package sql judges SQL, of whatever dialect, by taking it apart: what a
// statement deletes, overwrites or reaches out for, and whether a value is made to
// change the statement that it is put into.
package sql

import (
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// config is what the rule sql_injection can be told.
type config struct {
	// ReadOnly makes every statement a finding that changes anything.
	ReadOnly bool `json:"read_only"`
}

type detector struct {
	readOnly bool
}

// New makes the detector of the rule sql_injection. It is safe for concurrent
// use.
func New(with detect.Params) (detect.Detector, error) {
	var c config
	if err := with.Decode(&c); err != nil {
		return nil, err
	}
	return &detector{readOnly: c.ReadOnly}, nil
}

// Detect reports at most one finding for each argument.
func (d *detector) Detect(c *detect.Call, report func(detect.Finding)) {
	for i := range c.Args {
		arg := &c.Args[i]
		if arg.Kinds&(detect.SQL|detect.Value) == 0 || arg.IsNumber {
			continue
		}
		if v := d.judge(c.Budget, arg); v.Code != "" {
			report(v.finding(arg))
		}
	}
}

// judge takes the first reading of an argument that is bad.
func (d *detector) judge(b *detect.Budget, arg *detect.Arg) Verdict {
	v := d.reading(b, arg, arg.Text)
	for i := range arg.Views {
		if v.Code != "" {
			return v
		}
		v = d.reading(b, arg, arg.Views[i].Text)
		v.Start, v.End = 0, 0
	}
	return v
}

func (d *detector) reading(b *detect.Budget, arg *detect.Arg, text string) Verdict {
	if arg.Kinds&detect.SQL == 0 {
		return injection(b, text)
	}
	v := Classify(b, text)
	if v.Code == "" && arg.Kinds&detect.Value != 0 {
		v = injection(b, text)
	}
	if v.Code == "" && v.Writes && d.readOnly {
		return Verdict{
			Code: "sql.write", Reason: "changes the database, and this agent may only read", Severity: guard.SeverityMedium,
			End: len(text), Writes: true,
		}
	}
	return v
}

func (v Verdict) finding(arg *detect.Arg) detect.Finding {
	f := detect.Finding{
		Code: v.Code, Reason: v.Reason, Severity: v.Severity, Field: arg.Field, Via: arg.Via,
		Start: v.Start, End: v.End, Match: arg.Text,
	}
	if v.End <= v.Start || v.End > len(arg.Text) {
		f.Start, f.End = 0, len(arg.Text)
	}
	f.Match = arg.Text[f.Start:f.End]
	return f
}
