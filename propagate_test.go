package staso_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso"
)

const (
	w3cTrace  = "0af7651916cd43dd8448eb211c80319c"
	w3cSpan   = "b7ad6b7169203331"
	w3cParent = "00-" + w3cTrace + "-" + w3cSpan + "-01"
)

func TestOneTraceAcrossTwoServices(t *testing.T) {
	front, frontSink := newTracer(t)
	back, backSink := newTracer(t, staso.WithTrustedBaggage(true))
	server := httptest.NewServer(back.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Same(t, back, staso.TracerFromContext(r.Context()))
		_, span := back.Start(r.Context(), "back")
		span.End()
	})))
	defer server.Close()
	client := &http.Client{Transport: front.Transport(nil)}
	defer client.CloseIdleConnections()

	ctx := staso.ContextWithConversation(t.Context(), "größe, 1;2=3")
	ctx = staso.ContextWithUser(ctx, "user alice")
	ctx = staso.ContextWithAgent(ctx, "planner")
	ctx, span := front.Start(ctx, "front")
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
	require.NoError(t, err)
	request.Header.Set("Baggage", "other=1;p=2, staso.user=mallory")
	response, err := client.Do(request)
	require.NoError(t, err)
	_, _ = io.Copy(io.Discard, response.Body)
	response.Body.Close()
	span.End()
	flush(t, front)
	flush(t, back)

	assert.Equal(t, "other=1;p=2, staso.user=mallory", request.Header.Get("Baggage"), "the request itself is left alone")
	got := backSink.named(t, "back")
	assert.Equal(t, frontSink.named(t, "front").SpanID, got.ParentSpanID)
	assert.Equal(t, span.TraceID(), got.TraceID)
	assert.Equal(t, "größe, 1;2=3", got.ConversationID)
	assert.Equal(t, "user alice", got.UserID)
	assert.Equal(t, "planner", got.AgentName)
}

func TestInjectWritesW3C(t *testing.T) {
	tracer, _ := newTracer(t)
	ctx, span := tracer.Start(t.Context(), "op")
	defer span.End()
	header := http.Header{}
	tracer.Inject(ctx, header)
	trace := strings.ReplaceAll(span.TraceID().String(), "-", "")
	id := strings.ReplaceAll(span.ID().String(), "-", "")[16:]
	assert.Equal(t, "00-"+trace+"-"+id+"-01", header.Get("Traceparent"))
	assert.Empty(t, header.Get("Baggage"))

	header = http.Header{}
	tracer.Inject(t.Context(), header)
	assert.Empty(t, header, "nothing to tell")
}

func TestExtractReadsTraceparent(t *testing.T) {
	for name, tc := range map[string]struct {
		header string
		valid  bool
	}{
		"as it should be":      {w3cParent, true},
		"with spaces":          {" " + w3cParent + " ", true},
		"not sampled":          {strings.TrimSuffix(w3cParent, "1") + "0", true},
		"other flags":          {strings.TrimSuffix(w3cParent, "01") + "ff", true},
		"later version":        {"cc" + w3cParent[2:], true},
		"later version, more":  {"cc" + w3cParent[2:] + "-what-ever", true},
		"later version, stuck": {"cc" + w3cParent[2:] + "what", false},
		"version ff":           {"ff" + w3cParent[2:], false},
		"00 with more":         {w3cParent + "-00", false},
		"upper case":           {strings.ToUpper(w3cParent), false},
		"short":                {w3cParent[:54], false},
		"no dashes":            {strings.ReplaceAll(w3cParent, "-", "_"), false},
		"zero trace":           {"00-" + strings.Repeat("0", 32) + "-" + w3cSpan + "-01", false},
		"zero span":            {"00-" + w3cTrace + "-" + strings.Repeat("0", 16) + "-01", false},
		"no hex":               {"00-" + strings.Repeat("g", 32) + "-" + w3cSpan + "-01", false},
		"empty":                {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			tracer, _ := newTracer(t)
			ctx := tracer.Extract(t.Context(), http.Header{"Traceparent": {tc.header}})
			_, span := tracer.Start(ctx, "op")
			span.End()
			continued := span.TraceID() == uuid.MustParse(w3cTrace)
			assert.Equal(t, tc.valid, continued)
		})
	}
}

func TestTwoTraceparentsCountAsNone(t *testing.T) {
	tracer, _ := newTracer(t)
	_, span := tracer.Start(tracer.Extract(t.Context(), http.Header{"Traceparent": {w3cParent, w3cParent}}), "op")
	span.End()
	assert.NotEqual(t, uuid.MustParse(w3cTrace), span.TraceID())
}

