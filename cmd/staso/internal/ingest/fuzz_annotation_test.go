package ingest_test

import (
	"encoding/json"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/ingest"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

func FuzzDecodeAnnotations(f *testing.F) {
	one := `{"trace_id":"` + traceText + `","name":"n","value":0.5,"data_type":"numeric","span_id":null,"comment":"\u0000"}`
	for _, body := range []string{one, `{"annotations":[` + one + `]}`, `{"annotations":[],"workspace_slug":"w"}`, `{"name":"n","value":"\ud800","data_type":"categorical"}`, `{"value":-`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		request := ingest.Request{Now: now, Key: "k"}
		check := func(batch *ingest.Batch, err error) {
			if err != nil {
				require.Contains(t, []int{400, 413}, httpapi.ErrorOf(err).Status)
				return
			}
			require.True(t, json.Valid(body))
			for _, part := range batch.Parts {
				for i := range part.Write.Annotations {
					checkAnnotation(t, &part.Write.Annotations[i])
				}
			}
		}
		check(ingest.DecodeAnnotation(body, uuid.MustParse(traceText), request))
		check(ingest.DecodeAnnotations(body, request))
	})
}

// checkAnnotation holds an annotation that was let through against the rules.
func checkAnnotation(t *testing.T, a *store.Annotation) {
	t.Helper()
	require.NotEqual(t, uuid.Nil, a.ID)
	require.NotEqual(t, uuid.Nil, a.TraceID)
	require.NotEmpty(t, a.Name)
	var value any
	require.NoError(t, json.Unmarshal(a.Value, &value))
	require.IsType(t, map[string]any{"numeric": 0.5, "categorical": "", "boolean": true}[a.DataType], value)
}
