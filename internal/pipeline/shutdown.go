package pipeline

import (
	"context"
	"errors"
	"time"

	"github.com/staso-go/staso/internal/panics"
)

// cancelGrace is how long an exporter may take to come back once its context
// has ended.
const cancelGrace = 2 * time.Second

// Shutdown refuses new items, delivers what it can until ctx ends, and ends the
// senders and the exporter. The Loss is that of the pipeline's whole life. A
// second call waits for the first and returns the same.
func (p *Pipeline) Shutdown(ctx context.Context) Loss {
	if !p.beginShutdown() {
		return p.awaitShutdown(ctx)
	}
	late := latecomers{grace: cancelGrace}
	err := p.drain(ctx, &late)
	err = because(err, p.shutdownExporter(ctx, &late))
	p.answer = p.totalLoss(err)
	close(p.closed)
	return p.answer.clone()
}

func (p *Pipeline) beginShutdown() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shuttingDown {
		return false
	}
	p.shuttingDown = true
	close(p.closing)
	return true
}

func (p *Pipeline) awaitShutdown(ctx context.Context) Loss {
	if wait(ctx, p.closed) {
		return p.answer.clone()
	}
	return Loss{Pending: p.Stats().Spans.Pending, Err: ctx.Err()}
}

// drain waits for the senders; at the end of ctx it cuts them short.
func (p *Pipeline) drain(ctx context.Context, late *latecomers) error {
	defer p.cancel()
	if wait(ctx, p.drained) {
		return nil
	}
	p.cancel()
	if !late.wait(p.drained) {
		return because(ctx.Err(), errors.New("the exporter did not return when its context ended"))
	}
	return ctx.Err()
}

func (p *Pipeline) shutdownExporter(ctx context.Context, late *latecomers) error {
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = panics.Safe(contain(func() error { return p.cfg.Exporter.Shutdown(ctx) }))
	}()
	if !wait(ctx, done) && !late.wait(done) {
		return errors.New("the exporter's Shutdown did not return when its context ended")
	}
	return err
}

// wait says whether done was closed before ctx ended.
func wait(ctx context.Context, done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	case <-ctx.Done():
	}
	select {
	case <-done:
		return true
	default:
		return false
	}
}

// latecomers waits for those who do not keep to their context, but not longer
// than grace for all of them together.
type latecomers struct{ grace time.Duration }

func (l *latecomers) wait(done <-chan struct{}) bool {
	start := time.Now()
	defer func() { l.grace -= time.Since(start) }()
	timer := time.NewTimer(l.grace)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}
