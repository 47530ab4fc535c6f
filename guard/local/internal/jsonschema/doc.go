// Package jsonschema checks a tool's arguments against the JSON Schema that its
// model was given. It knows the keywords that such schemas are made of: type,
// nullable, enum, const, properties, required, additionalProperties,
// patternProperties, minProperties, maxProperties, items, prefixItems, minItems,
// maxItems, uniqueItems, minLength, maxLength, pattern, minimum, maximum,
// exclusiveMinimum, exclusiveMaximum, multipleOf, allOf, anyOf, oneOf, not, and
// $ref within the schema. What it does not know constrains nothing; a pattern that
// RE2 cannot read neither.
package jsonschema
