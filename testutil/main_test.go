package testutil_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/exporter"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// failures is a TestingT that keeps what it is told.
type failures struct{ said []string }

func (f *failures) Helper() {}

func (f *failures) Errorf(format string, args ...any) {
	f.said = append(f.said, fmt.Sprintf(format, args...))
}

func (f *failures) only(t *testing.T) string {
	t.Helper()
	require.Len(t, f.said, 1)
	return f.said[0]
}

func newTracer(t *testing.T, e exporter.Exporter, opts ...staso.Option) *staso.Tracer {
	t.Helper()
	opts = append([]staso.Option{
		staso.WithAgentName("test"), staso.WithExporter(e), staso.WithCaptureVCS(false),
		staso.WithLookupEnv(func(string) (string, bool) { return "", false }),
	}, opts...)
	tracer, err := staso.New(opts...)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := tracer.Shutdown(ctx); err != nil {
			t.Log(err)
		}
	})
	return tracer
}

// treeSpan is a span that starts at second start and ends at once.
func treeSpan(id, parent byte, kind exporter.Kind, name string, start int) *exporter.SpanData {
	s := &exporter.SpanData{
		TraceID: uuid.UUID{1}, SpanID: uuid.UUID{15: id}, Name: name, Kind: kind,
		StartTime: time.Unix(int64(start), 0),
	}
	if parent != 0 {
		s.ParentSpanID = uuid.UUID{15: parent}
	}
	return s
}

func export(t *testing.T, e exporter.Exporter, spans ...*exporter.SpanData) {
	t.Helper()
	require.NoError(t, e.Export(t.Context(), exporter.Batch{ID: uuid.New(), Spans: spans}))
}

func raw(s string) json.RawMessage { return json.RawMessage(s) }
