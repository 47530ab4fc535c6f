package demo_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/demo"
)

type (
	trace struct {
		TraceID        string   `json:"trace_id"`
		RootSpanName   string   `json:"root_span_name"`
		Status         string   `json:"status"`
		SpanCount      int      `json:"span_count"`
		ConversationID string   `json:"conversation_id"`
		UserID         string   `json:"user_id"`
		Tags           []string `json:"tags"`
		Provisional    bool     `json:"provisional"`
		TotalTokens    int      `json:"total_tokens"`

		Spans       []span       `json:"spans"`
		Annotations []annotation `json:"annotations"`
	}
	span struct {
		SpanID       string          `json:"span_id"`
		ParentSpanID string          `json:"parent_span_id"`
		Name         string          `json:"name"`
		Kind         string          `json:"kind"`
		Status       string          `json:"status"`
		Timestamp    time.Time       `json:"timestamp"`
		DurationMS   float64         `json:"duration_ms"`
		TotalTokens  int             `json:"total_tokens"`
		ErrorMessage string          `json:"error_message"`
		Input        json.RawMessage `json:"input"`
		Output       json.RawMessage `json:"output"`
		Attributes   map[string]any  `json:"attributes"`
	}
	annotation struct {
		Name     string          `json:"name"`
		DataType string          `json:"data_type"`
		Value    json.RawMessage `json:"value"`
	}
)

func get(t *testing.T, url string, into any) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	response, err := client.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.NoError(t, json.NewDecoder(response.Body).Decode(into))
}

// stored reads all traces back, whole, oldest first, but for the one in which a call
// waits.
func stored(t *testing.T, url string) []trace {
	t.Helper()
	var list struct{ Traces []trace }
	get(t, url+"/v1/traces?order=asc", &list)
	var traces []trace
	for _, summary := range list.Traces {
		if summary.RootSpanName != "publisher" {
			traces = append(traces, whole(t, url, summary.TraceID))
		}
	}
	return traces
}

func whole(t *testing.T, url, id string) (tr trace) {
	t.Helper()
	get(t, url+"/v1/traces/"+id, &tr)
	return tr
}

func TestRunsOfAgentsAreStored(t *testing.T) {
	s := start(t, demo.Options{Dir: project(t), LiveEvery: time.Hour})
	s.waitFor(t, "ctrl-C to stop")
	traces := stored(t, s.url)
	var spans []span
	for _, tr := range traces {
		spans = append(spans, tr.Spans...)
	}

	t.Run("the screen says what is stored", func(t *testing.T) {
		assert.Contains(t, s.String(), "backend   "+s.url)
		assert.Contains(t, s.String(), "\nstored    "+itoa(len(traces))+" traces, "+itoa(len(spans))+" spans\n")
		assert.Contains(t, s.String(), "open "+s.url+"/traces to see them")
		assert.Equal(t, len(traces), strings.Count(s.String(), "\nrunning "))
	})
	t.Run("two conversations of several turns", func(t *testing.T) {
		turns := map[string]int{}
		for _, tr := range traces {
			turns[tr.ConversationID]++
			assert.NotEmpty(t, tr.UserID)
			assert.Contains(t, tr.Tags, "demo")
			assert.False(t, tr.Provisional)
		}
		assert.Len(t, turns, 2)
		for conversation, n := range turns {
			assert.GreaterOrEqual(t, n, 2, conversation)
		}
	})
	t.Run("each trace is one tree", func(t *testing.T) {
		for _, tr := range traces {
			assert.Len(t, tr.Spans, tr.SpanCount)
			assertTree(t, tr)
		}
	})
	t.Run("a model that was busy is asked again", func(t *testing.T) {
		tries := slices.IndexFunc(spans, func(s span) bool { return s.Kind == "llm" && s.Attributes["try"] == 2.0 })
		require.GreaterOrEqual(t, tries, 0)
		again := spans[tries]
		first := slices.IndexFunc(spans, func(s span) bool { return s.ParentSpanID == again.ParentSpanID && s.Kind == "llm" })
		assert.Equal(t, "error", spans[first].Status)
		assert.Contains(t, spans[first].ErrorMessage, "503")
		assert.Equal(t, "ok", again.Status)
		assert.JSONEq(t, string(spans[first].Input), string(again.Input))
	})
	t.Run("tools run side by side", func(t *testing.T) { assert.GreaterOrEqual(t, most(spans), 4) })
	t.Run("an agent goes on after a tool that failed", func(t *testing.T) {
		tr := traces[1]
		failed := slices.IndexFunc(tr.Spans, func(s span) bool { return s.Kind == "tool" && s.Status == "error" })
		require.GreaterOrEqual(t, failed, 0)
		assert.Contains(t, tr.Spans[failed].ErrorMessage, "leads out of the folder")
		assert.Equal(t, "ok", root(t, tr).Status)
		assert.Equal(t, "error", tr.Status)
	})
	t.Run("one run ends in an error", func(t *testing.T) {
		failed := slices.IndexFunc(traces, func(tr trace) bool { return root(t, tr).Status == "error" })
		require.GreaterOrEqual(t, failed, 0)
		assert.Contains(t, root(t, traces[failed]).ErrorMessage, "no answer after 4 calls")
		assert.Contains(t, s.String(), traces[failed].TraceID, "it is pointed out")
	})
	t.Run("all kinds of spans and annotations", func(t *testing.T) {
		kinds, types := map[string]bool{}, map[string]bool{}
		for _, sp := range spans {
			kinds[sp.Kind] = true
			if sp.Kind == "llm" && sp.Status == "ok" {
				assert.Positive(t, sp.TotalTokens)
			}
		}
		for _, tr := range traces {
			for _, a := range tr.Annotations {
				types[a.DataType] = true
			}
		}
		assert.Subset(t, kinds, map[string]bool{"agent": true, "llm": true, "tool": true, "chain": true, "retriever": true})
		assert.Equal(t, map[string]bool{"numeric": true, "categorical": true, "boolean": true}, types)
	})
	t.Run("an answer is made of what the tools read", func(t *testing.T) {
		assert.Contains(t, string(root(t, traces[0]).Output), "A kettle that boils water for people in a hurry")
		for _, sp := range spans {
			assert.NotContains(t, string(sp.Output), "mellon", "a link led out of the folder")
		}
	})

	s.stop()
	assert.NoError(t, s.wait(t))
	assert.True(t, strings.HasSuffix(s.String(), "\nstopped\n"), s.String())
}

