package staso

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/jsonenc"
	"github.com/staso-go/staso/internal/pipeline"
)

// Annotation is a judgement of a trace or of one span in it. Make one with
// [Numeric], [Categorical] or [Boolean].
type Annotation = exporter.Annotation

// Numeric is an annotation whose value is a number. NaN and the infinities are
// an error when it is sent.
func Numeric(name string, value float64) Annotation { return exporter.Numeric(name, value) }

// Categorical is an annotation whose value is a label.
func Categorical(name, value string) Annotation { return exporter.Categorical(name, value) }

// Boolean is an annotation whose value is yes or no.
func Boolean(name string, value bool) Annotation { return exporter.Boolean(name, value) }

// Annotate sends a judgement through the same pipeline as the spans: batched,
// retried and counted, in [Stats].Annotations. Where a has no TraceID it judges
// the trace of ctx's span; it judges one span only where SpanID says so. The
// error says what is wrong with a; what becomes of it later is known after
// [Tracer.Flush]. A judgement of ctx's trace is counted as sampled, and not sent,
// where the sampler left that trace out.
func (t *Tracer) Annotate(ctx context.Context, a Annotation) error {
	if t == nil || t.pipeline == nil {
		return nil
	}
	here := scopeOf(ctx).parent()
	if a.TraceID == uuid.Nil {
		a.TraceID = here.TraceID
	}
	return t.annotate(a, here.Sampled || a.TraceID != here.TraceID)
}

// Annotate sends a judgement of this span; see [Tracer.Annotate]. It may be
// called after End.
func (s *Span) Annotate(a Annotation) error {
	if s == nil {
		return nil
	}
	a.TraceID, a.SpanID = s.traceID, s.spanID
	return s.tracer.annotate(a, s.sampled)
}

func (t *Tracer) annotate(a Annotation, sampled bool) error {
	if err := a.Validate(); err != nil {
		return err
	}
	if !sampled {
		t.pipeline.Drop(pipeline.Annotation, exporter.ReasonSampled)
		return nil
	}
	if a.ID == uuid.Nil {
		a.ID = uuid.New()
	}
	if a.Time.IsZero() {
		a.Time = time.Now()
	}
	t.pipeline.Enqueue(&annotationItem{tracer: t, data: *a.Clone()})
	return nil
}

// annotationItem is an annotation on its way.
type annotationItem struct {
	tracer *Tracer
	data   Annotation
}

func (i *annotationItem) Class() pipeline.Class { return pipeline.Annotation }

func (i *annotationItem) Bytes() int {
	return len(i.data.Name) + len(i.data.Value) + len(i.data.Comment) + 256
}

func (i *annotationItem) AppendTo(batch *exporter.Batch) bool {
	if i.data.Comment != "" {
		i.data.Comment = i.tracer.finishText(FieldComment, i.data.Comment)
	}
	if len(i.data.Value) > i.tracer.cfg.FieldLimit {
		i.data.Value = jsonenc.AppendCut(nil, i.data.Value, i.tracer.cfg.FieldLimit)
	}
	batch.Annotations = append(batch.Annotations, &i.data)
	return true
}

func (i *annotationItem) Release() {}

// finishText redacts a text and cuts it to size.
func (t *Tracer) finishText(field Field, text string) string {
	if t.redactor == nil {
		return cutText(text, t.cfg.FieldLimit)
	}
	redacted, ok := t.redact(field, jsonenc.AppendString(nil, text))
	if !ok {
		return suppressedText
	}
	var out string
	if json.Unmarshal(redacted, &out) != nil { // it made something else of the string
		out = string(redacted)
	}
	return cutText(out, t.cfg.FieldLimit)
}
