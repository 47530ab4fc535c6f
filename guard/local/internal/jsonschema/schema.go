package jsonschema

import "regexp"

// Schema is a compiled schema. It is safe for concurrent use.
type Schema struct {
	never bool  // false in place of a schema
	types types // zero is any
	ref   *Schema
	enum  []any // nil is none; a const is an enum of one

	properties    map[string]*Schema
	patterns      []patternProperty
	additional    *Schema // nil is any
	required      []string
	minProperties int
	maxProperties int // -1 is none

	items       *Schema
	prefix      []*Schema
	minItems    int
	maxItems    int // -1 is none
	uniqueItems bool

	minLength int
	maxLength int // -1 is none
	pattern   *regexp.Regexp

	minimum, maximum    *float64
	aboveMinimum        bool // exclusive
	belowMaximum        bool // exclusive
	multipleOf          float64
	allOf, anyOf, oneOf []*Schema
	not                 *Schema
}

type patternProperty struct {
	name   *regexp.Regexp
	schema *Schema
}

// types is what a value may be, as a set.
type types uint8

const (
	isNull types = 1 << iota
	isBoolean
	isInteger
	isNumber
	isString
	isArray
	isObject
)

// typeOf is the type by its name in schemas; zero for an unknown one.
func typeOf(name string) types {
	switch name {
	case "null":
		return isNull
	case "boolean":
		return isBoolean
	case "integer":
		return isInteger
	case "number":
		return isNumber | isInteger
	case "string":
		return isString
	case "array":
		return isArray
	case "object":
		return isObject
	}
	return 0
}

// String names the types for a person: "a number or null".
func (t types) String() string {
	text := ""
	for _, one := range [...]struct {
		types types
		name  string
	}{
		{isString, "text"},
		{isNumber, "a number"},
		{isInteger, "a whole number"},
		{isBoolean, "true or false"},
		{isArray, "a list"},
		{isObject, "an object"},
		{isNull, "null"},
	} {
		if t&one.types == 0 || one.types == isInteger && t&isNumber != 0 {
			continue
		}
		if text != "" {
			text += " or "
		}
		text += one.name
	}
	return text
}
