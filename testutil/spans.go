package testutil

import (
	"slices"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// Spans is a list of recorded spans. Its filters return new lists in the same
// order, and can be chained: rec.Spans().OfKind(exporter.KindTool).Failed().
type Spans []*exporter.SpanData

// Where returns the spans that keep returns true for.
func (s Spans) Where(keep func(*exporter.SpanData) bool) Spans {
	return slices.DeleteFunc(slices.Clone(s), func(span *exporter.SpanData) bool { return !keep(span) })
}

// Named returns the spans of that name.
func (s Spans) Named(name string) Spans {
	return s.Where(func(span *exporter.SpanData) bool { return span.Name == name })
}

// OfKind returns the spans of that kind.
func (s Spans) OfKind(kind exporter.Kind) Spans {
	return s.Where(func(span *exporter.SpanData) bool { return span.Kind == kind })
}

// Failed returns the spans whose status is not ok.
func (s Spans) Failed() Spans {
	return s.Where(func(span *exporter.SpanData) bool { return span.Status != exporter.StatusOK })
}

// InTrace returns the spans of one trace.
func (s Spans) InTrace(id uuid.UUID) Spans {
	return s.Where(func(span *exporter.SpanData) bool { return span.TraceID == id })
}

// ChildrenOf returns the spans whose parent is that one.
func (s Spans) ChildrenOf(parent *exporter.SpanData) Spans {
	return s.Where(func(span *exporter.SpanData) bool {
		return span.TraceID == parent.TraceID && span.ParentSpanID == parent.SpanID
	})
}

// Only returns the one span of the list. It fails the test, and returns an empty
// span, if there is none or more than one.
func (s Spans) Only(t TestingT) *exporter.SpanData {
	t.Helper()
	if len(s) != 1 {
		t.Errorf("want exactly one span, there are %d:\n%s", len(s), s.Tree())
		return &exporter.SpanData{}
	}
	return s[0]
}
