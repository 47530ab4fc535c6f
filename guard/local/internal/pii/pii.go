package pii

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// Params is what the rule pii takes under "with".
type Params struct {
	// Entities are the names of what is looked for: "credit_card", "us_ssn". A
	// name that ends in * stands for all that begin so: "us_*". Empty is all.
	Entities []string `json:"entities"`
	// Exclude takes away from Entities, in the same form.
	Exclude []string `json:"exclude"`
	// MinConfidence is how sure a finding must be: low, medium or high. Low, the
	// default, counts a number that only has the right form where the argument
	// is little else.
	MinConfidence string `json:"min_confidence"`
	// Allow are values that may pass: written as they stand in the argument, or
	// "@example.com" for all e-mail addresses of that domain.
	Allow []string `json:"allow"`
}

// detector is the rule pii.
type detector struct {
	entities []entity
	buckets  [3][maxWord + 1]bucket
	words    *vocabulary
	byName   map[string]int
	least    certainty
	allow    []string
	readers  sync.Pool // of *reader: the checks let one escape
}

// New makes the detector of the rule pii; see [Params].
func New(with detect.Params) (detect.Detector, error) {
	params := Params{MinConfidence: "low"}
	if err := with.Decode(&params); err != nil {
		return nil, err
	}
	least, err := confidence(params.MinConfidence)
	if err != nil {
		return nil, err
	}
	entities, err := choose(catalog(), params.Entities, params.Exclude)
	if err != nil {
		return nil, err
	}
	d := &detector{entities: entities, least: least, allow: params.Allow, byName: map[string]int{}}
	for i := range entities {
		d.byName[entities[i].name] = i
		d.index(i)
	}
	d.words = newVocabulary(entities)
	return d, nil
}

func confidence(name string) (certainty, error) {
	switch strings.ToLower(name) {
	case "low", "":
		return lone, nil
	case "medium":
		return medium, nil
	case "high":
		return high, nil
	default:
		return none, fmt.Errorf("min_confidence: %q is none of low, medium and high", name)
	}
}

// choose returns those of the entities that are wanted. A name that fits none is
// an error.
func choose(all []entity, want, without []string) ([]entity, error) {
	var errs []error
	for _, name := range slices.Concat(want, without) {
		if !slices.ContainsFunc(all, func(e entity) bool { return fits(name, e.name) }) {
			errs = append(errs, fmt.Errorf("entities: there is no %q; names are like credit_card, us_ssn, us_*", name))
		}
	}
	chosen := slices.DeleteFunc(all, func(e entity) bool {
		named := func(pattern string) bool { return fits(pattern, e.name) }
		return len(want) > 0 && !slices.ContainsFunc(want, named) || slices.ContainsFunc(without, named)
	})
	return chosen, errors.Join(errs...)
}

func fits(pattern, name string) bool {
	if start, cut := strings.CutSuffix(pattern, "*"); cut {
		return strings.HasPrefix(name, start)
	}
	return pattern == name
}

// Detect reports the personal data in the call's arguments.
func (d *detector) Detect(c *detect.Call, report func(detect.Finding)) {
	r, _ := d.readers.Get().(*reader)
	if r == nil {
		r = new(reader)
	}
	*r = reader{detector: d, budget: c.Budget, report: report}
	r.call(c)
	*r = reader{} // nothing of the call is kept
	d.readers.Put(r)
}

// call reads the arguments of a call, as far as its budget goes.
func (r *reader) call(c *detect.Call) {
	for i := range c.Args {
		arg := &c.Args[i]
		if arg.Text == "" {
			continue
		}
		r.argument(arg)
		if !r.read(arg.Text, "") {
			return
		}
		for _, view := range arg.Views {
			if !r.read(view.Text, view.Via) {
				return
			}
		}
	}
}
