package httpexport_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/httpexport"
	"github.com/staso-go/staso/testutil"
)

// A connection that was kept may have been closed by the other side meanwhile.
// Where net/http sees that before the request is written, it tries once more by
// itself, since a request with an Idempotency-Key may be sent again; else it is
// the caller's to try again. Either way it is the same request.
func TestStaleConnection(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	require.NoError(t, e.Export(t.Context(), batchOf(2)))
	backend.Fail(testutil.Reset())
	batch := batchOf(2)
	if err := e.Export(t.Context(), batch); err != nil {
		var retryable *exporter.RetryableError
		require.ErrorAs(t, err, &retryable)
		require.NoError(t, e.Export(t.Context(), batch))
	}
	keys := idempotencyKeys(backend)
	assert.Equal(t, []string{batch.ID.String(), batch.ID.String()}, keys[1:])
}
