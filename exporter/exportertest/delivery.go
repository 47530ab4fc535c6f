package exportertest

import (
	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// deliveryChecks are about what arrives.
func deliveryChecks() []check {
	return []check{
		{"delivers", "what Export returned nil for arrives, unchanged and once", checkDelivers},
		{"empty", "a batch without spans, without annotations or without either is no error", checkEmpty},
		{"again", "a batch that is exported again with the same ID is no error", checkAgain},
		{"provisional", "a provisional root says so on the other side", checkProvisional},
		{"unicode", "valid text of any script arrives unchanged", checkUnicode},
		{"hostile", "no content of a span makes Export fail, loses that span or changes another", checkHostile},
		{"big", "a batch of thousands of spans arrives whole", checkBig},
	}
}

func checkDelivers(s *suite) {
	batch := newBatch(7)
	batch.Annotations = newAnnotations()
	s.delivers(batch)
}

// delivers exports the batches, shuts down, and compares.
func (s *suite) delivers(batches ...exporter.Batch) {
	s.Helper()
	e := s.harness.New(s)
	var sent []exporter.Batch
	for _, batch := range batches {
		sent = append(sent, clone(batch))
		s.export(e, batch)
	}
	s.shutdown(e)
	s.wantReceived(e, sent...)
}

func (s *suite) export(e exporter.Exporter, batch exporter.Batch) {
	s.Helper()
	if err := e.Export(s.Context(), batch); err != nil {
		s.fatal("Export of %d spans and %d annotations: %v", len(batch.Spans), len(batch.Annotations), err)
	}
}

func (s *suite) shutdown(e exporter.Exporter) {
	s.Helper()
	if err := e.Shutdown(s.Context()); err != nil {
		s.problem("Shutdown: %v", err)
	}
}

func checkEmpty(s *suite) {
	annotated := emptyBatch()
	annotated.Annotations = newAnnotations()
	empty := emptyBatch()
	empty.Spans, empty.Annotations = []*exporter.SpanData{}, []*exporter.Annotation{}
	s.delivers(emptyBatch(), empty, annotated, newBatch(1), exporter.Batch{})
}

func checkAgain(s *suite) {
	e := s.harness.New(s)
	batch := newBatch(3)
	s.export(e, batch)
	s.export(e, batch)
	s.shutdown(e)
}

func checkProvisional(s *suite) {
	batch := newBatch(1)
	root := batch.Spans[0]
	root.Provisional, root.Duration, root.ParentSpanID, root.Kind = true, 0, uuid.Nil, exporter.KindAgent
	root.Usage, root.Status, root.ErrorMessage, root.Attributes = nil, exporter.StatusOK, "", nil
	s.delivers(batch)
}

func checkUnicode(s *suite) {
	batch := emptyBatch()
	batch.Spans = []*exporter.SpanData{unicodeSpan()}
	s.delivers(batch)
}

func checkHostile(s *suite) {
	e := s.harness.New(s)
	batch := newBatch(3)
	ordinary := clone(batch)
	hostile := hostileSpans()
	// One in the ordinary spans' trace, before them.
	hostile[0].TraceID = batch.Spans[0].TraceID
	batch.Spans = append(hostile, batch.Spans...)
	if err := e.Export(s.Context(), batch); err != nil {
		s.problem("Export: %v", err)
	}
	s.shutdown(e)
	if s.harness.Received == nil {
		return
	}
	got := make(map[spanKey]*exporter.SpanData)
	for _, span := range s.harness.Received(s, e).Spans {
		got[keyOf(span)] = span
	}
	for _, span := range hostile {
		if got[keyOf(span)] == nil {
			s.problem("span %s %.80q did not arrive", span.SpanID, span.Name)
		}
	}
	for _, span := range ordinary.Spans {
		s.wantSpan(got[keyOf(span)], span)
	}
}

func checkBig(s *suite) { s.delivers(newBatch(2001)) }
