// Package detect is the contract between the engine and its detectors: what a
// detector is given, and what it reports.
package detect

import (
	"encoding/json"
	"time"

	"github.com/staso-go/staso/guard"
)

// Detector judges a call for one rule of the catalogue. It is made once, by a
// Factory, and is used for many calls at a time.
type Detector interface {
	// Detect reports what it finds in c. It neither changes nor keeps c, and asks
	// c.Budget before each piece of work that grows with the input.
	Detect(c *Call, report func(Finding))
}

// Factory makes a Detector from what its rule says under "with". A parameter that
// it does not know, or a bad value, is an error that names it.
type Factory func(with Params) (Detector, error)

// Call is a call made ready for detectors.
type Call struct {
	guard.Call
	// Args are the call's arguments, the derived ones last.
	Args []Arg
	// Found is what taking the arguments apart has already brought to light, for
	// the detector named in each.
	Found  []Finding
	Budget *Budget
	Now    time.Time
}

// Of returns the arguments that are of one of the kinds.
func (c *Call) Of(kinds Kind) func(yield func(*Arg) bool) {
	return func(yield func(*Arg) bool) {
		for i := range c.Args {
			if c.Args[i].Kinds&kinds != 0 && !yield(&c.Args[i]) {
				return
			}
		}
	}
}

// Kind is what an argument is, as a set: an argument may be more than one thing.
type Kind uint16

// The kinds of arguments.
const (
	Shell Kind = 1 << iota // a command line or script for a shell
	Argv                   // one word, or a list of words, for a program's command line
	SQL                    // SQL to be run
	Path                   // a file's or folder's path
	URL                    // an address to be fetched
	Host                   // a host's name or address
	Email                  // an e-mail address, or a list of them
	Text                   // prose: a message, a document, a search
	Code                   // source of a program to be run
	Money                  // an amount
	Value                  // a short value that is put into something else: a name, an id
)

// Arg is one argument: a string, a number or a boolean of the call's JSON, or what
// was derived from one.
type Arg struct {
	// Field is where it stands: "command", "files[0].path".
	Field string
	// Key is the last name in Field, in lower case: "path".
	Key   string
	Kinds Kind
	// Text is the value as the tool gets it.
	Text string
	// Number is the value where it is a number or a text that is one and nothing
	// else; IsNumber says so.
	Number   float64
	IsNumber bool
	// Via is what it was derived through, outermost first: "json", "base64",
	// "shell". Empty for what stands in the call itself.
	Via []string
	// Views are other readings of Text: percent-decoded, normalised. They never
	// repeat Text, and are few.
	Views []View
	// Lang is the language of Code and the dialect of Shell where it is known:
	// "python", "powershell", "cmd".
	Lang string
	// Derived says that it stands inside another argument, and Parent is that
	// one's place in Args.
	Derived bool
	Parent  int
}

// View is another reading of an argument.
type View struct {
	Text string
	Via  string // "percent", "unicode", "html", "nfkc"
}

// Finding is one thing that a detector found.
type Finding struct {
	// Detector is the name of the rule in the catalogue; the engine fills it in
	// where a Detector reports.
	Detector string
	// Code is the class, stable: "shell.delete.root", "pii.credit_card".
	Code string
	// Reason is a sentence for a person: what it would do, not how it was found.
	Reason   string
	Severity guard.Severity
	// Field and Via say where; empty takes the argument's.
	Field string
	Via   []string
	// Start and End are the bytes in the text that was looked at.
	Start, End int
	// Match is what stands there. The engine masks it where Sensitive, and cuts
	// it.
	Match     string
	Sensitive bool
	// Mask is what takes the match's place if the rule modifies; empty where
	// nothing can.
	Mask string
}

// Analysis is what taking one argument apart brings: what it found, and the
// arguments that stand inside it.
type Analysis struct {
	Findings []Finding
	Derived  []Arg
}

// Params is what a rule says under "with", as JSON; nil where it says nothing.
type Params json.RawMessage
