package exportertest

import (
	"context"
	"errors"
	"time"

	"github.com/staso-go/staso/exporter"
)

// soon is how long "soon" may take on a machine that is busy with other things.
const soon = 5 * time.Second

// endingChecks are about contexts and Shutdown.
func endingChecks() []check {
	return []check{
		{"cancelled", "with a context that has ended, Export returns soon, with an error that wraps ctx.Err()", checkCancelled},
		{"cancelled midway", "when its context ends, Export returns soon, with an error that wraps ctx.Err()", checkCancelledMidway},
		{"after shutdown", "after Shutdown, Export fails with ErrShutdown", checkAfterShutdown},
		{"shutdown twice", "a second Shutdown does nothing and returns nil", checkShutdownTwice},
		{"shutdown unused", "an exporter that was never used can be shut down", func(s *suite) { s.shutdown(s.harness.New(s)) }},
		{"shutdown in time", "Shutdown returns when its context ends at the latest", checkShutdownInTime},
		{"shutdown midway", "Shutdown returns when its context ends, also while a batch is being exported", checkShutdownMidway},
	}
}

func checkCancelled(s *suite) {
	e := s.harness.New(s)
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	s.wantEnded(ctx, s.inTime("Export", func() error { return e.Export(ctx, newBatch(2)) }))
	s.export(e, newBatch(1)) // it works on
	s.shutdown(e)
}

func checkCancelledMidway(s *suite) {
	if s.harness.NewBlocked == nil {
		return
	}
	e := s.harness.NewBlocked(s)
	ctx, cancel := context.WithTimeout(s.Context(), 50*time.Millisecond)
	defer cancel()
	s.wantEnded(ctx, s.inTime("Export", func() error { return e.Export(ctx, newBatch(2)) }))
	s.endBlocked(e)
}

// endBlocked shuts down an exporter whose receiver never answers: it must end,
// but need not be content.
func (s *suite) endBlocked(e exporter.Exporter) {
	s.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.Context()), 50*time.Millisecond)
	defer cancel()
	if err := s.inTime("Shutdown", func() error { return e.Shutdown(ctx) }); err != nil {
		s.Logf("Shutdown with a receiver that does not answer: %v", err)
	}
}

func (s *suite) wantEnded(ctx context.Context, err error) {
	s.Helper()
	if !errors.Is(err, ctx.Err()) {
		s.problem("Export returned %v, which does not wrap %q", err, ctx.Err())
	}
}

func checkAfterShutdown(s *suite) {
	e := s.harness.New(s)
	s.export(e, newBatch(1))
	s.shutdown(e)
	for _, batch := range []exporter.Batch{newBatch(1), emptyBatch()} {
		if err := e.Export(s.Context(), batch); !errors.Is(err, exporter.ErrShutdown) {
			s.problem("Export of %d spans after Shutdown returned %v", len(batch.Spans), err)
		}
	}
}

func checkShutdownTwice(s *suite) {
	e := s.harness.New(s)
	s.export(e, newBatch(1))
	s.shutdown(e)
	s.shutdown(e)
}

func checkShutdownInTime(s *suite) {
	e := s.harness.New(s)
	s.export(e, newBatch(10))
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	if err := s.inTime("Shutdown", func() error { return e.Shutdown(ctx) }); err != nil {
		s.Logf("Shutdown with a context that has ended: %v", err)
	}
	s.shutdown(e)
}

func checkShutdownMidway(s *suite) {
	if s.harness.NewBlocked == nil {
		return
	}
	e := s.harness.NewBlocked(s)
	ctx, cancel := context.WithTimeout(s.Context(), 100*time.Millisecond)
	defer cancel()
	exported := make(chan error, 1)
	go func() { exported <- e.Export(ctx, newBatch(1)) }()
	s.endBlocked(e)
	if err := s.inTime("Export", func() error { return <-exported }); err == nil {
		s.problem("Export to a receiver that does not answer returned nil")
	}
}

// inTime runs call and ends the check if it takes too long.
func (s *suite) inTime(name string, call func() error) error {
	s.Helper()
	done := make(chan error, 1)
	go func() { done <- call() }()
	timer := time.NewTimer(soon)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		s.fatal("%s has not returned after %s", name, soon)
		return nil
	}
}
