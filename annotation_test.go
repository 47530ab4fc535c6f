package staso_test

import (
	"math"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/exporter"
)

func TestAnnotationsTakeThePipeline(t *testing.T) {
	tracer, sink := newTracer(t)
	ctx, span := tracer.Start(t.Context(), "op")
	require.NoError(t, span.Annotate(staso.Numeric("accuracy", 0.75)))
	require.NoError(t, tracer.Annotate(ctx, staso.Categorical("tone", "polite")))
	span.End()
	later := staso.Boolean("grounded", true)
	later.Comment = "checked by hand"
	require.NoError(t, span.Annotate(later), "also after End")
	elsewhere := staso.Boolean("ok", false)
	elsewhere.TraceID = uuid.New()
	require.NoError(t, tracer.Annotate(t.Context(), elsewhere))
	flush(t, tracer)

	require.Len(t, sink.annotations, 4)
	byName := map[string]*exporter.Annotation{}
	for _, a := range sink.annotations {
		byName[a.Name] = a
		assert.NotEqual(t, uuid.Nil, a.ID)
		assert.False(t, a.Time.IsZero())
	}
	assert.Equal(t, span.ID(), byName["accuracy"].SpanID)
	assert.Equal(t, "0.75", string(byName["accuracy"].Value))
	assert.Equal(t, span.TraceID(), byName["tone"].TraceID)
	assert.Equal(t, uuid.Nil, byName["tone"].SpanID, "of the whole trace")
	assert.Equal(t, `"polite"`, string(byName["tone"].Value))
	assert.Equal(t, "checked by hand", byName["grounded"].Comment)
	assert.Equal(t, elsewhere.TraceID, byName["ok"].TraceID)
	stats := tracer.Stats()
	assert.Equal(t, int64(4), stats.Annotations.Exported)
	assert.Equal(t, int64(1), stats.Spans.Exported)
}

func TestBadAnnotationsAreErrors(t *testing.T) {
	tracer, _ := newTracer(t)
	ctx, span := tracer.Start(t.Context(), "op")
	defer span.End()
	for name, tc := range map[string]struct {
		annotation staso.Annotation
		want       string
	}{
		"NaN":           {staso.Numeric("n", math.NaN()), "finite"},
		"infinite":      {staso.Numeric("n", math.Inf(-1)), "finite"},
		"no name":       {staso.Boolean("", true), "name is empty"},
		"type mismatch": {staso.Annotation{Name: "n", DataType: exporter.DataTypeNumeric, Value: []byte("true")}, "JSON boolean, but data_type is numeric"},
		"unknown type":  {staso.Annotation{Name: "n", DataType: "percent", Value: []byte("1")}, "want numeric"},
		"no JSON":       {staso.Annotation{Name: "n", DataType: exporter.DataTypeNumeric, Value: []byte("1,")}, "not a finite number"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.ErrorContains(t, tracer.Annotate(ctx, tc.annotation), tc.want)
			assert.ErrorContains(t, span.Annotate(tc.annotation), tc.want)
		})
	}
	assert.ErrorContains(t, tracer.Annotate(t.Context(), staso.Boolean("n", true)), "trace_id is missing")
	assert.Zero(t, tracer.Stats().Annotations.Ended)
}
