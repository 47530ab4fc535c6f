package exporter

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"
)

// Annotation is a judgement of a trace or of one span in it: a score, a label,
// a yes or no. Make one with [Numeric], [Categorical] or [Boolean], which keep
// the value's type and DataType the same; then set what else it needs.
type Annotation struct {
	// ID makes a resend harmless: the same id again replaces. The Tracer fills
	// it in where it is [uuid.Nil].
	ID uuid.UUID `json:"id,omitzero"`
	// TraceID is the trace that is judged.
	TraceID uuid.UUID `json:"trace_id"`
	// SpanID is the span that is judged; [uuid.Nil] judges the whole trace.
	SpanID uuid.UUID `json:"span_id,omitzero"`

	Name     string   `json:"name"`
	DataType DataType `json:"data_type"`
	// Value is a JSON number, string or boolean, as DataType says.
	Value   json.RawMessage `json:"value"`
	Comment string          `json:"comment,omitempty"`

	// Time is when the judgement was made. The Tracer fills it in where it is
	// zero.
	Time time.Time `json:"timestamp,omitzero"`
}

// DataType is the type of an annotation's value.
type DataType string

// The types of an annotation's value.
const (
	DataTypeNumeric     DataType = "numeric"
	DataTypeCategorical DataType = "categorical"
	DataTypeBoolean     DataType = "boolean"
)

// Numeric is an annotation whose value is a number. NaN and the infinities have
// no form in JSON: [Annotation.Validate], and so the Tracer, refuses them.
func Numeric(name string, value float64) Annotation {
	a := Annotation{Name: name, DataType: DataTypeNumeric}
	if !math.IsNaN(value) && !math.IsInf(value, 0) {
		a.Value, _ = json.Marshal(value) //nolint:errcheck // a finite float always encodes
	}
	return a
}

// Categorical is an annotation whose value is a label.
func Categorical(name, value string) Annotation {
	encoded, _ := json.Marshal(value) //nolint:errcheck // a string always encodes
	return Annotation{Name: name, DataType: DataTypeCategorical, Value: encoded}
}

// Boolean is an annotation whose value is yes or no.
func Boolean(name string, value bool) Annotation {
	encoded := json.RawMessage("false")
	if value {
		encoded = json.RawMessage("true")
	}
	return Annotation{Name: name, DataType: DataTypeBoolean, Value: encoded}
}

// Validate returns an error that says which field is wrong and what would be
// right, or nil.
func (a *Annotation) Validate() error {
	if a.TraceID == uuid.Nil {
		return fmt.Errorf("annotation %q: trace_id is missing: set TraceID, or annotate a span", a.Name)
	}
	if a.Name == "" {
		return fmt.Errorf("annotation: name is empty")
	}
	return a.validateValue()
}

func (a *Annotation) validateValue() error {
	if !json.Valid(a.Value) {
		return fmt.Errorf("annotation %q: value is not a finite number, a string or a boolean", a.Name)
	}
	var value any
	if err := json.Unmarshal(a.Value, &value); err != nil {
		return fmt.Errorf("annotation %q: value: %w", a.Name, err)
	}
	var ok bool
	switch a.DataType {
	case DataTypeNumeric:
		_, ok = value.(float64)
	case DataTypeCategorical:
		_, ok = value.(string)
	case DataTypeBoolean:
		_, ok = value.(bool)
	default:
		return fmt.Errorf("annotation %q: data_type %.40q: want numeric, categorical or boolean", a.Name, a.DataType)
	}
	if !ok {
		return fmt.Errorf("annotation %q: value is a JSON %s, but data_type is %s", a.Name, jsonKind(value), a.DataType)
	}
	return nil
}

// Clone returns a copy that shares no memory with a.
func (a *Annotation) Clone() *Annotation {
	c := *a
	c.Value = append(json.RawMessage(nil), a.Value...)
	return &c
}

func jsonKind(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case float64:
		return "number"
	case string:
		return "string"
	case bool:
		return "boolean"
	case []any:
		return "array"
	}
	return "object"
}
