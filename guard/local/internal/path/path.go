// Package path judges the files and folders that a tool is told to use: whether
// they lead out of where it works, by "../" in whatever writing, and whether they
// are ones that no agent should read or change.
package path

import (
	"fmt"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// config is what the rule path_traversal can be told.
type config struct {
	// Roots are the folders that absolute paths must stay in. None is no limit but
	// that of the protected places. A root that is itself a protected place, such
	// as /etc/nginx, makes what is in it usable; keys and passwords in it stay
	// closed.
	Roots []string `json:"roots"`
	// MaxUp is how many folders above the working folder a relative path may begin
	// at: "../../x" is two. The default is 2; with Roots, it is 0.
	MaxUp *int `json:"max_up"`
	// ReadOnly makes every call of a tool that writes a finding.
	ReadOnly bool `json:"read_only"`
}

type detector struct {
	roots    []string
	maxUp    int
	readOnly bool
}

// usualUp is how far up a path may lead where nothing else is said: agents often
// work in one folder of a repository and look into its neighbours.
const usualUp = 2

// New makes the detector of the rule path_traversal. It is safe for concurrent
// use.
func New(with detect.Params) (detect.Detector, error) {
	var c config
	if err := with.Decode(&c); err != nil {
		return nil, err
	}
	d := &detector{maxUp: usualUp, readOnly: c.ReadOnly}
	for _, root := range c.Roots {
		if !absolute(root) {
			return nil, fmt.Errorf("with: roots: %q is no absolute folder: begin it with / or a drive", root)
		}
		d.roots = append(d.roots, strings.TrimRight(lexical(root), "/"))
	}
	if len(d.roots) > 0 {
		d.maxUp = 0
	}
	if c.MaxUp != nil {
		if *c.MaxUp < 0 {
			return nil, fmt.Errorf("with: max_up: %d is below 0", *c.MaxUp)
		}
		d.maxUp = *c.MaxUp
	}
	return d, nil
}

// Detect reports at most one finding for each argument.
func (d *detector) Detect(c *detect.Call, report func(detect.Finding)) {
	intent := unknownIntent
	for arg := range c.Of(detect.Path | detect.Value) {
		if arg.IsNumber || arg.Text == "" {
			continue
		}
		if !c.Budget.Spend(len(arg.Text)) {
			return
		}
		if intent == unknownIntent {
			intent = intentOf(c.Tool)
		}
		if p := d.judge(arg, intent.of(arg.Key)); p.code != "" {
			report(p.finding(arg))
		}
	}
}

// judge says what is wrong with an argument, by each of its readings; the zero
// problem if nothing is.
func (d *detector) judge(arg *detect.Arg, i intent) problem {
	s := subject{text: arg.Text, intent: i, derived: arg.Derived, certain: arg.Kinds&detect.Path != 0}
	if p := d.reading(&s); p.code != "" {
		return p
	}
	for _, view := range arg.Views {
		s.text, s.decoded = view.Text, true
		if p := d.reading(&s); p.code != "" {
			return p
		}
	}
	return problem{}
}

// problem is what is wrong with a path.
type problem struct {
	code     string
	reason   string
	severity guard.Severity
}

func (p problem) finding(arg *detect.Arg) detect.Finding {
	return detect.Finding{
		Code: p.code, Reason: p.reason, Severity: p.severity, Field: arg.Field, Via: arg.Via,
		End: len(arg.Text), Match: arg.Text,
	}
}

// covers says that path, absolute and lexically clean, is in one of the roots.
func (d *detector) covers(path string) bool {
	for _, root := range d.roots {
		if strings.HasPrefix(path, root) && (len(path) == len(root) || path[len(root)] == '/') {
			return true
		}
	}
	return false
}

// protected are the places that even a root does not open.
const protected = place.Secret | place.Account | place.Guard | place.Device
