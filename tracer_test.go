package staso_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/exporter"
)

// sink keeps copies of what it is given, and can be told to fail.
type sink struct {
	mu          sync.Mutex
	spans       []*exporter.SpanData
	annotations []*exporter.Annotation
	fail        func(exporter.Batch) error
}

func (s *sink) Export(ctx context.Context, batch exporter.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		if err := s.fail(batch); err != nil {
			return err
		}
	}
	for _, span := range batch.Spans {
		s.spans = append(s.spans, span.Clone())
	}
	for _, a := range batch.Annotations {
		s.annotations = append(s.annotations, a.Clone())
	}
	return nil
}

func (s *sink) Shutdown(context.Context) error { return nil }

// count says how many spans there are, provisional ones included.
func (s *sink) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.spans)
}

func (s *sink) named(t *testing.T, name string) *exporter.SpanData {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, span := range s.spans {
		if span.Name == name && !span.Provisional {
			return span
		}
	}
	require.FailNowf(t, "no such span", "%s", name)
	return nil
}

// newTracer builds a tracer without variables that shuts down with the test.
func newTracer(t *testing.T, opts ...staso.Option) (*staso.Tracer, *sink) {
	t.Helper()
	s := &sink{}
	opts = append([]staso.Option{
		staso.WithAgentName("test"), staso.WithLookupEnv(nil), staso.WithCaptureVCS(false), staso.WithExporter(s),
	}, opts...)
	tracer, err := staso.New(opts...)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = tracer.Shutdown(ctx)
	})
	return tracer, s
}

func TestSpansOfOneTraceFormATree(t *testing.T) {
	tracer, sink := newTracer(t)
	ctx, root := tracer.Start(t.Context(), "root", staso.WithKind(staso.KindAgent))
	_, child := tracer.Start(ctx, "child", staso.WithKind(staso.KindLLM))
	child.SetModel("gpt-4o")
	child.SetInput([]map[string]any{{"role": "user", "content": "hi"}})
	child.SetOutput("hello")
	child.SetUsage(staso.Usage{InputTokens: 3, OutputTokens: 2, ReasoningTokens: 1})
	child.End()
	root.RecordError(errors.New("boom"))
	root.End()
	require.NoError(t, tracer.Flush(t.Context()))

	got := sink.named(t, "child")
	assert.Equal(t, root.TraceID(), got.TraceID)
	assert.Equal(t, root.ID(), got.ParentSpanID)
	assert.JSONEq(t, `[{"role":"user","content":"hi"}]`, string(got.Input))
	assert.JSONEq(t, `"hello"`, string(got.Output))
	assert.JSONEq(t, `{"reasoning_tokens":1}`, string(got.Attributes))
	assert.Equal(t, int64(5), got.Usage.TotalTokens)
	assert.Equal(t, staso.StatusError, sink.named(t, "root").Status)
	stats := tracer.Stats().Spans
	assert.Equal(t, int64(2), stats.Exported)
	assert.True(t, json.Valid(got.Attributes))
}
