package demo_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/staso-go/staso/cmd/staso/internal/demo"
	"github.com/staso-go/staso/cmd/staso/internal/demo/scripted"
	"github.com/staso-go/staso/cmd/staso/internal/guardapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/guard/local"
	"github.com/staso-go/staso/guard/local/policy"
)

// decision is what the guard said to a call.
type decision struct {
	Tool    string `json:"tool_name"`
	Action  string `json:"action"`
	Origin  string `json:"origin"`
	Rule    string `json:"rule_name"`
	TraceID string `json:"trace_id"`
}

func decisions(t *testing.T, url, tool string) []decision {
	t.Helper()
	var list struct{ Decisions []decision }
	get(t, url+"/v1/guard/decisions?tool_name="+tool, &list)
	return list.Decisions
}

// tree is the names of a trace's spans, each below its parent, in the order in which
// they began.
func tree(tr trace) string {
	slices.SortStableFunc(tr.Spans, func(a, b span) int { return a.Timestamp.Compare(b.Timestamp) })
	var b strings.Builder
	var below func(parent, indent string)
	below = func(parent, indent string) {
		for _, s := range tr.Spans {
			if s.ParentSpanID == parent {
				b.WriteString(indent + s.Kind + " " + s.Name + strings.TrimSuffix(" "+s.Status, " ok") + "\n")
				below(s.SpanID, indent+"  ")
			}
		}
	}
	below("", "")
	return b.String()
}

func TestTheGuardStopsAnAgent(t *testing.T) {
	s := start(t, demo.Options{Dir: project(t), LiveEvery: time.Hour})
	s.waitFor(t, "ctrl-C to stop")
	traces := stored(t, s.url)
	at := slices.IndexFunc(traces, func(tr trace) bool { return tr.RootSpanName == "housekeeper" })
	require.GreaterOrEqual(t, at, 0)
	tr := traces[at]
	assert.Equal(t, `agent housekeeper
  llm chat
  tool run_command
  llm chat
  tool run_command error
    tool guard:blocked:run_command
  llm chat
  tool run_command
  llm chat
`, tree(tr))
	assert.Contains(t, string(tr.Spans[2].Output), `"output":"5"`, "the files of the folder are counted")
	assert.Contains(t, string(root(t, tr).Output), "I was not allowed to")
	assert.Contains(t, string(root(t, tr).Output), "A commit that only speaks of rm -rf was let through")

	assert.Equal(t, []decision{
		{"run_command", "allow", "local", "", tr.TraceID},
		{"run_command", "block", "local", "dangerous", tr.TraceID},
		{"run_command", "allow", "local", "", tr.TraceID},
	}, decisions(t, s.url, "run_command"))
	assert.Contains(t, s.String(), "3 tool calls, 1 blocked\n")
	assert.Contains(t, s.String(), "\njudged    3 tool calls before they could run\n")
	s.waitFor(t, "/session?token=")
	for _, address := range []string{"/traces/" + tr.TraceID, "/decisions", "/approvals"} {
		assert.Contains(t, s.String(), s.url+address+"\n")
	}
}

// A real model is put before a person in the same way; a test of it needs fewer runs.
func TestAPersonDecidesOnARelease(t *testing.T) {
	for verdict, c := range map[string]struct{ says, span, status string }{
		"approve": {"decided   Release 1.0.0 was approved: it would be published now, but this is a demo.", "allowed", ""},
		"deny":    {"decided   Nothing was released: guard blocked publish_release: denied", "blocked", " error"},
	} {
		t.Run(verdict, func(t *testing.T) {
			model, _ := aProvider(t, "/chat/completions")
			var g *guardapi.Guard
			s := start(t, demo.Options{
				Dir: project(t), Model: "openai/" + scripted.Quick,
				LookupEnv: lookup(map[string]string{"OPENAI_API_KEY": "sk-secret", "OPENAI_BASE_URL": model}),
				Pages: func(_ store.Store, shared *guardapi.Guard, _ *zap.Logger) (http.Handler, error) {
					g = shared
					return http.NotFoundHandler(), nil
				},
			})
			s.waitFor(t, "(good once)")
			waiting := waitingCall(t, s.url)
			assert.JSONEq(t, `{"version":"1.0.0"}`, string(waiting.Input))
			decide(t, s, g, waiting.ID, verdict)
			s.waitFor(t, c.says)
			var tr trace
			require.Eventually(t, func() bool {
				tr = whole(t, s.url, waiting.Waiters[0].TraceID)
				return !tr.Provisional
			}, patience, 50*time.Millisecond, "the trace does not end")
			assert.Equal(t, "agent publisher\n  llm chat\n  tool publish_release"+c.status+
				"\n    tool guard:"+c.span+":publish_release\n  llm chat\n", tree(tr))
			s.stop()
			assert.NoError(t, s.wait(t))
			assert.True(t, strings.HasSuffix(s.String(), "\nstopped\n"), s.String())
		})
	}
}

type escalation struct {
	ID      string          `json:"id"`
	Input   json.RawMessage `json:"tool_input"`
	Waiters []struct {
		TraceID string `json:"trace_id"`
	} `json:"waiters"`
}

// waitingCall is the one call that waits for a person.
func waitingCall(t *testing.T, url string) (e escalation) {
	t.Helper()
	var list struct{ Escalations []escalation }
	require.Eventually(t, func() bool {
		get(t, url+"/v1/guard/escalations?status=pending", &list)
		return len(list.Escalations) == 1
	}, patience, 50*time.Millisecond, "no call waits")
	get(t, url+"/v1/guard/escalations/"+list.Escalations[0].ID, &e)
	require.Len(t, e.Waiters, 1)
	return e
}

// decide does what a browser does that was signed in by the link on the screen.
func decide(t *testing.T, s *show, g *guardapi.Guard, id, verdict string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	browser := &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}}
	link := regexp.MustCompile(`to approve it +(http://\S+/session\?token=\S+)`).FindStringSubmatch(s.String())
	require.Len(t, link, 2)
	signIn, err := http.NewRequestWithContext(t.Context(), http.MethodGet, link[1], http.NoBody)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer(t, browser, signIn))

	address := s.url + "/v1/guard/escalations/" + id + "/decision"
	r, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost, address, strings.NewReader(`{"decision":"`+verdict+`"}`))
	require.NoError(t, err)
	shown := r.Clone(t.Context())
	for _, cookie := range jar.Cookies(r.URL) {
		shown.AddCookie(cookie)
	}
	csrf, ok := g.Session(shown)
	require.True(t, ok, "the link did not sign in")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Staso-Csrf", csrf)
	require.Equal(t, http.StatusOK, answer(t, browser, r))
}

func answer(t *testing.T, client *http.Client, r *http.Request) int {
	t.Helper()
	response, err := client.Do(r)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode
}

// The tests that stand in policy.yaml are part of this package's tests.
func TestThePolicyDoesWhatItSays(t *testing.T) {
	text, err := os.ReadFile("policy.yaml")
	require.NoError(t, err)
	p, err := policy.Parse("policy.yaml", text)
	require.NoError(t, err)
	results, err := local.RunTests(t.Context(), p)
	require.NoError(t, err)
	require.Len(t, results, 2)
	for _, r := range results {
		assert.True(t, r.Passed(), "%s / %s: %s", r.Rule, r.Test.Name, r.Failure)
	}
}
