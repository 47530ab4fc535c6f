package jsonl_test

import (
	"context"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/jsonl"
)

func TestAWriterThatBlocksHoldsUpOnlyTheExportThatWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe() // nobody reads
		e, err := jsonl.NewWriter(w)
		require.NoError(t, err)
		first := make(chan error)
		go func() { first <- e.Export(t.Context(), batch("a")) }()
		synctest.Wait()

		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		require.ErrorIs(t, e.Export(ctx, batch("b")), context.DeadlineExceeded)
		require.ErrorIs(t, e.Shutdown(ctx), context.DeadlineExceeded)
		require.ErrorIs(t, e.Export(t.Context(), batch("c")), exporter.ErrShutdown)

		require.NoError(t, r.Close())
		require.ErrorIs(t, <-first, io.ErrClosedPipe)
		assert.NoError(t, e.Shutdown(t.Context()))
	})
}
