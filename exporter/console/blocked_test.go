package console_test

import (
	"context"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/console"
)

// A terminal blocks when somebody presses ctrl-S.
func TestATerminalThatBlocksHoldsUpOnlyTheExportThatPrints(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe() // nobody reads
		e, err := console.New(console.WithWriter(w))
		require.NoError(t, err)
		root := span(1, 0, exporter.KindAgent, "bot")
		first := make(chan error)
		go func() { first <- e.Export(t.Context(), batch(root)) }()
		synctest.Wait()

		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		require.ErrorIs(t, e.Export(ctx, batch(root)), context.DeadlineExceeded)
		require.ErrorIs(t, e.Shutdown(ctx), context.DeadlineExceeded)

		require.NoError(t, r.Close())
		require.ErrorIs(t, <-first, io.ErrClosedPipe)
		require.NoError(t, e.Shutdown(t.Context()))
	})
}
