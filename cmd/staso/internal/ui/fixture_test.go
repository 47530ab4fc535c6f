package ui_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
)

// sharedDir is a folder of recordings beside the repository.
func sharedDir(tb testing.TB, name string) string {
	tb.Helper()
	dir := filepath.Join("..", "..", "..", "..", "..", "shared", name)
	if _, err := os.Stat(dir); err != nil {
		tb.Skipf("the recordings in shared/%s are not there", name)
	}
	return dir
}

func newStore(tb testing.TB) store.Store {
	tb.Helper()
	s, err := sqlite.Open(context.Background(), filepath.Join(tb.TempDir(), "ui.db"))
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	return s
}

func write(tb testing.TB, s store.Store, spans ...store.Span) {
	tb.Helper()
	require.NoError(tb, s.Write(context.Background(), store.DefaultWorkspace, store.Write{Spans: spans}))
}

// now is the clock of all tests.
func now() time.Time { return time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC) }

// agentRun is a recorded run of a real agent.
type agentRun struct {
	ID       string       `json:"id"`
	Model    string       `json:"model"`
	Task     string       `json:"task"`
	Messages []runMessage `json:"messages"`
}

type runMessage struct {
	Role       string          `json:"role"`
	Content    string          `json:"content"`
	ToolCalls  []runCall       `json:"tool_calls,omitempty"`
	ToolCallID string          `json:"tool_call_id,omitempty"`
	Name       string          `json:"name,omitempty"`
	Error      json.RawMessage `json:"error,omitempty"`
}

type runCall struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Arguments json.RawMessage `json:"arguments"`
}

func agentRuns(tb testing.TB, file string, most int) []agentRun {
	tb.Helper()
	f, err := os.Open(filepath.Join(sharedDir(tb, "agent_runs"), file+".jsonl"))
	require.NoError(tb, err)
	defer f.Close()
	var runs []agentRun
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() && len(runs) < most {
		var run agentRun
		require.NoError(tb, json.Unmarshal(lines.Bytes(), &run))
		runs = append(runs, run)
	}
	require.NoError(tb, lines.Err())
	return runs
}

// replay turns a run into spans: each turn of the user a trace of one
// conversation, each message of the model an llm span, each call a tool span.
type replay struct {
	run    agentRun
	agent  string
	rand   *rand.Rand
	clock  time.Time
	spans  []store.Span
	traces []uuid.UUID
	n      int
}

func newReplay(run agentRun, agent string, start time.Time) *replay {
	sum := sha256.Sum256([]byte(run.ID))
	return &replay{run: run, agent: agent, rand: rand.New(rand.NewChaCha8(sum)), clock: start}
}

func (r *replay) id() (id uuid.UUID) {
	r.n++
	sum := sha256.Sum256(fmt.Append(nil, r.run.ID, r.n))
	copy(id[8:], sum[:8])
	return id
}

func (r *replay) between(low, high int) time.Duration {
	return time.Duration(low+r.rand.IntN(high-low)) * time.Millisecond
}

func (r *replay) all() []store.Span {
	messages := r.run.Messages
	for i := 0; i < len(messages); {
		if messages[i].Role != "user" {
			i++
			continue
		}
		end := i + 1
		for end < len(messages) && messages[end].Role != "user" {
			end++
		}
		if end > i+1 {
			r.turn(i, end)
			r.clock = r.clock.Add(r.between(4000, 90_000))
		}
		i = end
	}
	return r.spans
}

func (r *replay) turn(from, to int) {
	sum := sha256.Sum256(fmt.Append(nil, r.run.ID, from))
	trace, _ := uuid.FromBytes(sum[:16])
	r.traces = append(r.traces, trace)
	root := r.span(trace, uuid.Nil, r.agent, "agent")
	rootAt := len(r.spans)
	r.spans = append(r.spans, root)
	r.clock = r.clock.Add(r.between(2, 30))
	answer := ""
	for i := from + 1; i < to; i++ {
		m := r.run.Messages[i]
		switch m.Role {
		case "assistant":
			answer = m.Content
			r.model(trace, root.SpanID, i)
		case "tool":
			r.tool(trace, root.SpanID, i)
		}
	}
	done := &r.spans[rootAt]
	done.Duration = r.clock.Sub(done.Start)
	done.Input = encode(map[string]any{"agent_name": r.agent, "question": r.run.Messages[from].Content})
	done.Output = encode(map[string]any{"result": answer})
	done.Attributes = encode(map[string]any{"vcs.branch": "main", "vcs.commit.sha": "0123456789abcdef", "tags": []string{"replay"}})
	done.Tags = []string{"replay"}
}

func (r *replay) span(trace, parent uuid.UUID, name, kind string) store.Span {
	return store.Span{
		TraceID: trace, SpanID: r.id(), ParentSpanID: parent, Name: name, Kind: kind, Status: "ok", Start: r.clock,
		Environment: "default", ConversationID: r.run.ID, UserID: "user_" + r.run.ID[len(r.run.ID)-1:], AgentName: r.agent, AgentVersion: "v14",
	}
}

func (r *replay) model(trace, parent uuid.UUID, i int) {
	s := r.span(trace, parent, "chat "+r.run.Model, "llm")
	s.Duration = r.between(600, 3800)
	s.Model, s.Provider = r.run.Model, "openai"
	available := true
	s.UsageAvailable = &available
	s.Input = encode(map[string]any{"model": r.run.Model, "messages": r.run.Messages[:i]})
	s.Output = encode(r.run.Messages[i])
	s.InputTokens, s.OutputTokens = int64(len(s.Input)/4), int64(len(s.Output)/4)
	s.TotalTokens = s.InputTokens + s.OutputTokens
	s.Attributes = encode(map[string]any{"provider": "openai", "temperature": 0, "time_to_first_token": 0.31, "stop_reason": "stop"})
	r.clock = r.clock.Add(s.Duration + r.between(1, 8))
	r.spans = append(r.spans, s)
}

func (r *replay) tool(trace, parent uuid.UUID, i int) {
	m := r.run.Messages[i]
	name, arguments := m.Name, json.RawMessage("{}")
	for _, call := range r.run.Messages[i-1].ToolCalls {
		if call.ID == m.ToolCallID || len(r.run.Messages[i-1].ToolCalls) == 1 {
			name, arguments = call.Name, call.Arguments
		}
	}
	s := r.span(trace, parent, name, "tool")
	s.Duration = r.between(8, 900)
	s.Input, s.Output = arguments, encode(map[string]any{"result": m.Content})
	if len(m.Content) > 5 && m.Content[:5] == "Error" {
		s.Status, s.ErrorMessage, s.HasError, s.Output = "error", m.Content, true, nil
	}
	s.Attributes = encode(map[string]any{"tool_name": name, "code.filepath": "internal/desk/tools.go", "code.lineno": 88})
	r.clock = r.clock.Add(s.Duration + r.between(1, 4))
	r.spans = append(r.spans, s)
}

func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}

// replayed is a store with real runs in it.
func replayed(tb testing.TB, s store.Store) []uuid.UUID {
	tb.Helper()
	var traces []uuid.UUID
	start := now().Add(-150 * time.Minute)
	for i, run := range append(agentRuns(tb, "tau-bench", 16), agentRuns(tb, "agentrx-tau-retail", 6)...) {
		agent := "airline-desk"
		if run.Model == "" {
			agent, run.Model = "retail-desk", "claude-sonnet-4-5"
		}
		r := newReplay(run, agent, start.Add(time.Duration(i*i)*19*time.Second))
		write(tb, s, r.all()...)
		traces = append(traces, r.traces...)
	}
	return traces
}
