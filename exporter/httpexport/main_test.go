package httpexport_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/httpexport"
	"github.com/staso-go/staso/testutil"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const ingestPath = "/v1/traces/ingest"

func newBackend(t *testing.T, opts ...testutil.BackendOption) *testutil.Backend {
	t.Helper()
	b := testutil.NewBackend(opts...)
	t.Cleanup(b.Close)
	return b
}

func newExporter(t *testing.T, opts ...httpexport.Option) *httpexport.Exporter {
	t.Helper()
	e, err := httpexport.New(opts...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, e.Shutdown(context.Background())) })
	return e
}

func traceID(n int) uuid.UUID {
	return uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "trace %d", n))
}

func spanID(n int) (id uuid.UUID) {
	id[8], id[14], id[15] = 0x60, byte(n>>8), byte(n)
	return id
}

func span(trace, n int) *exporter.SpanData {
	return &exporter.SpanData{
		TraceID: traceID(trace), SpanID: spanID(n),
		Name: fmt.Sprintf("span %d", n), Kind: exporter.KindTool,
		StartTime: time.Date(2026, 11, 23, 2, 11, 56, 818553000, time.UTC).Add(time.Duration(n) * time.Millisecond),
		Duration:  470 * time.Microsecond,
		Input:     json.RawMessage(`{"q":"where is my \"order\"?"}`),
		Output:    json.RawMessage(`["A-17", 12.5, null]`),
		AgentName: "support-bot",
	}
}

// batchOf has n spans in traces of two.
func batchOf(n int) exporter.Batch {
	b := exporter.Batch{ID: uuid.New(), Resource: exporter.Resource{Environment: "staging", Workspace: "acme"}}
	for i := range n {
		b.Spans = append(b.Spans, span(i/2, i+1))
	}
	return b
}

func note(n int) *exporter.Annotation {
	a := exporter.Numeric(fmt.Sprintf("score %d", n), float64(n)/4)
	a.ID, a.TraceID = uuid.NewSHA1(uuid.NameSpaceURL, []byte{byte(n)}), traceID(n)
	return &a
}
