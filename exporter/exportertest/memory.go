package exportertest

import (
	"sync"

	"github.com/staso-go/staso/exporter"
)

// memoryChecks are about what is shared.
func memoryChecks() []check {
	return []check{
		{"concurrent", "Export may be called from several goroutines at once", checkConcurrent},
		{"read-only", "Export changes nothing in a batch", checkReadOnly},
		{"ownership", "a batch is valid until Export returns, and what is kept of it is copied", checkOwnership},
	}
}

func checkConcurrent(s *suite) {
	const goroutines, batches = 8, 10
	e := s.harness.New(s)
	var mu sync.Mutex
	var sent []exporter.Batch
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for range batches {
				batch := newBatch(5)
				kept := clone(batch)
				if err := e.Export(s.Context(), batch); err != nil {
					s.problem("Export in one of %d goroutines: %v", goroutines, err)
				}
				scribble(batch)
				mu.Lock()
				sent = append(sent, kept)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	s.shutdown(e)
	s.wantReceived(e, sent...)
}

func checkReadOnly(s *suite) {
	e := s.harness.New(s)
	batch := newBatch(4)
	batch.Annotations = newAnnotations()
	before := clone(batch)
	s.export(e, batch)
	s.shutdown(e)
	for i, span := range batch.Spans {
		s.wantSpan(span, before.Spans[i])
	}
	s.wantAnnotations(batch.Annotations, []exporter.Batch{before})
}

func checkOwnership(s *suite) {
	e := s.harness.New(s)
	var sent []exporter.Batch
	for range 3 {
		batch := newBatch(20)
		batch.Annotations = newAnnotations()
		sent = append(sent, clone(batch))
		s.export(e, batch)
		scribble(batch)
	}
	s.shutdown(e)
	s.wantReceived(e, sent...)
}

// scribble does what a pipeline that uses its memory again does.
func scribble(batch exporter.Batch) {
	for i, span := range batch.Spans {
		for _, payload := range [][]byte{span.Input, span.Output, span.Attributes} {
			for at := range payload {
				payload[at] = 'X'
			}
		}
		if span.Usage != nil {
			*span.Usage = exporter.Usage{InputTokens: -99}
		}
		*span = exporter.SpanData{Name: "overwritten"}
		batch.Spans[i] = nil
	}
	for i, a := range batch.Annotations {
		for at := range a.Value {
			a.Value[at] = 'X'
		}
		*a = exporter.Annotation{Name: "overwritten"}
		batch.Annotations[i] = nil
	}
}
