package httpexport_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/httpexport"
	"github.com/staso-go/staso/testutil"
)

const bulkPath, setupPath = "/v1/annotations", "/v1/setup/validate"

func notes(n int) exporter.Batch {
	batch := exporter.Batch{ID: uuid.New(), Resource: exporter.Resource{Workspace: "acme"}}
	for i := range n {
		batch.Annotations = append(batch.Annotations, note(i+1))
	}
	return batch
}

func names(annotations []*exporter.Annotation) []string {
	var names []string
	for _, a := range annotations {
		names = append(names, a.Name)
	}
	return names
}

func TestOneAnnotation(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	a := exporter.Categorical("tone", "polite")
	a.TraceID, a.SpanID, a.ID, a.Comment = traceID(1), spanID(2), uuid.New(), "fine"
	a.Time = time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
	batch := exporter.Batch{ID: uuid.New(), Annotations: []*exporter.Annotation{&a}}
	require.NoError(t, e.Export(t.Context(), batch))
	require.Len(t, backend.Requests(), 1, "no set-up check for one")
	got := backend.Requests()[0]
	assert.Equal(t, "/v1/traces/"+traceID(1).String()+"/annotations", got.Path)
	assert.JSONEq(t, `{"trace_id":"`+a.TraceID.String()+`","id":"`+a.ID.String()+`","span_id":"`+a.SpanID.String()+`",
		"name":"tone","data_type":"categorical","value":"polite","comment":"fine","timestamp":"2026-11-23T03:00:00.000000Z"}`,
		string(got.Body))
	assert.Equal(t, &a, backend.Annotations()[0])
}

func TestAnnotationsInBulk(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	require.NoError(t, e.Export(t.Context(), notes(3)))
	require.NoError(t, e.Export(t.Context(), notes(4)))
	assert.Len(t, backend.RequestsTo(bulkPath), 2)
	assert.Len(t, backend.RequestsTo(setupPath), 1, "asked once")
	assert.Equal(t, "workspace_slug=acme", backend.RequestsTo(setupPath)[0].Query)
	assert.Len(t, backend.Annotations(), 4)
}

func TestAnnotationsOneByOne(t *testing.T) {
	t.Parallel()
	for name, opt := range map[string]testutil.BackendOption{
		"no bulk": testutil.WithoutBulk(), "no set-up check": testutil.WithoutSetupCheck(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			backend := newBackend(t, opt)
			e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
			require.NoError(t, e.Export(t.Context(), notes(3)))
			require.NoError(t, e.Export(t.Context(), notes(3)))
			assert.Equal(t, []string{"score 1", "score 2", "score 3"}, names(backend.Annotations()))
			assert.Len(t, backend.RequestsTo(setupPath), 1)
			assert.Empty(t, backend.RequestsTo(bulkPath))
		})
	}
}

func TestAnnotationsAreNotSentAgain(t *testing.T) {
	t.Parallel()
	backend := newBackend(t, testutil.WithoutBulk())
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	batch := notes(4)
	batch.Spans = batchOf(2).Spans
	backend.Fail(testutil.PartialRejection(), testutil.PartialRejection(), testutil.Status(422, 0), testutil.Status(503, time.Second))
	require.ErrorAs(t, e.Export(t.Context(), batch), new(*exporter.RetryableError))
	assert.Equal(t, []string{"score 1"}, names(backend.Annotations()))

	var partial *exporter.PartialError
	require.ErrorAs(t, e.Export(t.Context(), batch), &partial)
	assert.Empty(t, partial.Rejected)
	assert.Equal(t, map[exporter.Reason]int{exporter.ReasonRejected: 1}, partial.RejectedAnnotations)
	assert.Equal(t, []string{"score 1", "score 3", "score 4"}, names(backend.Annotations()))
	assert.Len(t, backend.RequestsTo(ingestPath), 1)
	assert.Len(t, backend.RequestsTo("/v1/traces/"+traceID(1).String()+"/annotations"), 1)
	assert.Len(t, backend.RequestsTo("/v1/traces/"+traceID(3).String()+"/annotations"), 2)
}

func TestAnnotationFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault testutil.Fault
		lost  map[exporter.Reason]int
		kept  int
	}{
		"some refused":  {testutil.PartialRejection(0, 2), map[exporter.Reason]int{exporter.ReasonRejected: 2}, 2},
		"all refused":   {testutil.Status(422, 0), map[exporter.Reason]int{exporter.ReasonRejected: 4}, 0},
		"bulk is gone":  {testutil.Status(404, 0), nil, 4},
		"bulk is other": {testutil.Status(405, 0), nil, 4},
		"too large":     {testutil.Status(413, 0), nil, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			backend := newBackend(t)
			e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
			backend.Fail(c.fault)
			err := e.Export(t.Context(), notes(4))
			assert.Len(t, backend.Annotations(), c.kept)
			if c.lost == nil {
				require.NoError(t, err)
				return
			}
			var partial *exporter.PartialError
			require.ErrorAs(t, err, &partial)
			assert.Equal(t, c.lost, partial.RejectedAnnotations)
		})
	}
	for name, fault := range map[string]testutil.Fault{
		"garbage": testutil.Garbage(), "malformed": testutil.Malformed(),
		"429": testutil.Status(429, 0), "miscount": testutil.Answer(200, `{"accepted":1,"rejected":-2}`),
	} {
		for _, n := range []int{1, 4} {
			backend := newBackend(t)
			e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
			backend.Fail(fault)
			err := e.Export(t.Context(), notes(n))
			if name == "miscount" && n == 1 {
				require.NoError(t, err, "any JSON will do for one")
				continue
			}
			require.ErrorAs(t, err, new(*exporter.RetryableError), name)
			require.NoError(t, e.Export(t.Context(), notes(n)))
			assert.Len(t, backend.Annotations(), n)
		}
	}
}

func TestAnnotationTooLargeAlone(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	backend.FailAlways(testutil.TooLarge(2000))
	batch := notes(9)
	batch.Annotations[5].Comment = strings.Repeat("long ", 1000)
	var partial *exporter.PartialError
	require.ErrorAs(t, e.Export(t.Context(), batch), &partial)
	assert.Equal(t, map[exporter.Reason]int{exporter.ReasonOversized: 1}, partial.RejectedAnnotations)
	assert.Len(t, backend.Annotations(), 8)
}

func TestAnnotationWithoutAValueSpoilsNothing(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 3} {
		backend := newBackend(t)
		e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
		batch := notes(n)
		batch.Annotations[0].Value = json.RawMessage(`{"a":`)
		batch.Annotations[n-1].Comment = "\xff\x00"
		var partial *exporter.PartialError
		require.ErrorAs(t, e.Export(t.Context(), batch), &partial)
		assert.Equal(t, map[exporter.Reason]int{exporter.ReasonRejected: 1}, partial.RejectedAnnotations)
		assert.Len(t, backend.Annotations(), n-1)
	}
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	bad := notes(1)
	bad.Annotations[0].DataType, bad.Annotations[0].Value = exporter.DataTypeCategorical, json.RawMessage("\"\xff\"")
	require.NoError(t, e.Export(t.Context(), bad))
	assert.Equal(t, `"`+"\ufffd"+`"`, string(backend.Annotations()[0].Value))
}

func TestSetupCheckThatDoesNotAnswerIsAskedAgain(t *testing.T) {
	t.Parallel()
	backend := newBackend(t, testutil.WithKey("sk_right"))
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()), httpexport.WithAPIKey("sk_wrong"))
	err := e.Export(t.Context(), notes(2))
	var reason *exporter.ReasonError
	require.ErrorAs(t, err, &reason)
	assert.Equal(t, exporter.ReasonUnauthorized, reason.Reason)
	require.Error(t, e.Export(t.Context(), notes(2)))
	assert.Len(t, backend.RequestsTo(setupPath), 2)
}
