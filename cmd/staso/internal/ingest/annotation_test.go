package ingest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/ingest"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

func TestDecodeAnnotation(t *testing.T) {
	trace := uuid.MustParse(traceText)
	id := uuid.New()
	batch, err := ingest.DecodeAnnotation([]byte(`{"id":"`+id.String()+`","name":"tone","value":"po\u006cite","data_type":"categorical","span_id":"`+
		spanText+`","comment":"fine","timestamp":"2026-11-23T10:00:00Z","future":1}`), trace, ingest.Request{Now: now})
	require.NoError(t, err)
	assert.Equal(t, []ingest.Part{{Workspace: "default", Write: store.Write{Annotations: []store.Annotation{{
		ID: id, TraceID: trace, SpanID: uuid.MustParse(spanText), Name: "tone", DataType: "categorical",
		Value: []byte(`"polite"`), Comment: "fine", Time: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC),
	}}}}}, batch.Parts)
}

func TestDecodeAnnotationGivesIDAndTime(t *testing.T) {
	body := []byte(`{"name":"n","value":0.750,"data_type":"numeric","trace_id":"` + spanText + `","workspace_slug":"w"}`)
	one := func(key string) store.Annotation {
		batch, err := ingest.DecodeAnnotation(body, uuid.MustParse(traceText), ingest.Request{Now: now, Key: key})
		require.NoError(t, err)
		assert.Equal(t, "w", batch.Parts[0].Workspace)
		return batch.Parts[0].Write.Annotations[0]
	}
	a := one("")
	assert.Equal(t, now, a.Time)
	assert.Equal(t, uuid.MustParse(traceText), a.TraceID, "the address says whose it is")
	assert.Equal(t, "0.750", string(a.Value))
	assert.NotEqual(t, a.ID, one("").ID)
	keyed, again, other := one("k"), one("k"), one("j")
	assert.Equal(t, keyed.ID, again.ID)
	assert.NotEqual(t, keyed.ID, other.ID)
}

func TestDecodeAnnotationRefusesWithWords(t *testing.T) {
	for body, want := range map[string]string{
		`{"value":1,"data_type":"numeric"}`:                          "name: missing or empty",
		`{"name":"n","data_type":"numeric"}`:                         "value: missing: want a number, as data_type is numeric",
		`{"name":"n","value":true,"data_type":"numeric"}`:            "value: a boolean: want a number",
		`{"name":"n","value":1,"data_type":"boolean"}`:               "value: a number: want a boolean",
		`{"name":"n","value":1,"data_type":"categorical"}`:           "value: a number: want a string",
		`{"name":"n","value":1,"data_type":"score"}`:                 "data_type: a string of 5 bytes: want numeric, categorical or boolean",
		`{"name":"n","value":1}`:                                     "data_type",
		`{"name":"n","value":1e999,"data_type":"numeric"}`:           "value: a number with a fraction or an exponent",
		`{"name":"n","value":{},"data_type":"numeric"}`:              "value: an object: want a finite number, a string or a boolean",
		`{"name":"n","value":null,"data_type":"numeric"}`:            "value: null",
		`{"name":"n","value":1,"data_type":"numeric","id":"x"}`:      "id: a string of 1 bytes: want a UUID",
		`{"name":"n","value":1,"data_type":"numeric","span_id":5}`:   "span_id: a number",
		`{"name":"n","value":1,"data_type":"numeric","timestamp":5}`: "timestamp: a number",
		`[]`:       "annotation: an array: want an object",
		`{"name":`: "not valid JSON",
		`{} {}`:    "nothing after the first value",
		`{"name":"n","value":1,"data_type":"numeric","workspace_slug":"` + strings.Repeat("w", 200) + `"}`: "workspace",
	} {
		_, err := ingest.DecodeAnnotation([]byte(body), uuid.MustParse(traceText), ingest.Request{Now: now})
		require.Error(t, err, body)
		assert.Equal(t, 400, httpapi.ErrorOf(err).Status)
		assert.Contains(t, httpapi.ErrorOf(err).Detail, want)
	}
}

func TestDecodeAnnotationsRejectsOneByOne(t *testing.T) {
	batch, err := ingest.DecodeAnnotations([]byte(`{"workspace_slug":"w","annotations":[
		{"trace_id":"`+traceText+`","name":"a","value":1,"data_type":"numeric"},
		{"name":"b","value":1,"data_type":"numeric"},
		{"trace_id":"`+traceText+`","name":"c","value":false,"data_type":"boolean","workspace_slug":5}]}`), ingest.Request{Now: now, Key: "k"})
	require.NoError(t, err)
	assert.Equal(t, 2, batch.Accepted)
	assert.Equal(t, 1, batch.Rejected)
	require.Len(t, batch.Errors, 1)
	assert.Equal(t, 1, *batch.Errors[0].Annotation)
	assert.Contains(t, batch.Errors[0].Detail, "trace_id: missing")
	require.Len(t, batch.Parts, 1)
	assert.Equal(t, "w", batch.Parts[0].Workspace)
	list := batch.Parts[0].Write.Annotations
	require.Len(t, list, 2)
	assert.NotEqual(t, list[0].ID, list[1].ID)

	for body, want := range map[string]string{
		`{}`: "annotations: missing", `[]`: "an array where a list of annotations should be", `{"annotations":5}`: "a number", `{"annotations":[`: "not valid JSON",
	} {
		_, err := ingest.DecodeAnnotations([]byte(body), ingest.Request{Now: now})
		require.Error(t, err, body)
		assert.Contains(t, httpapi.ErrorOf(err).Detail, want)
	}
	_, err = ingest.DecodeAnnotations([]byte(`{"annotations":[`+strings.Repeat(`0,`, ingest.MaxTraces)+`0]}`), ingest.Request{Now: now})
	assert.Equal(t, 413, httpapi.ErrorOf(err).Status)
}
