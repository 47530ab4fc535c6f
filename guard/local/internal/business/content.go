package business

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/scan"
)

// What a content rule may not exceed.
const (
	mostTerms   = 1000
	longestTerm = 1000 // bytes
)

type content struct {
	words   *scan.Finder // the literals, nil where there is none
	deny    []*regexp.Regexp
	allow   []*regexp.Regexp
	allowed *scan.Finder
	kinds   detect.Kind
	mask    string
}

// term is what is looked for: a text, in either case, or {regexp: ...} in the
// syntax of RE2.
type term struct{ literal, pattern string }

// UnmarshalJSON reads either form.
func (t *term) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &t.literal) == nil {
		return nil
	}
	var object struct {
		Regexp string `json:"regexp"`
	}
	if err := json.Unmarshal(data, &object); err != nil || object.Regexp == "" {
		return errors.New("a term is a text, or {regexp: ...}")
	}
	t.pattern = object.Regexp
	return nil
}

// NewContent makes the detector of content: it finds the terms of "deny" in
// arguments of the "kinds" (all unless said otherwise), but for those inside what a
// term of "allow" covers. A term is a text of three characters or more, in either
// case, or {regexp: ...}. Where the rule modifies, "mask" takes its place; "***"
// unless said otherwise.
func NewContent(with detect.Params) (detect.Detector, error) {
	params := struct {
		Deny  []term   `json:"deny"`
		Allow []term   `json:"allow"`
		Kinds []string `json:"kinds"`
		Mask  string   `json:"mask"`
	}{Mask: "***"}
	if err := with.Decode(&params); err != nil {
		return nil, err
	}
	if len(params.Deny) == 0 {
		return nil, errors.New("with: deny is missing: list texts, or {regexp: ...}")
	}
	c := &content{mask: params.Mask, kinds: ^detect.Kind(0)}
	var err error
	if c.words, c.deny, err = compileTerms("deny", params.Deny); err != nil {
		return nil, err
	}
	if c.allowed, c.allow, err = compileTerms("allow", params.Allow); err != nil {
		return nil, err
	}
	if len(params.Kinds) > 0 {
		c.kinds, err = kindsNamed(params.Kinds)
	}
	return c, err
}

func compileTerms(param string, terms []term) (*scan.Finder, []*regexp.Regexp, error) {
	if len(terms) > mostTerms {
		return nil, nil, fmt.Errorf("with: %s has %d terms: at most %d", param, len(terms), mostTerms)
	}
	var literals []string
	var patterns []*regexp.Regexp
	for _, t := range terms {
		if len(t.literal)+len(t.pattern) > longestTerm {
			return nil, nil, fmt.Errorf("with: %s: a term of %d bytes: at most %d", param, len(t.literal)+len(t.pattern), longestTerm)
		}
		if t.pattern == "" && len(t.literal) >= 3 && isASCII(t.literal) {
			literals = append(literals, strings.ToLower(t.literal))
			continue
		}
		pattern, err := compileTerm(t)
		if err != nil {
			return nil, nil, fmt.Errorf("with: %s: %w", param, err)
		}
		patterns = append(patterns, pattern)
	}
	if literals == nil {
		return nil, patterns, nil
	}
	return scan.NewFinder(literals...), patterns, nil
}

// compileTerm makes a pattern of what the Finder does not take.
func compileTerm(t term) (*regexp.Regexp, error) {
	source := t.pattern
	if source == "" {
		if strings.TrimSpace(t.literal) == "" {
			return nil, errors.New("a term is empty")
		}
		source = "(?i)" + regexp.QuoteMeta(t.literal)
	}
	pattern, err := regexp.Compile(source)
	if err != nil {
		return nil, fmt.Errorf("regexp %q: %w", source, err)
	}
	if pattern.MatchString("") {
		return nil, fmt.Errorf("regexp %q matches the empty text, and so everything", source)
	}
	return pattern, nil
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

func kindsNamed(names []string) (detect.Kind, error) {
	var kinds detect.Kind
	for _, name := range names {
		kind, ok := kindNamed(name)
		if !ok {
			return 0, fmt.Errorf("with: kinds: there is no kind %q", name)
		}
		kinds |= kind
	}
	return kinds, nil
}

func kindNamed(name string) (detect.Kind, bool) {
	for i, known := range [...]string{"shell", "argv", "sql", "path", "url", "host", "email", "text", "code", "money", "value"} {
		if name == known {
			return 1 << i, true
		}
	}
	return 0, false
}

// Detect looks through the arguments and their other readings.
func (t *content) Detect(c *detect.Call, report func(detect.Finding)) {
	for i := range c.Args {
		arg := &c.Args[i]
		if arg.Kinds&t.kinds == 0 {
			continue
		}
		if !t.text(c, arg, arg.Text, "", report) {
			return
		}
		for _, view := range arg.Views {
			if !t.text(c, arg, view.Text, view.Via, report) {
				return
			}
		}
	}
}

// text looks through one reading, and says whether there was budget for it.
func (t *content) text(c *detect.Call, arg *detect.Arg, text, view string, report func(detect.Finding)) bool {
	if !c.Budget.Spend(len(text) * (1 + 4*len(t.deny))) {
		return false
	}
	hit := func(start, end int) {
		if t.covered(text, start, end) {
			return
		}
		finding := detect.Finding{
			Code: "content.denied", Severity: guard.SeverityMedium, Reason: "Holds content that must not be passed on.",
			Field: arg.Field, Via: arg.Via, Start: start, End: end, Match: text[start:end], Sensitive: true,
		}
		if view == "" {
			finding.Mask = t.mask
		} else {
			finding.Via = append(slices.Clip(finding.Via), view)
		}
		report(finding)
	}
	if t.words != nil {
		for at, word := t.words.Next(text, 0); at >= 0; {
			end := at + len(t.words.Word(word))
			hit(at, end)
			at, word = t.words.Next(text, end)
		}
	}
	for _, pattern := range t.deny {
		for _, at := range pattern.FindAllStringIndex(text, mostHits) {
			hit(at[0], at[1])
		}
	}
	return true
}

// mostHits is how many occurrences of one pattern are reported.
const mostHits = 1000

// covered says that the stretch lies inside what a term of allow covers. It is
// only asked about hits, which are few.
func (t *content) covered(text string, start, end int) bool {
	if t.allowed != nil {
		from := max(0, start-longestTerm)
		for at, word := t.allowed.Next(text, from); at >= 0 && at <= start; at, word = t.allowed.Next(text, at+1) {
			if at+len(t.allowed.Word(word)) >= end {
				return true
			}
		}
	}
	for _, pattern := range t.allow {
		for _, at := range pattern.FindAllStringIndex(text, mostHits) {
			if at[0] <= start && at[1] >= end {
				return true
			}
		}
	}
	return false
}
