package staso_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/exporter"
)

func withEnv(vars map[string]string) staso.Option {
	return staso.WithLookupEnv(func(name string) (string, bool) {
		value, ok := vars[name]
		return value, ok
	})
}

// build makes a tracer that is shut down with the test.
func build(t *testing.T, opts ...staso.Option) *staso.Tracer {
	t.Helper()
	tracer, err := staso.New(opts...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = tracer.Shutdown(t.Context()) })
	return tracer
}

func TestDefaults(t *testing.T) {
	c := build(t, staso.WithLookupEnv(nil), staso.WithAgentName("a")).Config()
	assert.Equal(t, staso.Config{
		AgentName: "a", BaseURL: "http://127.0.0.1:7600", Environment: "default", Workspace: "default",
		Enabled: true, BatchSize: 100, FlushInterval: 5 * time.Second, QueueSize: 10_000, QueueBytes: 64 << 20,
		FieldLimit: 256 << 10, CaptureMessages: true, CaptureVCS: true, ProvisionalRoots: []staso.Kind{staso.KindAgent},
	}, c)
}

func TestOptionBeatsVariableBeatsDefault(t *testing.T) {
	env := withEnv(map[string]string{
		"STASO_AGENT_NAME": "env-agent", "STASO_AGENT_VERSION": "v7", "STASO_API_KEY": "sk_env",
		"STASO_BASE_URL": "https://staso.example.com/base/", "STASO_ENVIRONMENT": "staging",
		"STASO_WORKSPACE_SLUG": "team", "STASO_DEBUG": "TRUE", "STASO_CAPTURE_MESSAGES": "off",
		"STASO_SESSION_ID": "s", "STASO_CAPTURE_OUTPUT": "no",
	})
	c := build(t, env).Config()
	assert.Equal(t, "env-agent", c.AgentName)
	assert.Equal(t, "v7", c.AgentVersion)
	assert.Equal(t, "https://staso.example.com/base", c.BaseURL)
	assert.Equal(t, "staging", c.Environment)
	assert.Equal(t, "team", c.Workspace)
	assert.Equal(t, "s", c.Conversation)
	assert.True(t, c.Debug)
	assert.Equal(t, staso.CapturePolicy{Request: staso.Suppressed, SystemPrompt: staso.Suppressed, Output: staso.Suppressed}, c.Capture)

	c = build(t, env, staso.WithAgentName("option"), staso.WithBaseURL("http://localhost:1"),
		staso.WithEnvironment("prod"), staso.WithCaptureMessages(true), staso.WithDebug(false)).Config()
	assert.Equal(t, "option", c.AgentName)
	assert.Equal(t, "http://localhost:1", c.BaseURL)
	assert.Equal(t, "prod", c.Environment)
	assert.False(t, c.Debug)
	assert.True(t, c.CaptureMessages)
}

func TestAnOptionOverrulesABadVariable(t *testing.T) {
	build(t, withEnv(map[string]string{"STASO_BASE_URL": "::", "STASO_API_KEY": "changeme"}),
		staso.WithAgentName("a"), staso.WithBaseURL("http://127.0.0.1:1"), staso.WithAPIKey("sk_real"))
}

func TestEveryBadOptionIsToldAtOnce(t *testing.T) {
	_, err := staso.New(
		withEnv(map[string]string{"STASO_DEBUG": "perhaps", "STASO_CAPTURE_OUTPUT": "maybe"}),
		staso.WithBatchSize(0), staso.WithQueueSize(-1), staso.WithFlushInterval(0),
		staso.WithBaseURL("example.com"), staso.WithAPIKey("your-api-key"), staso.WithExporter(nil), nil,
	)
	require.ErrorIs(t, err, staso.ErrInvalidOption)
	for _, want := range []string{
		"STASO_DEBUG", "STASO_CAPTURE_OUTPUT", "WithBatchSize(0)", "WithQueueSize(-1)", "WithFlushInterval(0s)",
		"WithBaseURL", "WithAPIKey", "WithExporter(nil)", "nil Option", "STASO_AGENT_NAME",
	} {
		assert.ErrorContains(t, err, want)
	}
}

func TestBadValues(t *testing.T) {
	for name, opt := range map[string]staso.Option{
		"batch of 501":               staso.WithBatchSize(501),
		"field limit small":          staso.WithFieldLimit(1023),
		"field limit large":          staso.WithFieldLimit(4<<20 + 1),
		"queue bytes":                staso.WithQueueBytes(1),
		"block for ever":             staso.WithBlockOnFull(time.Hour),
		"ratio":                      staso.WithSampleRatio(1.1),
		"ratio NaN":                  staso.WithSampleRatio(math.NaN()),
		"nil client":                 staso.WithHTTPClient(nil),
		"blank agent":                staso.WithAgentName(" "),
		"long agent":                 staso.WithAgentName(strings.Repeat("a", 257)),
		"agent with newline":         staso.WithAgentName("a\nb"),
		"no scheme":                  staso.WithBaseURL("127.0.0.1:7600"),
		"other scheme":               staso.WithBaseURL("ftp://127.0.0.1"),
		"no host":                    staso.WithBaseURL("http:///x"),
		"credentials":                staso.WithBaseURL("https://u:p4ss@example.com"),
		"query":                      staso.WithBaseURL("https://example.com?q=s3cret"),
		"fragment":                   staso.WithBaseURL("https://example.com#f"),
		"plain http elsewhere":       staso.WithBaseURL("http://example.com"),
		"plain http to a look-alike": staso.WithBaseURL("http://localhost.example.com"),
		"empty key":                  staso.WithAPIKey(""),
		"placeholder":                staso.WithAPIKey(" Change-Me "),
		"key with newline":           staso.WithAPIKey("sk\r\nX: y"),
	} {
		t.Run(name, func(t *testing.T) {
			tracer, err := staso.New(staso.WithLookupEnv(nil), staso.WithAgentName("a"), opt)
			require.ErrorIs(t, err, staso.ErrInvalidOption)
			assert.Nil(t, tracer)
			assert.NotContains(t, err.Error(), "p4ss")
			assert.NotContains(t, err.Error(), "s3cret")
		})
	}
}

