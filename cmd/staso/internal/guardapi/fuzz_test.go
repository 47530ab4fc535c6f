package guardapi_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/guardapi"
	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
)

// FuzzMembers: what encoding/json takes for an object without a name twice is
// taken, with the same members; what is taken is never more than that at the top.
func FuzzMembers(f *testing.F) {
	for _, seed := range []string{
		`{}`, ` { "a" : 1 , "b":[{"c":"}"}],"d":"\"\\"} `, `{"a":1,"a":2}`, `{"a":}`, `{"a":[1}`, `{"a":"`, `[]`, `{"\u0061":null}`, `{"a":1}}`, "{\"\xff\":1}", `{"a" 1}`, `{,}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := guardapi.Members(text)
		if err != nil {
			refusal, ok := errors.AsType[*httpapi.Error](err)
			require.True(t, ok)
			assert.NotEmpty(t, refusal.Detail)
		}
		var want map[string]json.RawMessage
		if json.Unmarshal(text, &want) != nil || want == nil {
			return
		}
		if err != nil { // a name comes twice, or there are too many
			assert.Contains(t, err.Error(), "member")
			return
		}
		assert.Len(t, got, len(want))
		for name, value := range want {
			assert.Equal(t, string(value), string(got[name]))
		}
	})
}

// FuzzRequests: no body makes a reader panic, and each error is an answer.
func FuzzRequests(f *testing.F) {
	id := `"decision_id":"0af76519-16cd-43dd-8448-eb211c80319c"`
	for _, seed := range []string{
		ask("bash", `{"command":"ls"}`, id+`,"context":{"agent_name":"b","n":1,"conversation_history":[{"role":"user"}]},"capture":{"output":"suppressed"},"deadline_ms":5`),
		escalationOf(refund, "0af76519-16cd-43dd-8448-eb211c80319c", ""), `{"decisions":[` + report("0af76519-16cd-43dd-8448-eb211c80319c", "") + `]}`,
		`{"decision":"approve","waiters":3}`, `{"digest":"sha256:1",` + id + `}`, `{"tool_name":"a","tool_input":"`, `{"tool_name":"a","deadline_ms":NaN}`, `{"tool_name":"a","x":`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, err := range guardapi.ReadAll(body) {
			if err != nil {
				assert.Less(t, httpapi.ErrorOf(err).Status, 500, "%v", err)
			}
		}
	})
}
