package testutil_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/exportertest"
	"github.com/staso-go/staso/testutil"
)

func TestRecorderConformance(t *testing.T) {
	before := goleak.IgnoreCurrent()
	exportertest.Run(t, exportertest.Harness{
		New: func(exportertest.TestingT) exporter.Exporter { return testutil.NewRecorder() },
		Received: func(_ exportertest.TestingT, e exporter.Exporter) exportertest.Received {
			rec := e.(*testutil.Recorder)
			return exportertest.Received{Spans: rec.Spans(), Annotations: rec.Annotations()}
		},
		Leaks: func() error { return goleak.Find(before) },
	})
}

func TestRecorderAnswersWithoutAFlush(t *testing.T) {
	rec := testutil.NewRecorder()
	tracer := newTracer(t, rec)
	ctx, agent := tracer.Start(t.Context(), "support-bot", staso.WithKind(staso.KindAgent))
	_, tool := tracer.Start(ctx, "lookup_order", staso.WithKind(staso.KindTool))
	tool.SetInput(map[string]string{"order": "A-17"})
	tool.End()
	rec.AssertTree(t, `
		agent support-bot (running)
		  tool lookup_order
	`)
	agent.SetStatus(staso.StatusError, "over the limit")
	require.NoError(t, agent.Annotate(staso.Boolean("grounded", false)))
	agent.End()
	rec.AssertTree(t, `

		agent support-bot error

		  tool lookup_order
	`)
	assert.Len(t, rec.Spans(), 2)
	assert.Equal(t, "lookup_order", rec.Spans()[0].Name, "it ended first")
	assert.JSONEq(t, `{"order":"A-17"}`, string(rec.Spans().OfKind(staso.KindTool).Only(t).Input))
	assert.Equal(t, "grounded", rec.Annotations()[0].Name)
	testutil.VerifyDelivered(t, tracer)

	assert.Len(t, rec.TakeAll(), 2)
	assert.Empty(t, rec.Spans())
	assert.Empty(t, rec.Annotations())
}

func TestRecorderOfSeveralTracers(t *testing.T) {
	rec := testutil.NewRecorder()
	one, two := newTracer(t, rec), newTracer(t, rec)
	_, span := one.Start(t.Context(), "of one")
	span.End()
	_, span = two.Start(t.Context(), "of two")
	span.End()
	assert.Len(t, rec.Spans(), 2)
	require.NoError(t, one.Shutdown(t.Context()))
	_, span = two.Start(t.Context(), "dropped")
	span.End()
	assert.Len(t, rec.Spans(), 2, "what was recorded can be read after Shutdown")
}

func TestRecorderInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := testutil.NewRecorder()
		tracer := newTracer(t, rec)
		for _, name := range []string{"first", "second", "third"} {
			_, span := tracer.Start(t.Context(), name)
			span.End()
		}
		rec.AssertTree(t, "custom first\ncustom second\ncustom third")
	})
}

func TestRecorderKeepsASpanThatEndsTwice(t *testing.T) {
	rec := testutil.NewRecorder()
	root := treeSpan(1, 0, exporter.KindAgent, "bot", 0)
	started := root.Clone()
	started.Provisional = true
	export(t, rec, started)
	export(t, rec, started, root)
	export(t, rec, started)
	assert.Len(t, rec.Spans(), 1, "a provisional root is replaced, and replaces nothing")
	export(t, rec, root)
	assert.Len(t, rec.Spans(), 2, "a second final one is a fault to be seen")
}

func TestSpansFilters(t *testing.T) {
	rec := testutil.NewRecorder()
	parent := treeSpan(1, 0, exporter.KindAgent, "bot", 0)
	failed := treeSpan(3, 1, exporter.KindTool, "refund", 2)
	failed.Status = exporter.StatusTimeout
	other := treeSpan(1, 0, exporter.KindLLM, "plan", 3)
	other.TraceID[15] = 9
	export(t, rec, parent, treeSpan(2, 1, exporter.KindTool, "lookup", 1), failed, other)
	spans := rec.Spans()
	assert.Len(t, spans.OfKind(exporter.KindTool), 2)
	assert.Equal(t, "refund", spans.OfKind(exporter.KindTool).Failed().Only(t).Name)
	assert.Len(t, spans.Named("lookup"), 1)
	assert.Len(t, spans.ChildrenOf(parent), 2)
	assert.Len(t, spans.InTrace(other.TraceID), 1)
	assert.Len(t, spans, 4, "a filter does not change its list")

	var told failures
	assert.NotNil(t, spans.Named("nobody").Only(&told))
	assert.Contains(t, told.only(t), "there are 0")
}
