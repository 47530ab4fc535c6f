// Package exporter is the contract between a Tracer and the places that its
// spans go to, and the home of the data that travels there.
//
// It is a leaf: it imports nothing of this module. A user meets most of its
// types through aliases in the root package (staso.Usage is exporter.Usage); an
// implementor of [Exporter] meets them here. The packages below it are the
// implementations that come with the library, and exportertest is the suite
// that each of them, and yours, should pass.
package exporter

import (
	"context"

	"github.com/google/uuid"
)

// Exporter sends batches of finished work somewhere.
//
// The pipeline that calls it bounds, batches, retries and counts; an exporter
// only sends. It needs no queue, no retry and no goroutine of its own.
type Exporter interface {
	// Export sends one batch and returns when its fate is known. nil means that
	// every span and annotation in it was accepted.
	//
	// It may be called from several goroutines at once. The batch and all that
	// it points to are read-only and valid only until Export returns: what an
	// exporter keeps, it copies ([SpanData.Clone]).
	//
	// Export returns soon after ctx ends, with an error that wraps ctx.Err(); a
	// [*RetryableError] of it says that the batch may be kept and sent again. It
	// never retries. What its error means:
	//
	//   - [*RetryableError]: nothing is known to be stored and another try may
	//     succeed. The caller tries again with the same Batch.ID.
	//   - [*PartialError]: the batch was taken but for the items counted.
	//   - anything else: final, the whole batch is lost.
	Export(ctx context.Context, batch Batch) error

	// Shutdown flushes what the exporter holds and frees what it owns. After it,
	// Export fails with [ErrShutdown]. It returns when ctx ends at the latest; a
	// second call does nothing and returns nil.
	Shutdown(ctx context.Context) error
}

// Batch is what one Export call carries. Either list may be empty.
type Batch struct {
	// ID is the same over every try of one batch, so that a receiver can tell a
	// retry from new work.
	ID          uuid.UUID
	Resource    Resource
	Spans       []*SpanData
	Annotations []*Annotation
}

// Resource says what process the batch comes from.
type Resource struct {
	// Environment is the deployment environment, for instance "production".
	Environment string `json:"environment,omitempty"`
	// Workspace is the slug of the workspace that the data belongs to; empty
	// leaves the choice to the backend.
	Workspace string `json:"workspace_slug,omitempty"`
}
