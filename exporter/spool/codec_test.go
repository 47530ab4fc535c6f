package spool_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/spool"
)

// fill sets every field of a struct to a value that is not zero, and no two to
// the same one.
func fill(v reflect.Value, n *int64) {
	*n++
	switch value := v.Addr().Interface().(type) {
	case *time.Time:
		*value = time.Unix(*n, *n).UTC()
		return
	case *uuid.UUID:
		binary.BigEndian.PutUint64(value[:], uint64(*n))
		return
	case *json.RawMessage:
		*value = fmt.Append(nil, *n)
		return
	case *exporter.CapturePolicy:
		*value = exporter.CapturePolicy{Request: 1, SystemPrompt: 2, ToolSchema: 3, ToolArguments: 1, Output: 2}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.String:
		v.SetString(fmt.Sprint(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int64:
		v.SetInt(-*n)
	case reflect.Uint8:
		v.SetUint(uint64(*n))
	default:
		panic("a field of a kind that fill does not know: " + v.Kind().String())
	}
}

// TestEveryFieldIsKept fails when a field is added to the contract and forgotten
// in the codec.
func TestEveryFieldIsKept(t *testing.T) {
	batch := exporter.Batch{ID: uuid.New()}
	var n int64
	fill(reflect.ValueOf(&batch.Resource).Elem(), &n)
	for range 2 {
		batch.Spans = append(batch.Spans, new(exporter.SpanData))
		batch.Annotations = append(batch.Annotations, new(exporter.Annotation))
		fill(reflect.ValueOf(batch.Spans[len(batch.Spans)-1]).Elem(), &n)
		fill(reflect.ValueOf(batch.Annotations[len(batch.Annotations)-1]).Elem(), &n)
	}
	capture := reflect.ValueOf(batch.Spans[0].Capture)
	for i := range capture.NumField() {
		require.NotZero(t, capture.Field(i).Interface(), "fill knows every field of a policy")
	}
	got, err := spool.DecodeBatch(spool.AppendBatch(nil, &batch))
	require.NoError(t, err)
	assert.Equal(t, batch, got)
}

func TestOddValuesAreKept(t *testing.T) {
	odd := time.FixedZone("odd", 3601)
	for _, span := range []exporter.SpanData{
		{},
		{Usage: &exporter.Usage{}},
		{StartTime: time.Date(-5, 1, 1, 0, 0, 0, 1, time.UTC), Duration: 1<<63 - 1},
		{StartTime: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC), Duration: -1 << 63},
		{Name: "\xff\x00", Input: []byte("not JSON\xff"), Kind: 255, Status: 255},
	} {
		batch := exporter.Batch{Spans: []*exporter.SpanData{&span}}
		got, err := spool.DecodeBatch(spool.AppendBatch(nil, &batch))
		require.NoError(t, err)
		assert.Equal(t, batch, got)
	}
	local := exporter.SpanData{StartTime: time.Date(1890, 1, 2, 3, 4, 5, 6, odd)}
	got, err := spool.DecodeBatch(spool.AppendBatch(nil, &exporter.Batch{Spans: []*exporter.SpanData{&local}}))
	require.NoError(t, err)
	assert.True(t, local.StartTime.Equal(got.Spans[0].StartTime))
}

func TestFieldsOfALaterVersionArePassedOver(t *testing.T) {
	batch := batchOf(1)
	payload := spool.AppendBatch(nil, &batch)
	payload = binary.AppendVarint(binary.AppendUvarint(payload, 99<<2), -7)
	payload = append(binary.AppendUvarint(payload, 98<<2|1), 2, 'h', 'i')
	payload = append(binary.AppendUvarint(payload, 97<<2|2), 1, 0, 0, 0, 'x')
	got, err := spool.DecodeBatch(payload)
	require.NoError(t, err)
	assert.Equal(t, batch, got)
}

func TestNoPartOfAPayloadIsABatch(t *testing.T) {
	batch := batchOf(1)
	payload := spool.AppendBatch(nil, &batch)
	whole := 0
	for i := range payload {
		if got, err := spool.DecodeBatch(payload[:i]); err == nil {
			assert.Empty(t, got.Annotations, "cut between two fields")
			whole++
		}
	}
	assert.Equal(t, 5, whole)
}
