// Package replay_test replays recorded runs of real agents through the library to
// a real backend, and looks whether all of it is there.
package replay_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/cmd/staso/internal/server"
	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestRecordedRunsAreStoredAsTheyWere(t *testing.T) {
	runs := loadRuns(t)
	backend := newBackend(t)
	tracer, err := staso.New(
		staso.WithAgentName("replay"), staso.WithLookupEnv(nil), staso.WithCaptureVCS(false),
		staso.WithBaseURL(backend.url), staso.WithEnvironment("replay"),
	)
	require.NoError(t, err)

	begin := time.Now().UTC().Truncate(time.Millisecond).Add(-time.Duration(len(runs)) * time.Minute)
	traces := make([]uuid.UUID, len(runs))
	spans := int64(len(runs))
	for i := range runs {
		at := begin.Add(time.Duration(i) * time.Minute)
		traces[i] = record(t, tracer, &runs[i], at)
		spans += int64(len(runs[i].steps(at)))
	}
	require.NoError(t, tracer.Shutdown(context.Background()))
	assertDelivered(t, tracer.Stats(), spans)

	listed := backend.list(t)
	require.Len(t, listed, len(runs))
	for i := range runs {
		at := begin.Add(time.Duration(i) * time.Minute)
		t.Run(runs[i].ID, func(t *testing.T) { assertStored(t, backend, &runs[i], traces[i], at) })
		newest := listed[len(runs)-1-i]
		assert.Equal(t, traces[i], newest.TraceID, "the list is by age")
		assert.Equal(t, runs[i].ID, newest.ConversationID)
	}
}

// record replays one run: an agent at the root, and under it the calls.
func record(t *testing.T, tracer *staso.Tracer, r *run, begin time.Time) uuid.UUID {
	t.Helper()
	ctx := staso.ContextWithConversation(t.Context(), r.ID)
	ctx = staso.ContextWithAgent(ctx, r.Source)
	ctx, root := tracer.Start(ctx, r.Source, staso.WithKind(staso.KindAgent), staso.WithStartTime(begin),
		staso.WithTags("recorded", r.Source), staso.WithMetadata("domain", r.Domain))
	root.SetInput(r.Task)
	end := begin
	spans := make([]*staso.Span, len(r.Messages)) // of each message, the model's call that came last before it
	for _, s := range r.steps(begin) {
		span := s.record(ctx, tracer, r)
		if s.kind == staso.KindLLM {
			for i := s.index; i < len(spans); i++ {
				spans[i] = span
			}
		}
		end = s.start.Add(s.took)
	}
	root.SetOutput(r.last())
	root.EndAt(end.Add(pauseTime))
	for _, a := range r.judgements() {
		require.NoError(t, root.Annotate(a))
	}
	for _, f := range r.Failures {
		a := staso.Categorical("failure", f.Category)
		a.Comment = f.Reason
		require.NoError(t, spans[f.Step].Annotate(a))
	}
	return root.TraceID()
}

func (s *step) record(ctx context.Context, tracer *staso.Tracer, r *run) *staso.Span {
	_, span := tracer.Start(ctx, s.name, staso.WithKind(s.kind), staso.WithStartTime(s.start))
	if s.kind == staso.KindLLM {
		span.SetModel(text(r.Model))
	}
	span.SetInput(s.input)
	span.SetOutput(s.output)
	if s.failed != "" {
		span.RecordError(errors.New(s.failed))
	}
	span.EndAt(s.start.Add(s.took))
	return span
}

func (r *run) last() string { return text(r.Messages[len(r.Messages)-1].Content) }

func (r *run) judgements() (all []staso.Annotation) {
	if r.Outcome.Success != nil {
		all = append(all, staso.Boolean("success", *r.Outcome.Success))
	}
	if r.Outcome.Reward != nil {
		all = append(all, staso.Numeric("reward", *r.Outcome.Reward))
	}
	if r.ExitStatus != "" {
		all = append(all, staso.Categorical("exit_status", r.ExitStatus))
	}
	return all
}

func assertDelivered(t *testing.T, stats staso.Stats, spans int64) {
	t.Helper()
	assert.Equal(t, spans, stats.Spans.Ended)
	for what, c := range map[string]staso.Counts{"spans": stats.Spans, "annotations": stats.Annotations} {
		assert.Equal(t, c.Ended, c.Exported, what)
		assert.Zero(t, c.Pending, what)
		assert.Empty(t, c.Dropped, what)
		assert.Empty(t, c.Failed, what)
	}
	t.Logf("%d spans and %d annotations exported", stats.Spans.Exported, stats.Annotations.Exported)
}