func TestAChildFollowsItsRootAcrossServices(t *testing.T) {
	tracer, sink := newTracer(t)
	ctx := tracer.Extract(t.Context(), http.Header{"Traceparent": {strings.TrimSuffix(w3cParent, "1") + "0"}})
	ctx, span := tracer.Start(ctx, "op")
	header := http.Header{}
	tracer.Inject(ctx, header)
	assert.True(t, strings.HasSuffix(header.Get("Traceparent"), "-00"))
	span.End()
	flush(t, tracer)
	assert.Zero(t, sink.count())
	assert.Equal(t, int64(1), tracer.Stats().Spans.Dropped["sampled"])
}

func TestBaggageIsTrustedOnlyByOption(t *testing.T) {
	header := http.Header{"Baggage": {"staso.user=alice,staso.conversation=c%201", "staso.agent=a"}}
	tracer, _ := newTracer(t)
	assert.Empty(t, staso.UserFromContext(tracer.Extract(t.Context(), header)))
	trusting, _ := newTracer(t, staso.WithTrustedBaggage(true))
	ctx := trusting.Extract(t.Context(), header)
	assert.Equal(t, "alice", staso.UserFromContext(ctx))
	assert.Equal(t, "c 1", staso.ConversationFromContext(ctx))
	assert.Equal(t, "a", staso.AgentFromContext(ctx))
}

func TestBadBaggageCountsAsNone(t *testing.T) {
	tracer, _ := newTracer(t, staso.WithTrustedBaggage(true))
	for name, baggage := range map[string]string{
		"bad escape": "staso.user=%zz", "control": "staso.user=a%0Ab", "no value": "staso.user", "empty": "staso.user=",
		"long value": "staso.user=" + strings.Repeat("a", 257), "long header": strings.Repeat("x=y,", 3000) + "staso.user=alice",
	} {
		t.Run(name, func(t *testing.T) {
			assert.Empty(t, staso.UserFromContext(tracer.Extract(t.Context(), http.Header{"Baggage": {baggage}})))
		})
	}
}

func TestSpansCanJoinAnotherLibrarysTrace(t *testing.T) {
	type key struct{}
	tracer, sink := newTracer(t, staso.WithParentFrom(func(ctx context.Context) (staso.SpanContext, bool) {
		c, ok := ctx.Value(key{}).(staso.SpanContext)
		return c, ok
	}))
	foreign := staso.SpanContext{TraceID: uuid.New(), SpanID: uuid.MustParse("00000000-0000-0000-b7ad-6b7169203331"), Sampled: true}
	ctx, span := tracer.Start(context.WithValue(t.Context(), key{}, foreign), "op")
	_, child := tracer.Start(ctx, "child")
	child.End()
	span.End()
	_, alone := tracer.Start(t.Context(), "alone")
	alone.End()
	flush(t, tracer)
	assert.Equal(t, foreign.TraceID, sink.named(t, "op").TraceID)
	assert.Equal(t, foreign.SpanID, sink.named(t, "op").ParentSpanID)
	assert.Equal(t, span.ID(), sink.named(t, "child").ParentSpanID)
	assert.Equal(t, uuid.Nil, sink.named(t, "alone").ParentSpanID)
}

func TestPropagationOfADisabledTracerDoesNothing(t *testing.T) {
	var tracer *staso.Tracer
	header := http.Header{}
	tracer.Inject(t.Context(), header)
	assert.Empty(t, header)
	assert.Equal(t, t.Context(), tracer.Extract(t.Context(), http.Header{"Traceparent": {w3cParent}}))
	assert.Equal(t, http.DefaultTransport, tracer.Transport(nil))
	assert.NotNil(t, tracer.Middleware(http.NotFoundHandler()))
}

func FuzzExtract(f *testing.F) {
	f.Add(w3cParent, "staso.user=a%20b;p=1, other")
	f.Add("cc-"+w3cParent[3:]+"-x", "=,;%")
	f.Fuzz(func(t *testing.T, traceparent, baggage string) {
		tracer, err := staso.New(staso.WithAgentName("f"), staso.WithLookupEnv(nil), staso.WithExporter(discard{}), staso.WithCaptureVCS(false), staso.WithTrustedBaggage(true))
		require.NoError(t, err)
		defer tracer.Shutdown(t.Context())
		ctx := tracer.Extract(t.Context(), http.Header{"Traceparent": {traceparent}, "Baggage": {baggage}})
		ctx, span := tracer.Start(ctx, "op")
		span.End()
		out := http.Header{"Baggage": {baggage}}
		tracer.Inject(ctx, out)
		again := tracer.Extract(t.Context(), out)
		assert.Equal(t, staso.ConversationFromContext(ctx), staso.ConversationFromContext(again))
		assert.LessOrEqual(t, len(staso.UserFromContext(ctx)), 3*256)
		assert.NotEqual(t, uuid.Nil, span.TraceID())
	})
}
