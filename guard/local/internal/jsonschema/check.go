package jsonschema

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// The work that one check may be.
const (
	maxSteps    = 20_000 // values against schemas
	maxProblems = 10
	maxNesting  = 200
)

// Problem is one way in which a value does not fit.
type Problem struct {
	// Field is where: "files[0].path"; empty for the value as a whole.
	Field string
	// Text says what is wrong: `must be a number, and is text`.
	Text string
}

// Check returns in what ways the JSON in value does not fit, at most ten. What is
// no JSON does not fit; neither does what would take too much work to check.
func (s *Schema) Check(value []byte) []Problem {
	decoded, err := decode(value)
	if err != nil {
		return []Problem{{Text: "must be JSON, and is not"}}
	}
	steps := maxSteps
	c := checker{steps: &steps}
	c.check(s, "", decoded, 0)
	if steps < 0 && len(c.problems) == 0 {
		c.report("", tooLarge)
	}
	return c.problems
}

const tooLarge = "is too large to be checked"

type checker struct {
	problems []Problem
	steps    *int // left; below zero there were too few
}

func (c *checker) report(field, format string, args ...any) {
	if len(c.problems) < maxProblems {
		c.problems = append(c.problems, Problem{field, fmt.Sprintf(format, args...)})
	}
}

func (c *checker) check(s *Schema, field string, value any, depth int) {
	if *c.steps--; *c.steps < 0 || depth > maxNesting {
		*c.steps = -1
		c.report(field, tooLarge)
		return
	}
	if s.never {
		c.report(field, "must not be there")
		return
	}
	if s.ref != nil {
		c.check(s.ref, field, value, depth+1)
	}
	if is := kindOf(value); s.types != 0 && s.types&is == 0 {
		c.report(field, "must be %s, and is %s", s.types, is)
		return
	}
	c.oneOfValues(s, field, value)
	switch value := value.(type) {
	case map[string]any:
		c.object(s, field, value, depth+1)
	case []any:
		c.array(s, field, value, depth+1)
	case string:
		c.text(s, field, value)
	case json.Number:
		c.number(s, field, value)
	}
	c.combined(s, field, value, depth+1)
}

func kindOf(value any) types {
	switch value := value.(type) {
	case nil:
		return isNull
	case bool:
		return isBoolean
	case string:
		return isString
	case []any:
		return isArray
	case map[string]any:
		return isObject
	case json.Number:
		if float, err := value.Float64(); err == nil && float == math.Trunc(float) {
			return isInteger
		}
	}
	return isNumber
}

func (c *checker) oneOfValues(s *Schema, field string, value any) {
	if s.enum == nil || slices.ContainsFunc(s.enum, func(allowed any) bool { return equal(allowed, value) }) {
		return
	}
	names := make([]string, 0, 10)
	for i, allowed := range s.enum {
		if i == cap(names) {
			names = append(names[:i-1], fmt.Sprintf("%d more", len(s.enum)-i+1))
			break
		}
		text, err := json.Marshal(allowed)
		names = append(names, string(text))
		if err != nil || len(text) > 64 {
			names[i] = kindOf(allowed).String()
		}
	}
	c.report(field, "must be one of %s", strings.Join(names, ", "))
}

// equal compares as JSON does: 1 is 1.0.
func equal(a, b any) bool {
	left, ok := a.(json.Number)
	right, also := b.(json.Number)
	if !ok || !also {
		return reflect.DeepEqual(a, b)
	}
	x, err := left.Float64()
	y, err2 := right.Float64()
	return left == right || err == nil && err2 == nil && x == y
}

func (c *checker) object(s *Schema, field string, value map[string]any, depth int) {
	for _, name := range s.required {
		if _, ok := value[name]; !ok {
			c.report(join(field, name), "is required, and is missing")
		}
	}
	if len(value) < s.minProperties || s.maxProperties >= 0 && len(value) > s.maxProperties {
		c.report(field, "has %d members, which is not how many it must have", len(value))
	}
	if s.properties == nil && s.patterns == nil && s.additional == nil {
		return
	}
	for _, name := range sortedKeys(value) {
		c.member(s, join(field, name), name, value[name], depth)
	}
}

// sortedKeys keeps the order of problems the same from one check to the next.
func sortedKeys(value map[string]any) []string {
	keys := make([]string, 0, len(value))
	for key := range value {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, cmp.Compare[string])
	return keys
}