func assertStored(t *testing.T, b *backend, r *run, id uuid.UUID, begin time.Time) {
	t.Helper()
	var got traceAnswer
	b.get(t, "/v1/traces/"+id.String(), &got)
	steps := r.steps(begin)
	require.Len(t, got.Spans, len(steps)+1)
	assert.False(t, got.Provisional)
	assert.Equal(t, r.Source, got.AgentName)
	assert.ElementsMatch(t, []string{"recorded", r.Source}, got.Tags)

	root := got.Spans[0]
	assert.Equal(t, [3]string{r.Source, "agent", ""}, [3]string{root.Name, root.Kind, root.ParentSpanID})
	assertValue(t, r.Task, root.Input)
	assertValue(t, r.last(), root.Output)
	failed := 0
	for i, want := range steps {
		span := got.Spans[i+1]
		assert.Equal(t, [3]string{want.name, want.kind.String(), root.SpanID}, [3]string{span.Name, span.Kind, span.ParentSpanID})
		assert.True(t, want.start.Equal(span.Timestamp), "%s: %s", want.start, span.Timestamp)
		assert.Equal(t, want.took, time.Duration(math.Round(span.DurationMS*float64(time.Millisecond))))
		assertValue(t, want.input, span.Input)
		assertValue(t, want.output, span.Output)
		if want.failed == "" {
			assert.Equal(t, "ok", span.Status)
			assert.Nil(t, span.ErrorMessage)
			continue
		}
		failed++
		assert.Equal(t, "error", span.Status)
		assert.Equal(t, &want.failed, span.ErrorMessage)
	}
	assert.Equal(t, failed, got.ErrorCount)
	assert.Len(t, got.Annotations, len(r.judgements())+len(r.Failures))
	for _, want := range r.judgements() {
		assert.Contains(t, got.judged(root.SpanID), want.Name+" "+string(want.Value))
	}
	for _, f := range r.Failures {
		assert.Contains(t, got.judged(""), `failure "`+f.Category+`" `+f.Reason)
	}
}

// assertValue compares JSON values: the order of members apart, every byte
// counts, also of numbers.
func assertValue(t *testing.T, want any, got json.RawMessage) {
	t.Helper()
	encoded, err := json.Marshal(want)
	require.NoError(t, err)
	assert.Equal(t, decode(t, encoded), decode(t, got))
}

func decode(t *testing.T, raw []byte) (v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	require.NoError(t, d.Decode(&v))
	return v
}

type backend struct {
	url    string
	client *http.Client
}

func newBackend(t *testing.T) *backend {
	t.Helper()
	st, err := sqlite.Open(t.Context(), databasePath(t))
	require.NoError(t, err)
	s := httptest.NewServer(server.New(st, server.Options{}))
	t.Cleanup(func() {
		s.Close()
		assert.NoError(t, st.Close())
	})
	return &backend{s.URL, s.Client()}
}

func (b *backend) get(t *testing.T, path string, into any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+path, http.NoBody)
	require.NoError(t, err)
	response, err := b.client.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.NoError(t, json.NewDecoder(response.Body).Decode(into))
}

// list reads the whole list, page by page.
func (b *backend) list(t *testing.T) (all []traceAnswer) {
	t.Helper()
	for cursor := ""; ; {
		var page struct {
			Traces     []traceAnswer `json:"traces"`
			NextCursor string        `json:"next_cursor"`
		}
		b.get(t, "/v1/traces?"+url.Values{"limit": {"25"}, "cursor": {cursor}}.Encode(), &page)
		all = append(all, page.Traces...)
		if cursor = page.NextCursor; cursor == "" {
			return all
		}
	}
}

type traceAnswer struct {
	TraceID        uuid.UUID `json:"trace_id"`
	ConversationID string    `json:"conversation_id"`
	AgentName      string    `json:"agent_name"`
	Tags           []string  `json:"tags"`
	ErrorCount     int       `json:"error_count"`
	Provisional    bool      `json:"provisional"`
	Spans          []struct {
		SpanID       string          `json:"span_id"`
		ParentSpanID string          `json:"parent_span_id"`
		Name         string          `json:"name"`
		Kind         string          `json:"kind"`
		Status       string          `json:"status"`
		Timestamp    time.Time       `json:"timestamp"`
		DurationMS   float64         `json:"duration_ms"`
		ErrorMessage *string         `json:"error_message"`
		Input        json.RawMessage `json:"input"`
		Output       json.RawMessage `json:"output"`
	} `json:"spans"`
	Annotations []struct {
		Name    string          `json:"name"`
		SpanID  string          `json:"span_id"`
		Value   json.RawMessage `json:"value"`
		Comment string          `json:"comment"`
	} `json:"annotations"`
}

// judged are the annotations of one span, or with comments those of all.
func (a *traceAnswer) judged(span string) (all []string) {
	for _, j := range a.Annotations {
		switch {
		case span == "":
			all = append(all, j.Name+" "+string(j.Value)+" "+j.Comment)
		case j.SpanID == span:
			all = append(all, j.Name+" "+string(j.Value))
		}
	}
	return all
}