func root(t *testing.T, tr trace) span {
	t.Helper()
	at := slices.IndexFunc(tr.Spans, func(s span) bool { return s.ParentSpanID == "" })
	require.GreaterOrEqual(t, at, 0)
	return tr.Spans[at]
}

func assertTree(t *testing.T, tr trace) {
	t.Helper()
	ids := map[string]bool{}
	for _, s := range tr.Spans {
		ids[s.SpanID] = true
	}
	roots := 0
	for _, s := range tr.Spans {
		if s.ParentSpanID == "" {
			roots++
			assert.Equal(t, tr.RootSpanName, s.Name)
		} else {
			assert.Contains(t, ids, s.ParentSpanID)
		}
	}
	assert.Equal(t, 1, roots)
}

// most is how many tools of one parent were at work at one moment.
func most(spans []span) int {
	deepest := 0
	for _, a := range spans {
		together := 0
		for _, b := range spans {
			end := b.Timestamp.Add(time.Duration(b.DurationMS * float64(time.Millisecond)))
			if a.Kind == "tool" && b.Kind == "tool" && a.ParentSpanID == b.ParentSpanID && !b.Timestamp.After(a.Timestamp) && end.After(a.Timestamp) {
				together++
			}
		}
		deepest = max(deepest, together)
	}
	return deepest
}

func TestOnceEndsWithWhatIsStored(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "holiday.jpg", "\x00\x01")
	began := time.Now()
	s := start(t, demo.Options{Dir: dir, Once: true})
	require.NoError(t, s.wait(t))
	lines := s.lines()
	assert.Regexp(t, `^stored +[1-9][0-9]* traces, [1-9][0-9]* spans$`, lines[len(lines)-1])
	assert.Contains(t, s.String(), "folder    a sample that comes with the program: "+dir+" holds no project")
	assert.Less(t, time.Since(began), 30*time.Second)
}

func TestAQuestionIsAskedNowAndThen(t *testing.T) {
	s := start(t, demo.Options{Dir: project(t), LiveEvery: 10 * time.Millisecond})
	s.waitFor(t, "ctrl-C to stop")
	require.Eventually(t, func() bool {
		var list struct{ Traces []trace }
		get(t, s.url+"/v1/traces?conversation_id=live", &list)
		return len(list.Traces) > 0 && list.Traces[0].Provisional
	}, patience, 50*time.Millisecond, "no run could be watched while it went")
	s.stop()
	assert.NoError(t, s.wait(t), "a run under way does not hold it up")
}

func TestCtrlCStopsInEveryPhase(t *testing.T) {
	for _, phase := range []string{"", "backend", "folder", "running", "1 error"} {
		t.Run("after "+phase, func(t *testing.T) {
			s := start(t, demo.Options{Dir: project(t)})
			s.waitFor(t, phase)
			s.stop()
			began := time.Now()
			assert.NoError(t, s.wait(t))
			assert.Less(t, time.Since(began), 5*time.Second)
			assert.True(t, strings.HasSuffix(s.String(), "stopped   before the runs were stored\n"), s.String())
		})
	}
}

func TestOnceThatIsInterruptedIsAnError(t *testing.T) {
	s := start(t, demo.Options{Dir: project(t), Once: true})
	s.waitFor(t, "running")
	s.stop()
	assert.ErrorContains(t, s.wait(t), "interrupted")
	assert.NotContains(t, s.String(), "stored  ")
}

func itoa(n int) string { encoded, _ := json.Marshal(n); return string(encoded) }
