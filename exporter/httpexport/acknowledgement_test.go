package httpexport_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/httpexport"
	"github.com/staso-go/staso/testutil"
)

func TestPartialRejection(t *testing.T) {
	t.Parallel()
	backend := newBackend(t)
	e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
	batch := batchOf(5) // traces of 2, 2 and 1 spans
	backend.Fail(testutil.PartialRejection(2))
	err := e.Export(t.Context(), batch)
	var partial *exporter.PartialError
	require.ErrorAs(t, err, &partial)
	assert.Equal(t, map[exporter.Reason]int{exporter.ReasonRejected: 1}, partial.Rejected)
	require.ErrorContains(t, err, "trace 2")
	require.ErrorContains(t, err, "fault: refused")
	assert.Len(t, backend.Spans(), 4)
}

func TestAcknowledgementCounts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer string
		lost   int
	}{
		"all taken, no receipt":   {`{"accepted":3,"rejected":0,"spans_dropped":0}`, 0},
		"all taken, null receipt": {`{"accepted":3,"receipt_id":null,"unknown":{}}`, 0},
		"the refused are named":   {`{"accepted":2,"rejected":1,"errors":[{"trace":2,"span":0,"detail":"no"}]}`, 1},
		"named twice":             {`{"accepted":2,"rejected":1,"errors":[{"trace":2},{"trace":2}]}`, 1},
		"not named: the largest":  {`{"accepted":2,"rejected":1}`, 2},
		"one of two named":        {`{"accepted":1,"rejected":2,"errors":[{"trace":2}]}`, 3},
		"named wrongly":           {`{"accepted":2,"rejected":1,"errors":[{"trace":77},{"trace":-1}]}`, 2},
		"list in another form":    {`{"accepted":2,"rejected":1,"errors":"see the log"}`, 2},
		"spans dropped":           {`{"accepted":3,"rejected":0,"spans_dropped":4}`, 4},
		"more than there are":     {`{"accepted":3,"rejected":0,"spans_dropped":400}`, 5},
		"all refused":             {`{"accepted":0,"rejected":3}`, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			backend := newBackend(t)
			e := newExporter(t, httpexport.WithBaseURL(backend.URL()))
			backend.Fail(testutil.Answer(200, c.answer))
			err := e.Export(t.Context(), batchOf(5))
			if c.lost == 0 {
				require.NoError(t, err)
				return
			}
			var partial *exporter.PartialError
			require.ErrorAs(t, err, &partial)
			assert.Equal(t, map[exporter.Reason]int{exporter.ReasonRejected: c.lost}, partial.Rejected)
		})
	}
}
