package jsonform_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/internal/jsonform"
)

func TestWhatCannotBeSaidIsReadBack(t *testing.T) {
	odd := time.FixedZone("LMT", 3208)
	for _, at := range []struct{ given, want time.Time }{
		{time.Date(1890, 1, 2, 3, 4, 5, 6, odd), time.Date(1890, 1, 2, 3, 4, 5, 6, odd).UTC()},
		{time.Date(-5, 1, 1, 0, 0, 0, 0, odd), time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)},
		{time.Date(12026, 1, 1, 0, 0, 0, 0, odd), time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)},
		{time.Time{}, time.Time{}},
	} {
		given := &exporter.SpanData{StartTime: at.given, Kind: 250, Status: 250}
		encoded, err := json.Marshal(jsonform.Span(given))
		require.NoError(t, err)
		var got exporter.SpanData
		require.NoError(t, json.Unmarshal(encoded, &got))
		assert.Equal(t, exporter.SpanData{StartTime: at.want, Status: exporter.StatusError}, got)
		assert.Equal(t, at.given, given.StartTime, "the argument is not changed")

		encoded, err = json.Marshal(jsonform.Annotation(&exporter.Annotation{Time: at.given}).Time)
		require.NoError(t, err)
		var back time.Time
		require.NoError(t, json.Unmarshal(encoded, &back))
		assert.Equal(t, at.want, back)
	}
}