func (c *checker) member(s *Schema, field, name string, value any, depth int) {
	property, known := s.properties[name]
	if known {
		c.check(property, field, value, depth)
	}
	for _, pattern := range s.patterns {
		switch {
		case pattern.name == nil:
			known = true
		case pattern.name.MatchString(name):
			known = true
			c.check(pattern.schema, field, value, depth)
		}
	}
	switch {
	case known || s.additional == nil:
	case s.additional.never:
		c.report(field, "is no argument of this tool")
	default:
		c.check(s.additional, field, value, depth)
	}
}

func (c *checker) array(s *Schema, field string, value []any, depth int) {
	if len(value) < s.minItems {
		c.report(field, "must have at least %d elements, and has %d", s.minItems, len(value))
	}
	if s.maxItems >= 0 && len(value) > s.maxItems {
		c.report(field, "must have at most %d elements, and has %d", s.maxItems, len(value))
	}
	if s.uniqueItems && c.repeats(value) {
		c.report(field, "must not have an element twice")
	}
	if s.items == nil && s.prefix == nil {
		return
	}
	for i, element := range value {
		at := fmt.Sprintf("%s[%d]", field, i)
		switch {
		case i < len(s.prefix):
			c.check(s.prefix[i], at, element, depth)
		case s.items != nil:
			c.check(s.items, at, element, depth)
		}
	}
}

func (c *checker) repeats(value []any) bool {
	seen := make(map[string]bool, len(value))
	for _, element := range value {
		text, err := json.Marshal(element)
		if err != nil || seen[string(text)] {
			return err == nil
		}
		seen[string(text)] = true
	}
	return false
}

func (c *checker) text(s *Schema, field, value string) {
	if s.minLength > 0 || s.maxLength >= 0 {
		length := utf8.RuneCountInString(value)
		if length < s.minLength {
			c.report(field, "must have at least %d characters, and has %d", s.minLength, length)
		}
		if s.maxLength >= 0 && length > s.maxLength {
			c.report(field, "must have at most %d characters, and has %d", s.maxLength, length)
		}
	}
	if s.pattern != nil && !s.pattern.MatchString(value) {
		c.report(field, "must match %s", s.pattern)
	}
}

func (c *checker) number(s *Schema, field string, value json.Number) {
	float, err := value.Float64()
	if err != nil {
		c.report(field, "must be a number of ordinary size")
		return
	}
	if s.minimum != nil && (float < *s.minimum || s.aboveMinimum && float == *s.minimum) {
		c.report(field, "must be %s %v, and is %s", bound("at least", "more than", s.aboveMinimum), *s.minimum, value)
	}
	if s.maximum != nil && (float > *s.maximum || s.belowMaximum && float == *s.maximum) {
		c.report(field, "must be %s %v, and is %s", bound("at most", "less than", s.belowMaximum), *s.maximum, value)
	}
	if s.multipleOf > 0 {
		if times := float / s.multipleOf; math.Abs(times-math.Round(times)) > 1e-9*max(1, math.Abs(times)) {
			c.report(field, "must be a multiple of %v, and is %s", s.multipleOf, value)
		}
	}
}

func bound(inclusive, exclusive string, isExclusive bool) string {
	if isExclusive {
		return exclusive
	}
	return inclusive
}

func (c *checker) combined(s *Schema, field string, value any, depth int) {
	for _, one := range s.allOf {
		c.check(one, field, value, depth)
	}
	if s.anyOf != nil && c.fitting(s.anyOf, field, value, depth) == 0 {
		c.report(field, "fits none of the forms that it may have")
	}
	if s.oneOf != nil {
		if n := c.fitting(s.oneOf, field, value, depth); n != 1 {
			c.report(field, "must fit exactly one of the forms that it may have, and fits %d", n)
		}
	}
	if s.not != nil && c.fitting([]*Schema{s.not}, field, value, depth) == 1 {
		c.report(field, "has a form that it must not have")
	}
}

// fitting counts the schemas that value fits.
func (c *checker) fitting(schemas []*Schema, field string, value any, depth int) int {
	fits := 0
	for _, one := range schemas {
		trial := checker{steps: c.steps}
		trial.check(one, field, value, depth)
		if len(trial.problems) == 0 {
			fits++
		}
	}
	return fits
}

func join(field, name string) string {
	if field == "" {
		return name
	}
	return field + "." + name
}
