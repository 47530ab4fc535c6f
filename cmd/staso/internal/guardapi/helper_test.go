package guardapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/cmd/staso/internal/guardapi"
	"github.com/staso-go/staso/cmd/staso/internal/server"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
	"github.com/staso-go/staso/guard"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is one that tests set.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// backend is a whole one on a port of its own, over SQLite in a file.
type backend struct {
	*testing.T
	path   string
	clock  *clock
	opts   guardapi.Options
	server server.Options
	wrap   func(store.Store) store.Store

	url    string
	guard  *guardapi.Guard
	store  store.Store
	client *http.Client
	stop   func()
}

// start starts a backend whose calls are judged by checker; nil is the engine.
func start(t *testing.T, checker guard.Checker, edit ...func(*backend)) *backend {
	t.Helper()
	b := &backend{T: t, path: filepath.Join(t.TempDir(), "staso.db"), clock: &clock{at: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}}
	b.opts = guardapi.Options{Now: b.clock.now, Checker: checker, Source: "a test"}
	for _, e := range edit {
		e(b)
	}
	b.open()
	t.Cleanup(func() { b.stop() })
	return b
}

func (b *backend) open() {
	b.Helper()
	db, err := sqlite.Open(context.Background(), b.path, sqlite.WithClock(b.clock.now))
	require.NoError(b, err)
	b.store = db
	if b.wrap != nil {
		b.store = b.wrap(db)
	}
	b.guard = guardapi.New(b.store, b.opts)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	b.url, b.client = "http://"+listener.Addr().String(), &http.Client{Transport: &http.Transport{}}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- server.New(b.store, server.Options{Now: b.clock.now, Guard: b.guard}).Serve(ctx, listener)
	}()
	b.stop = sync.OnceFunc(func() {
		cancel()
		assert.NoError(b, <-done)
		b.client.CloseIdleConnections()
		assert.NoError(b, db.Close())
	})
}

// restart ends the backend and starts it again over the same file.
func (b *backend) restart() {
	b.Helper()
	b.stop()
	b.open()
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) json(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	require.NoError(t, json.Unmarshal(a.body, &v), "%s", a.body)
	return v
}

// refused asserts a refusal and returns its sentence.
func (a answer) refused(t *testing.T, status int, code string) string {
	t.Helper()
	require.Equal(t, status, a.status, "%s", a.body)
	v := a.json(t)
	assert.Equal(t, code, v["code"])
	detail, _ := v["detail"].(string)
	assert.NotEmpty(t, detail)
	return detail
}

func (b *backend) do(method, path, body string, headers ...string) answer {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), method, b.url+path, strings.NewReader(body))
	require.NoError(b, err)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := b.client.Do(r)
	require.NoError(b, err)
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	require.NoError(b, err)
	return answer{response.StatusCode, response.Header, read}
}

func (b *backend) get(path string, headers ...string) map[string]any {
	b.Helper()
	a := b.do(http.MethodGet, path, "", headers...)
	require.Equal(b, http.StatusOK, a.status, "%s", a.body)
	return a.json(b.T)
}

// evaluate asks for a verdict, which must come.
func (b *backend) evaluate(body string, headers ...string) map[string]any {
	b.Helper()
	a := b.do(http.MethodPost, "/v1/guard/evaluate", body, headers...)
	require.Equal(b, http.StatusOK, a.status, "%s", a.body)
	return a.json(b.T)
}

// decisions are all that is kept of the default workspace, the newest first.
func (b *backend) decisions() []store.Decision {
	b.Helper()
	page, err := b.store.Decisions(b.Context(), store.DefaultWorkspace, store.DecisionQuery{Bodies: true})
	require.NoError(b, err)
	return page.Decisions
}

// browser is one that may approve.
type browser struct {
	*backend
	headers []string
}

func (b *backend) browser() *browser {
	b.Helper()
	a := b.do(http.MethodGet, b.guard.SignInLink(), "")
	require.Equal(b, http.StatusOK, a.status)
	cookie, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, b.url, http.NoBody)
	require.NoError(b, err)
	r.Header.Set("Cookie", cookie)
	csrf, ok := b.guard.Session(r)
	require.True(b, ok)
	return &browser{b, []string{"Cookie", cookie, "X-Staso-Csrf", csrf, "Sec-Fetch-Site", "same-origin"}}
}

func (b *browser) decide(id, decision string, more ...string) answer {
	b.Helper()
	body := `{"decision":"` + decision + `","comment":"because"}`
	return b.do(http.MethodPost, "/v1/guard/escalations/"+id+"/decision", body, append(more, b.headers...)...)
}

// scripted answers by the tool's name: block, modify and escalate do what they say,
// audit finds something and lets it run, slow hangs, broken fails, and all else is
// allowed.
func scripted(ctx context.Context, call guard.Call) (guard.Result, error) {
	r := guard.Result{
		Action: guard.ActionAllow, Digest: guard.Digest(call.Tool, call.Input), DecisionID: call.DecisionID, PolicyVersion: "sha256:test",
		Source: "manual", Rules: []guard.RuleResult{{ID: "other", Name: "other", Mode: guard.ModeEnforce, Status: guard.StatusPassed, Action: guard.ActionAllow}},
	}
	rule := guard.RuleResult{
		ID: "rule-1", Name: "test_rule", Mode: guard.ModeEnforce, Status: guard.StatusFailed, Severity: guard.SeverityHigh, Reason: "does harm",
		Violations: []guard.Violation{{Code: "x", Field: "a", Match: "harm", Reason: "does harm"}},
	}
	switch call.Tool {
	case "slow":
		<-ctx.Done()
		return r, ctx.Err()
	case "broken":
		return guard.Result{}, errors.New("the engine is broken")
	case "audit":
		rule.Mode, rule.Action = guard.ModeAudit, guard.ActionBlock
	case "refused":
		r.Action, r.Failure, r.FailureMode = guard.ActionBlock, guard.FailureCallRefused, guard.FailClosed
		return r, nil
	case "late":
		r.Action, r.Failure, r.FailureMode = guard.ActionBlock, guard.FailureDeadlineExceeded, guard.FailOpen
		return r, nil
	case "degraded":
		r.Failure, r.FailureMode = guard.FailureRule, guard.FailOpen
		r.Rules = append(r.Rules, guard.RuleResult{ID: "judge", Name: "judge", Mode: guard.ModeEnforce, Status: guard.StatusTimeout, Action: guard.ActionAllow})
		return r, nil
	default:
		if bad := rule.Action.UnmarshalText([]byte(call.Tool)); bad != nil || call.Tool == "allow" {
			return r, nil //nolint:nilerr // a tool of another name is allowed
		}
		r.Action, r.Rule, r.Reason, r.Severity = rule.Action, rule.Name, rule.Reason, rule.Severity
	}
	if r.Action == guard.ActionModify {
		r.Input, r.Modifications = json.RawMessage(`{"a":"***"}`), []guard.Modification{{Field: "a", Reason: "masked"}}
	}
	r.Rules = append(r.Rules, rule)
	return r, nil
}

// ask is a request of our own client, which understands all four actions.
func ask(tool, input, more string) string {
	if more != "" {
		more = "," + more
	}
	return `{"payload_version":1,"accept_actions":["allow","block","modify","escalate"],"tool_name":"` + tool + `","tool_input":` + input + more + `}`
}

func newID() string { return uuid.NewString() }
