package httpexport_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter/httpexport"
	"github.com/staso-go/staso/testutil"
)

// A connection that was kept may have been closed by the other side meanwhile.
// net/http then tries once more by itself, since a request with an
// Idempotency-Key may be sent again: that costs the caller no try.
func TestStaleConnectionCostsNoTry(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	require.NoError(t, e.Export(t.Context(), batchOf(2)))
	backend.Fail(testutil.Reset())
	batch := batchOf(2)
	require.NoError(t, e.Export(t.Context(), batch))
	keys := idempotencyKeys(backend)
	assert.Equal(t, []string{batch.ID.String(), batch.ID.String()}, keys[1:])
}
