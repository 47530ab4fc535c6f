package jsonschema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// What a schema may not exceed.
const (
	maxBytes   = 256 << 10
	maxSchemas = 5000 // schemas inside it
	maxDepth   = 64   // of schemas inside each other
	maxPattern = 1000 // bytes of a pattern
)

// Compile reads a schema.
func Compile(source []byte) (*Schema, error) {
	if len(source) > maxBytes {
		return nil, fmt.Errorf("the schema has %d bytes: at most %d", len(source), maxBytes)
	}
	root, err := decode(source)
	if err != nil {
		return nil, fmt.Errorf("the schema is no JSON: %w", err)
	}
	c := &compiler{root: root, known: map[string]*Schema{}}
	schema := c.at("#", root, 0)
	if c.err != nil {
		return nil, c.err
	}
	return schema, nil
}

func decode(source []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(source))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if decoder.More() {
		return nil, errors.New("more than one value")
	}
	return value, nil
}

type compiler struct {
	root  any
	known map[string]*Schema // by the pointer to it
	err   error
}

func (c *compiler) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

// at compiles the schema that the pointer leads to, once, so that schemas may
// refer to each other in a circle.
func (c *compiler) at(pointer string, source any, depth int) *Schema {
	if known, ok := c.known[pointer]; ok {
		return known
	}
	schema := &Schema{maxProperties: -1, maxItems: -1, maxLength: -1}
	c.known[pointer] = schema
	switch source := source.(type) {
	case bool:
		schema.never = !source
	case map[string]any:
		if depth > maxDepth || len(c.known) > maxSchemas {
			c.fail("the schema is too large: at most %d schemas, %d inside each other", maxSchemas, maxDepth)
			return schema
		}
		c.object(schema, pointer, source, depth+1)
	default:
		c.fail("at %s a schema is missing: there is %s", pointer, kindOf(source))
	}
	return schema
}

func (c *compiler) object(s *Schema, pointer string, source map[string]any, depth int) {
	c.types(s, pointer, source)
	c.members(s, pointer, source, depth)
	c.elements(s, pointer, source, depth)
	c.scalars(s, source)
	s.allOf = c.list(pointer, "allOf", source, depth)
	s.anyOf = c.list(pointer, "anyOf", source, depth)
	s.oneOf = c.list(pointer, "oneOf", source, depth)
	s.not = c.one(pointer, "not", source, depth)
	if ref, ok := source["$ref"].(string); ok {
		s.ref = c.follow(ref, depth)
	}
}

// one compiles the schema under a keyword; nil where there is none.
func (c *compiler) one(pointer, keyword string, source map[string]any, depth int) *Schema {
	value, ok := source[keyword]
	if !ok {
		return nil
	}
	return c.at(pointer+"/"+keyword, value, depth)
}

func (c *compiler) list(pointer, keyword string, source map[string]any, depth int) []*Schema {
	values, ok := source[keyword].([]any)
	if !ok {
		return nil
	}
	schemas := make([]*Schema, len(values))
	for i, value := range values {
		schemas[i] = c.at(fmt.Sprintf("%s/%s/%d", pointer, keyword, i), value, depth)
	}
	return schemas
}

func (c *compiler) types(s *Schema, pointer string, source map[string]any) {
	switch value := source["type"].(type) {
	case string:
		s.types = c.typeNamed(pointer, value)
	case []any:
		for _, one := range value {
			name, ok := one.(string)
			if !ok {
				c.fail("at %s: type is a list with %s in it", pointer, kindOf(one))
				return
			}
			s.types |= c.typeNamed(pointer, name)
		}
	}
	if nullable, ok := source["nullable"].(bool); ok && nullable && s.types != 0 {
		s.types |= isNull
	}
	if enum, ok := source["enum"].([]any); ok {
		s.enum = enum
	}
	if value, ok := source["const"]; ok {
		s.enum = []any{value}
	}
}

func (c *compiler) typeNamed(pointer, name string) types {
	t := typeOf(name)
	if t == 0 {
		c.fail("at %s: there is no type %q; use string, number, integer, boolean, array, object or null", pointer, name)
	}
	return t
}