func TestAKeyIsRequiredOnlyOffLoopback(t *testing.T) {
	remote := staso.WithBaseURL("https://staso.example.com")
	_, err := staso.New(staso.WithLookupEnv(nil), staso.WithAgentName("a"), remote)
	require.ErrorIs(t, err, staso.ErrInvalidOption)
	assert.ErrorContains(t, err, "STASO_API_KEY")
	build(t, staso.WithLookupEnv(nil), staso.WithAgentName("a"), remote, staso.WithAPIKey("sk_1"))
	build(t, staso.WithLookupEnv(nil), staso.WithAgentName("a"), remote, staso.WithExporter(&sink{}))
	for _, local := range []string{"http://localhost:7600", "http://127.8.8.8", "http://[::1]:7600", "https://127.0.0.1"} {
		build(t, staso.WithLookupEnv(nil), staso.WithAgentName("a"), staso.WithBaseURL(local))
	}
}

func TestADisabledTracerNeedsNothing(t *testing.T) {
	tracer := build(t, staso.WithLookupEnv(nil), staso.WithEnabled(false))
	ctx, span := tracer.Start(t.Context(), "op")
	assert.Equal(t, t.Context(), ctx)
	assert.Nil(t, span)
	assert.NoError(t, tracer.Flush(t.Context()))
}

func TestADisabledTracerShutsItsExporterDown(t *testing.T) {
	e := &closing{}
	tracer := build(t, staso.WithLookupEnv(nil), staso.WithEnabled(false), staso.WithExporter(e))
	require.NoError(t, tracer.Shutdown(t.Context()))
	assert.True(t, e.closed)
}

func TestTheKeyIsInNoRendering(t *testing.T) {
	const key = "sk_live_0123456789"
	tracer := build(t, staso.WithLookupEnv(nil), staso.WithAgentName("a"), staso.WithAPIKey(key))
	core, logs := observer.New(zap.DebugLevel)
	zap.New(core).Info("x", zap.Any("config", tracer.Config()), zap.Any("tracer", tracer), zap.Stringer("s", tracer))
	encoded, err := json.Marshal(tracer.Config())
	require.NoError(t, err)
	asJSON, err := json.Marshal(tracer) //nolint:staticcheck // that it is empty is what is tested
	require.NoError(t, err)
	var all strings.Builder
	all.Write(encoded)
	all.Write(asJSON)
	fmt.Fprint(&all, logs.All()[0].ContextMap())
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&all, verb+verb, tracer, tracer.Config())
	}
	assert.NotContains(t, all.String(), key)
	assert.NotContains(t, all.String(), fmt.Sprintf("%x", key))
	assert.Contains(t, all.String(), "[redacted]")
}

func TestTroubleIsToldOnceAMinute(t *testing.T) {
	core, logs := observer.New(zap.DebugLevel)
	tracer, sink := newTracer(t, staso.WithLogger(zap.New(core)), staso.WithBatchSize(1))
	sink.fail = func(exporter.Batch) error { return errors.New("the disk is full") }
	for range 20 {
		_, span := tracer.Start(t.Context(), "op")
		span.End()
	}
	err := tracer.Flush(t.Context())
	var loss *staso.LossError
	require.ErrorAs(t, err, &loss)
	assert.Equal(t, map[staso.Reason]int64{"exporter_failed": 20}, loss.Spans)
	assert.ErrorContains(t, err, "the disk is full")
	assert.Equal(t, 1, logs.Len())
}

func TestARefusedKeyIsNotToldOfEveryMinute(t *testing.T) {
	for reason, want := range map[staso.Reason]int{exporter.ReasonUnauthorized: 1, exporter.ReasonRejected: 3} {
		synctest.Test(t, func(t *testing.T) {
			core, logs := observer.New(zap.DebugLevel)
			tracer, sink := newTracer(t, staso.WithLogger(zap.New(core)))
			sink.fail = func(exporter.Batch) error { return &exporter.ReasonError{Reason: reason, Err: errors.New("no")} }
			for range 3 {
				endSpans(tracer, 1, "x")
				require.Error(t, tracer.Flush(context.Background()))
				time.Sleep(time.Minute)
			}
			assert.Equal(t, want, logs.Len(), reason)
			require.Error(t, tracer.Shutdown(context.Background()))
		})
	}
}

func TestAgentID(t *testing.T) {
	assert.Equal(t, "db9640e0-b131-55a4-a5cd-0ded511b7f92", staso.AgentID("support-bot").String())
	assert.Zero(t, staso.AgentID(""))
}

type closing struct {
	sink
	closed bool
}

func (c *closing) Shutdown(context.Context) error {
	c.closed = true
	return nil
}
