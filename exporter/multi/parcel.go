package multi

import (
	"github.com/staso-go/staso/exporter"
)

// parcel is a copy of a batch that the secondaries share, and only read.
type parcel struct {
	batch exporter.Batch
	count Count
	bytes int
}

func newParcel(b *exporter.Batch) *parcel {
	p := &parcel{
		batch: exporter.Batch{
			ID:          b.ID,
			Resource:    b.Resource,
			Spans:       make([]*exporter.SpanData, len(b.Spans)),
			Annotations: make([]*exporter.Annotation, len(b.Annotations)),
		},
		count: countOf(b),
	}
	for i, span := range b.Spans {
		p.batch.Spans[i] = span.Clone()
		p.bytes += spanBytes(span)
	}
	for i, annotation := range b.Annotations {
		p.batch.Annotations[i] = annotation.Clone()
		p.bytes += annotationBytes(annotation)
	}
	return p
}

// The fixed parts of the two types, rounded up.
const (
	spanOverhead       = 512
	annotationOverhead = 192
)

func spanBytes(s *exporter.SpanData) int {
	return spanOverhead + len(s.Name) + len(s.ErrorMessage) + len(s.Input) + len(s.Output) + len(s.Attributes) +
		len(s.Model) + len(s.RequestedModel) + len(s.Provider) + len(s.ReasoningEffort) +
		len(s.ConversationID) + len(s.UserID) + len(s.AgentName) + len(s.AgentVersion)
}

func annotationBytes(a *exporter.Annotation) int {
	return annotationOverhead + len(a.Name) + len(a.Value) + len(a.Comment)
}