func (c *compiler) members(s *Schema, pointer string, source map[string]any, depth int) {
	if properties, ok := source["properties"].(map[string]any); ok {
		s.properties = make(map[string]*Schema, len(properties))
		for name, value := range properties {
			s.properties[name] = c.at(pointer+"/properties/"+escape(name), value, depth)
		}
	}
	if patterns, ok := source["patternProperties"].(map[string]any); ok {
		for _, pattern := range sortedKeys(patterns) {
			value := patterns[pattern]
			s.patterns = append(s.patterns, patternProperty{
				name:   regexpOf(pattern), // nil describes every name
				schema: c.at(pointer+"/patternProperties/"+escape(pattern), value, depth),
			})
		}
	}
	s.additional = c.one(pointer, "additionalProperties", source, depth)
	if required, ok := source["required"].([]any); ok {
		for _, value := range required {
			if name, ok := value.(string); ok {
				s.required = append(s.required, name)
			}
		}
	}
	s.minProperties, s.maxProperties = count(source, "minProperties", 0), count(source, "maxProperties", -1)
}

func (c *compiler) elements(s *Schema, pointer string, source map[string]any, depth int) {
	s.prefix = c.list(pointer, "prefixItems", source, depth)
	if _, old := source["items"].([]any); old {
		s.prefix = c.list(pointer, "items", source, depth)
		s.items = c.one(pointer, "additionalItems", source, depth)
	} else {
		s.items = c.one(pointer, "items", source, depth)
	}
	s.minItems, s.maxItems = count(source, "minItems", 0), count(source, "maxItems", -1)
	s.uniqueItems, _ = source["uniqueItems"].(bool)
}

func (c *compiler) scalars(s *Schema, source map[string]any) {
	s.minLength, s.maxLength = count(source, "minLength", 0), count(source, "maxLength", -1)
	if pattern, ok := source["pattern"].(string); ok {
		s.pattern = regexpOf(pattern)
	}
	s.minimum, s.maximum = limit(source, "minimum"), limit(source, "maximum")
	// Drafts up to 4 say true beside the limit, later ones name a limit.
	s.aboveMinimum, _ = source["exclusiveMinimum"].(bool)
	s.belowMaximum, _ = source["exclusiveMaximum"].(bool)
	if above := limit(source, "exclusiveMinimum"); above != nil && (s.minimum == nil || *above >= *s.minimum) {
		s.minimum, s.aboveMinimum = above, true
	}
	if below := limit(source, "exclusiveMaximum"); below != nil && (s.maximum == nil || *below <= *s.maximum) {
		s.maximum, s.belowMaximum = below, true
	}
	if step := limit(source, "multipleOf"); step != nil && *step > 0 {
		s.multipleOf = *step
	}
}

// follow compiles what a $ref leads to, which must be in the schema itself.
func (c *compiler) follow(ref string, depth int) *Schema {
	if ref != "#" && !strings.HasPrefix(ref, "#/") {
		c.fail("$ref %q leads out of the schema", ref)
		return nil
	}
	target := c.root
	for _, name := range strings.Split(ref, "/")[1:] {
		object, ok := target.(map[string]any)
		if ok {
			target, ok = object[unescape(name)]
		}
		if !ok {
			c.fail("$ref %q leads nowhere", ref)
			return nil
		}
	}
	return c.at(ref, target, depth)
}

func escape(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

func unescape(name string) string {
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
}

// regexpOf is nil where RE2 cannot read the pattern, or should not.
func regexpOf(pattern string) *regexp.Regexp {
	if len(pattern) > maxPattern {
		return nil
	}
	compiled, err := regexp.Compile(pattern)
	if err != nil {
		return nil
	}
	return compiled
}

func limit(source map[string]any, keyword string) *float64 {
	number, ok := source[keyword].(json.Number)
	if !ok {
		return nil
	}
	value, err := number.Float64()
	if err != nil {
		return nil
	}
	return &value
}

func count(source map[string]any, keyword string, otherwise int) int {
	if value := limit(source, keyword); value != nil && *value >= 0 && *value < 1<<31 {
		return int(*value)
	}
	return otherwise
}
