package payload_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/ui/payload"
)

// exchange is a recorded request to a model's provider, and its answer.
type exchange struct {
	ID, API  string
	Features []string
	Request  struct{ Body json.RawMessage }
	Response struct {
		Status int
		Body   string
	}
}

func shared(t testing.TB, name string) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "..", "..", "..", "shared", name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the recordings in shared/%s are not there", name)
	}
	return dir
}

func exchanges(t testing.TB) []exchange {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(shared(t, "llm_wire"), "*", "*.json"))
	require.NoError(t, err)
	var all []exchange
	for _, name := range names {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		var x exchange
		require.NoError(t, json.Unmarshal(data, &x), name)
		all = append(all, x)
	}
	return all
}

// speaks says whether an API carries messages.
func speaks(api string) bool {
	return slices.Contains([]string{"chat.completions", "responses", "messages", "generateContent", "streamGenerateContent"}, api)
}

func model(raw []byte) payload.View {
	return payload.Build(raw, payload.Options{Model: true, Source: "/source?as=text"})
}

func TestRealRequestsAreConversations(t *testing.T) {
	seen := 0
	for _, x := range exchanges(t) {
		if !speaks(x.API) || has(x.Request.Body, "prompt") {
			continue
		}
		seen++
		v := model(x.Request.Body)
		if !assert.Equal(t, payload.FormChat, v.Form, "%s %s", x.API, x.ID) {
			continue
		}
		for _, m := range v.Messages {
			assert.NotEqual(t, "other", m.Class, "%s: role %q", x.ID, m.Role)
			assert.NotEmpty(t, m.Parts, "%s: %s says nothing", x.ID, m.Role)
		}
		if slices.Contains(x.Features, "system") && !strings.Contains(x.API, "response") {
			assert.Equal(t, "system", v.Messages[0].Class, x.ID)
		}
	}
	assert.Greater(t, seen, 600)
}

func has(raw json.RawMessage, name string) bool {
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(raw, &fields) // the body of some is no object
	_, ok := fields[name]
	return ok
}

func TestRealAnswersAreConversations(t *testing.T) {
	seen, calls := 0, 0
	for _, x := range exchanges(t) {
		if !speaks(x.API) || x.Response.Status != 200 || !json.Valid([]byte(x.Response.Body)) || has([]byte(x.Response.Body), "input_tokens") {
			continue
		}
		seen++
		v := model([]byte(x.Response.Body))
		if !assert.Equal(t, payload.FormChat, v.Form, "%s %s", x.API, x.ID) {
			continue
		}
		if slices.Contains(x.Features, "tool_calls") && !slices.Contains(x.Features, "malformed_tool_call") {
			calls++
			assert.NotEmpty(t, callsOf(v), "%s %s: no tool call is shown", x.API, x.ID)
		}
	}
	assert.Greater(t, seen, 380)
	assert.Greater(t, calls, 80)
}

func callsOf(v payload.View) []*payload.Call {
	var calls []*payload.Call
	for _, m := range v.Messages {
		for _, p := range m.Parts {
			if p.Kind == payload.PartCall {
				calls = append(calls, p.Call)
			}
		}
	}
	return calls
}

func TestRealCallsMeetTheirResults(t *testing.T) {
	paired, single := 0, 0
	for _, x := range exchanges(t) {
		if !speaks(x.API) || !slices.Contains(x.Features, "tool_results") {
			continue
		}
		v := model(x.Request.Body)
		for _, call := range callsOf(v) {
			if call.Result != nil {
				paired++
			}
		}
		for _, m := range v.Messages {
			for _, p := range m.Parts {
				if p.Kind == payload.PartResult {
					single++
				}
			}
		}
	}
	assert.Greater(t, paired, 200)
	assert.Less(t, single, paired/20, "results that stand alone")
}

func TestRealAgentsConversations(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(shared(t, "agent_runs"), "*.jsonl"))
	require.NoError(t, err)
	runs := 0
	for _, name := range names {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		for line := range strings.Lines(string(data)) {
			var run struct{ Messages json.RawMessage }
			require.NoError(t, json.Unmarshal([]byte(line), &run))
			v := payload.Build(run.Messages, payload.Options{})
			require.Equal(t, payload.FormChat, v.Form)
			for _, call := range callsOf(v) {
				assert.NotNil(t, call.Result, "%s of %s", call.Name, name)
			}
			runs++
		}
	}
	assert.Positive(t, runs)
}
