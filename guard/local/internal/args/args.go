// Package args makes typed arguments of a call's JSON: every value, also those of
// members that stand there twice, with what it is for, and with what is encoded in
// it. It never trusts the JSON to be well-formed.
package args

import (
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// The limits. What is beyond one of them is a finding.
const (
	MaxBytes    = 1 << 20 // of the arguments of one call
	MaxDepth    = 128     // objects and lists inside each other
	MaxValues   = 16384   // members and elements in all
	MaxNested   = 3       // encodings inside encodings
	maxKey      = 64      // bytes of a name where it stands for itself
	maxField    = 256     // bytes of a field's name
	maxTokens   = 8       // encoded stretches in one text
	maxFindings = 16
)

// Rule is the name of the catalogue's rule that what is found here belongs to.
const Rule = "arguments"

// Set is the arguments of one call. The zero Set is ready; Reset makes it ready
// again, keeping its memory.
type Set struct {
	Args     []detect.Arg
	Findings []detect.Finding
	// TooNested says that there are encodings inside encodings that were not looked
	// into.
	TooNested bool

	origins []origin // beside Args
	keys    []string // of the objects that are open
	field   []byte
}

// origin is where an argument comes from.
type origin struct {
	start, end int // its value in the input; of derived ones, nothing
	plain      bool
	depth      uint8 // encodings around it
}

// keepArgs is the capacity beyond which memory is not kept for the next call.
const keepArgs = 1024

// Reset empties the set.
func (s *Set) Reset() {
	if cap(s.Args) > keepArgs {
		*s = Set{}
		return
	}
	clear(s.Args)
	clear(s.Findings)
	clear(s.keys)
	s.Args, s.Findings, s.origins = s.Args[:0], s.Findings[:0], s.origins[:0]
	s.TooNested = false
	s.keys, s.field = s.keys[:0], s.field[:0]
}

// Read adds the arguments in input, which are those of a tool. A JSON value that
// is no object is the member name of one.
func (s *Set) Read(b *detect.Budget, tool *Tool, input []byte, name string) {
	if len(input) > MaxBytes {
		s.find("arguments.too_large", guard.SeverityHigh,
			"The arguments are larger than the 1 MiB that is judged; pass a file or a reference in place of the content.")
		return
	}
	if !b.Spend(len(input)) {
		return
	}
	w := walker{set: s, tool: tool, src: string(input), budget: b}
	w.document(name)
}

// Add adds an argument that does not stand in the input, and returns its place.
func (s *Set) Add(arg detect.Arg) int {
	s.Args = append(s.Args, arg)
	o := origin{}
	if arg.Derived {
		o.depth = s.origins[arg.Parent].depth + 1
	}
	s.origins = append(s.origins, o)
	return len(s.Args) - 1
}

// Depth is how many encodings are around the argument at place i.
func (s *Set) Depth(i int) int { return int(s.origins[i].depth) }

// Root is the place of the argument in the call itself that the one at i was
// derived from.
func (s *Set) Root(i int) int {
	for s.Args[i].Derived {
		i = s.Args[i].Parent
	}
	return i
}

func (s *Set) find(code string, severity guard.Severity, reason string) {
	if len(s.Findings) >= maxFindings {
		return // the call is not to run as it is
	}
	s.Findings = append(s.Findings, detect.Finding{
		Detector: Rule, Code: code, Severity: severity, Reason: reason, Field: s.fieldName(),
	})
}

func (s *Set) fieldName() string { return string(s.field) }
