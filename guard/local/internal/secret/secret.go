package secret

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/scan"
)

// Params is what the rule secrets takes under "with".
type Params struct {
	// Kinds are the names of what is looked for: "github_token", "private_key". A
	// name that ends in * stands for all that begin so: "aws_*". Empty is all.
	Kinds []string `json:"kinds"`
	// Exclude takes away from Kinds, in the same form.
	Exclude []string `json:"exclude"`
	// Allow are values that may pass, as they stand in the argument.
	Allow []string `json:"allow"`
	// Custom are tokens of one's own.
	Custom []Custom `json:"custom"`
}

// Custom is a token known by what it begins with.
type Custom struct {
	// Name is the token's, and ends its code: secret.NAME.
	Name string `json:"name"`
	// Prefix is what it begins with, three bytes at least.
	Prefix string `json:"prefix"`
	// MinLength is how many letters, digits, - and _ follow at least. The default
	// is 16.
	MinLength int `json:"min_length"`
}

// detector is the rule secrets.
type detector struct {
	kinds  []kind
	finder *scan.Finder
	// byWord are the kinds that each word of the finder may begin.
	byWord [][]int
	allow  []string
}

// New makes the detector of the rule secrets; see [Params].
func New(with detect.Params) (detect.Detector, error) {
	var params Params
	if err := with.Decode(&params); err != nil {
		return nil, err
	}
	kinds, err := customs(params.Custom)
	if err != nil {
		return nil, err
	}
	kinds, err = choose(append(kinds, catalog()...), params.Kinds, params.Exclude)
	if err != nil {
		return nil, err
	}
	d := &detector{kinds: kinds, allow: params.Allow}
	d.index()
	return d, nil
}

func customs(wanted []Custom) ([]kind, error) {
	var kinds []kind
	var errs []error
	for i, c := range wanted {
		if c.Name == "" || len(c.Prefix) < 3 {
			errs = append(errs, fmt.Errorf("custom[%d]: a name, and a prefix of three bytes at least", i))
			continue
		}
		least := c.MinLength
		if least <= 0 {
			least = 16
		}
		kinds = append(kinds, kind{
			name: c.Name, label: "a secret of the kind " + c.Name, grade: guard.SeverityHigh,
			prefix: c.Prefix, body: body{{class: inWord, least: least, most: longest}},
		})
	}
	return kinds, errors.Join(errs...)
}

// choose returns those of the kinds that are wanted. A name that fits none is an
// error.
func choose(all []kind, want, without []string) ([]kind, error) {
	var errs []error
	for _, name := range slices.Concat(want, without) {
		if !slices.ContainsFunc(all, func(k kind) bool { return fits(name, k.name) }) {
			errs = append(errs, fmt.Errorf("kinds: there is no %q; names are like github_token, private_key, aws_*", name))
		}
	}
	return slices.DeleteFunc(all, func(k kind) bool {
		named := func(pattern string) bool { return fits(pattern, k.name) }
		return len(want) > 0 && !slices.ContainsFunc(want, named) || slices.ContainsFunc(without, named)
	}), errors.Join(errs...)
}

func fits(pattern, name string) bool {
	if start, cut := strings.CutSuffix(pattern, "*"); cut {
		return strings.HasPrefix(name, start)
	}
	return pattern == name
}

// index makes the finder of the words that the kinds begin with.
func (d *detector) index() {
	var words []string
	for i, k := range d.kinds {
		at := slices.Index(words, k.word())
		if at < 0 {
			at, words, d.byWord = len(words), append(words, k.word()), append(d.byWord, nil)
		}
		d.byWord[at] = append(d.byWord[at], i)
	}
	d.finder = scan.NewFinder(words...)
}

// Detect reports the credentials in the call's arguments.
func (d *detector) Detect(c *detect.Call, report func(detect.Finding)) {
	for i := range c.Args {
		arg := &c.Args[i]
		if !d.text(c.Budget, arg, arg.Text, "", report) {
			return
		}
		for _, view := range arg.Views {
			if !d.text(c.Budget, arg, view.Text, view.Via, report) {
				return
			}
		}
	}
}

// text reports what is in one text, and says whether the budget allows for more.
func (d *detector) text(budget *detect.Budget, arg *detect.Arg, text, via string, report func(detect.Finding)) bool {
	if !budget.Spend(len(text)) {
		return false
	}
	for at, word := d.finder.Next(text, 0); at >= 0; {
		if !budget.Spend(perWord) {
			return false
		}
		next := at + 1
		if k, m := d.read(text, at, word); k != nil {
			if !slices.Contains(d.allow, text[m.start:m.end]) {
				report(finding(k, arg, text, via, m))
			}
			next = max(next, m.end)
		}
		at, word = d.finder.Next(text, next)
	}
	return true
}

// read returns the credential that the word found at at begins, and its kind; nil if
// it begins none.
func (d *detector) read(text string, at, word int) (*kind, match) {
	for _, i := range d.byWord[word] {
		k := &d.kinds[i]
		m := k.read(text, at)
		if m.end > m.start && (!k.loose || !d.holds(text[:m.end], m.start)) {
			return k, m
		}
	}
	return nil, match{}
}

// holds says that a credential with a form of its own stands in text behind from.
func (d *detector) holds(text string, from int) bool {
	for at, word := d.finder.Next(text, from); at >= 0; at, word = d.finder.Next(text, at+1) {
		for _, i := range d.byWord[word] {
			if k := &d.kinds[i]; !k.loose {
				if m := k.read(text, at); m.end > m.start {
					return true
				}
			}
		}
	}
	return false
}

// perWord is what a look at one word costs of the budget.
const perWord = 128

func finding(k *kind, arg *detect.Arg, text, via string, m match) detect.Finding {
	f := detect.Finding{
		Code: "secret." + k.name, Reason: "hands over " + k.label, Severity: k.grade,
		Field: arg.Field, Via: arg.Via, Start: m.start, End: m.end, Match: text[m.start:m.end], Sensitive: true,
	}
	if m.doubtful {
		f.Reason, f.Severity = "may hand over "+k.label, guard.SeverityMedium
	}
	if via == "" {
		f.Mask = mask(k, f.Match)
	} else {
		// What stands in another reading of the text cannot be replaced in it.
		f.Via = append(slices.Clip(arg.Via), via)
	}
	return f
}

// mask keeps what tells the kind of a token, and the last four bytes where that
// leaves enough hidden.
func mask(k *kind, match string) string {
	if k.prefix == "" || !strings.HasPrefix(match, k.prefix) {
		return "********"
	}
	if tail := len(match) - 4; tail >= len(k.prefix)+12 {
		return k.prefix + "********" + match[tail:]
	}
	return k.prefix + "********"
}
