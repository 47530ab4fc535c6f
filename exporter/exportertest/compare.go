package exportertest

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// spanKey is a span's identity.
type spanKey struct{ trace, span uuid.UUID }

func keyOf(s *exporter.SpanData) spanKey { return spanKey{s.TraceID, s.SpanID} }

// clone copies what was sent, before anybody can change it.
func clone(batch exporter.Batch) exporter.Batch {
	copied := batch
	copied.Spans, copied.Annotations = nil, nil
	for _, s := range batch.Spans {
		copied.Spans = append(copied.Spans, s.Clone())
	}
	for _, a := range batch.Annotations {
		copied.Annotations = append(copied.Annotations, a.Clone())
	}
	return copied
}

// wantReceived fails the check unless what was sent came out, each once.
func (s *suite) wantReceived(e exporter.Exporter, sent ...exporter.Batch) {
	s.Helper()
	if s.harness.Received == nil {
		return
	}
	got := s.harness.Received(s, e)
	s.wantSpans(got.Spans, sent)
	if !s.harness.WithoutAnnotations {
		s.wantAnnotations(got.Annotations, sent)
	}
}

func (s *suite) wantSpans(received []*exporter.SpanData, sent []exporter.Batch) {
	s.Helper()
	got := make(map[spanKey]*exporter.SpanData)
	for _, span := range received {
		if got[keyOf(span)] != nil {
			s.problem("span %s arrived twice", span.SpanID)
		}
		got[keyOf(span)] = span
	}
	for _, batch := range sent {
		for _, want := range batch.Spans {
			s.wantSpan(got[keyOf(want)], want)
			delete(got, keyOf(want))
		}
	}
	for _, span := range got {
		s.problem("span %s %.80q arrived, but was not sent", span.SpanID, span.Name)
	}
}

func (s *suite) wantSpan(got, want *exporter.SpanData) {
	s.Helper()
	if got == nil {
		s.problem("span %s %.80q did not arrive", want.SpanID, want.Name)
		return
	}
	got, want = s.simplified(got), s.simplified(want)
	for _, difference := range differences(got, want) {
		s.problem("span %s %.80q: %s", want.SpanID, want.Name, difference)
	}
}

func (s *suite) simplified(span *exporter.SpanData) *exporter.SpanData {
	span = span.Clone()
	if s.harness.Simplify != nil {
		s.harness.Simplify(span)
	}
	if span.Usage != nil && span.Usage.TotalTokens == 0 {
		span.Usage.TotalTokens = span.Usage.InputTokens + span.Usage.OutputTokens
	}
	return span
}

// differences compares field by field. Payloads are compared as JSON, and
// attributes may have been added.
func differences(got, want *exporter.SpanData) []string {
	var found []string
	say := func(field string, got, want any) {
		found = append(found, fmt.Sprintf("%s is %.200q, want %.200q", field, fmt.Sprint(got), fmt.Sprint(want)))
	}
	if !got.StartTime.Equal(want.StartTime) {
		say("StartTime", got.StartTime, want.StartTime)
	}
	if !sameJSON(got.Input, want.Input) {
		say("Input", string(got.Input), string(want.Input))
	}
	if !sameJSON(got.Output, want.Output) {
		say("Output", string(got.Output), string(want.Output))
	}
	if !containsJSON(got.Attributes, want.Attributes) {
		say("Attributes", string(got.Attributes), string(want.Attributes))
	}
	if !reflect.DeepEqual(got.Usage, want.Usage) {
		say("Usage", describeUsage(got.Usage), describeUsage(want.Usage))
	}
	return append(found, plainDifferences(got, want)...)
}

// plainDifferences compares the fields that == can compare.
func plainDifferences(got, want *exporter.SpanData) []string {
	var found []string
	g, w := reflect.ValueOf(*got), reflect.ValueOf(*want)
	for i := range g.NumField() {
		switch field := g.Type().Field(i); field.Name {
		case "StartTime", "Usage", "Input", "Output", "Attributes":
		default:
			if !g.Field(i).Equal(w.Field(i)) {
				found = append(found, fmt.Sprintf("%s is %.200q, want %.200q", field.Name,
					fmt.Sprint(g.Field(i)), fmt.Sprint(w.Field(i))))
			}
		}
	}
	return found
}

func describeUsage(u *exporter.Usage) string {
	if u == nil {
		return "none"
	}
	return fmt.Sprintf("%+v", *u)
}

func sameJSON(a, b json.RawMessage) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

// containsJSON says whether every member of want is in got.
func containsJSON(got, want json.RawMessage) bool {
	var x, y map[string]any
	if len(want) > 0 && json.Unmarshal(want, &y) != nil || len(got) > 0 && json.Unmarshal(got, &x) != nil {
		return false
	}
	for key, value := range y {
		if found, ok := x[key]; !ok || !reflect.DeepEqual(found, value) {
			return false
		}
	}
	return true
}

func (s *suite) wantAnnotations(received []*exporter.Annotation, sent []exporter.Batch) {
	s.Helper()
	got := make(map[uuid.UUID]*exporter.Annotation)
	for _, a := range received {
		got[a.ID] = a
	}
	for _, batch := range sent {
		for _, want := range batch.Annotations {
			s.wantAnnotation(got[want.ID], want)
			delete(got, want.ID)
		}
	}
	for _, a := range got {
		s.problem("annotation %s %.80q arrived, but was not sent", a.ID, a.Name)
	}
}

func (s *suite) wantAnnotation(got, want *exporter.Annotation) {
	s.Helper()
	if got == nil {
		s.problem("annotation %s %q did not arrive", want.ID, want.Name)
		return
	}
	g, w := *got, *want
	same := sameJSON(g.Value, w.Value) && g.Time.Equal(w.Time)
	g.Value, w.Value, g.Time = nil, nil, w.Time
	if !same || !reflect.DeepEqual(g, w) {
		s.problem("annotation %q arrived as %+v (value %s), want %+v (value %s)", want.Name, *got, got.Value, *want, want.Value)
	}
}
