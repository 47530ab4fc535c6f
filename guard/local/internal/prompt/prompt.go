package prompt

import (
	"fmt"
	"slices"
	"sync"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/scan"
)

// Params is what the rule prompt_injection takes under "with".
type Params struct {
	// Threshold is how much all signs of a text must weigh. A clear sign weighs 1,
	// and 1 is the default; above 0.
	Threshold float64 `json:"threshold"`
	// Exclude are signs that do not count: override, role, marker, extraction,
	// exfiltration, concealment, hidden_text, encoded, flood, authority, forbidden.
	Exclude []string `json:"exclude"`
}

// sign is what a text does; it ends the code.
type sign uint8

// The signs.
const (
	override sign = iota
	role
	marker
	extraction
	exfiltration
	concealment
	hiddenText
	encoded
	flood
	authority
	forbidden
	signs
)

func (s sign) String() string {
	return [...]string{
		"override", "role", "marker", "extraction", "exfiltration", "concealment", "hidden_text", "encoded", "flood", "authority", "forbidden", "",
	}[s]
}

func (s sign) reason() string {
	return [...]string{
		"orders the agent to drop its instructions",
		"gives the agent another role, without its limits",
		"poses as a message of the system",
		"asks for the agent's own instructions or secrets",
		"orders the agent to send data elsewhere",
		"orders the agent to keep something from its user",
		"holds text that whoever looks at it does not see",
		"holds orders to the agent in an encoded form",
		"says the same over and over to wear the agent down",
		"claims a right to what the agent keeps to itself",
		"asks for what the agent's instructions rule out",
		"",
	}[s]
}

// detector is the rule prompt_injection.
type detector struct {
	threshold float64
	exclude   [signs]bool
	finder    *scan.Finder
	looks     []look    // by word of the finder
	readers   sync.Pool // of *reader: the looks let one escape

	orders, earlier, limits *stems
}

// New makes the detector of the rule prompt_injection; see [Params].
func New(with detect.Params) (detect.Detector, error) {
	params := Params{Threshold: 1}
	if err := with.Decode(&params); err != nil {
		return nil, err
	}
	if params.Threshold <= 0 {
		return nil, fmt.Errorf("threshold: %v: must be above 0", params.Threshold)
	}
	d := &detector{
		threshold: params.Threshold,
		orders:    newStems(ordersStems), earlier: newStems(earlierStems), limits: newStems(limitsStems),
	}
	for s := range signs {
		d.exclude[s] = slices.Contains(params.Exclude, s.String())
	}
	for _, name := range params.Exclude {
		if !slices.ContainsFunc(d.names(), func(known string) bool { return known == name }) {
			return nil, fmt.Errorf("exclude: %q is none of %v", name, d.names())
		}
	}
	d.index()
	return d, nil
}

func (d *detector) names() []string {
	var names []string
	for s := range signs {
		names = append(names, s.String())
	}
	return names
}

// index makes the finder of the words that signs begin with.
func (d *detector) index() {
	var words []string
	for _, t := range triggers() {
		for _, word := range t.words {
			words = append(words, word)
			d.looks = append(d.looks, t.look)
		}
	}
	d.finder = scan.NewFinder(words...)
}

// Detect reports the texts of a call that try to give the agent orders.
func (d *detector) Detect(c *detect.Call, report func(detect.Finding)) {
	system := instructions(c)
	for i := range c.Args {
		arg := &c.Args[i]
		if arg == system || !read(c, arg) {
			continue
		}
		if !d.text(c, arg, arg.Text, "", system, report) {
			return
		}
		for _, view := range arg.Views {
			if !d.text(c, arg, view.Text, view.Via, nil, report) {
				return
			}
		}
	}
}

// read says that an argument is one that a model would read: a text, and all that a
// tool returned.
func read(c *detect.Call, arg *detect.Arg) bool {
	return arg.Kinds&detect.Text != 0 || c.Phase == guard.PhaseOutput && len(arg.Text) > 16
}

// instructions returns the argument that holds the model's own instructions; nil
// where none does.
func instructions(c *detect.Call) *detect.Arg {
	for i := range c.Args {
		switch c.Args[i].Key {
		case "system", "system_prompt", "system_message", "system_instruction", "system_instructions":
			return &c.Args[i]
		}
	}
	return nil
}

// text weighs one text, and says whether the budget allows for more.
func (d *detector) text(c *detect.Call, arg *detect.Arg, text, via string, system *detect.Arg, report func(detect.Finding)) bool {
	r, _ := d.readers.Get().(*reader)
	if r == nil {
		r = new(reader)
	}
	defer d.readers.Put(r)
	*r = reader{detector: d, budget: c.Budget, text: text, output: c.Phase == guard.PhaseOutput}
	defer func() { *r = reader{} }() // nothing of the call is kept
	if !r.read() {
		return false
	}
	if system != nil {
		r.against(system.Text)
	}
	if worst, total := r.weigh(); total >= d.threshold {
		report(r.finding(arg, via, worst, total))
	}
	return true
}

func (r *reader) finding(arg *detect.Arg, via string, worst sign, total float64) detect.Finding {
	f := detect.Finding{
		Code: "prompt." + worst.String(), Reason: worst.reason(), Severity: guard.SeverityMedium, Field: arg.Field, Via: arg.Via,
		Start: r.marks[worst].start, End: r.marks[worst].end,
	}
	f.Match = r.text[f.Start:f.End]
	switch {
	case worst == forbidden:
		f.Severity = guard.SeverityLow // it is up to the model to refuse
	case total >= r.threshold*strong:
		f.Severity = guard.SeverityHigh
	}
	if via != "" {
		f.Via = append(slices.Clip(arg.Via), via)
	}
	return f
}

// strong is how many times the threshold is sure.
const strong = 1.5
