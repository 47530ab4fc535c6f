package ui_test

import (
	"context"
	"encoding/binary"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// sketch draws a trace by hand: spans by number, times in milliseconds.
type sketch struct {
	trace uuid.UUID
	start time.Time
	spans []store.Span
}

func newSketch(n uint64, start time.Time) *sketch {
	s := &sketch{start: start}
	binary.BigEndian.PutUint64(s.trace[8:], n)
	s.trace[0] = 0x7a
	return s
}

func spanID(n int) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[8:], uint64(n)|0xa100_0000_0000_0000)
	return id
}

// add adds span n below parent (0 is none), and returns it to be filled in.
func (s *sketch) add(n, parent int, kind, name string, from, length int) *store.Span {
	span := store.Span{
		TraceID: s.trace, SpanID: spanID(n), Name: name, Kind: kind, Status: "ok",
		Start: s.start.Add(time.Duration(from) * time.Millisecond), Duration: time.Duration(length) * time.Millisecond,
		Environment: "staging", ConversationID: "support-4411", UserID: "dana", AgentName: "repo-guide", AgentVersion: "1.4.0",
	}
	if parent != 0 {
		span.ParentSpanID = spanID(parent)
	}
	s.spans = append(s.spans, span)
	return &s.spans[len(s.spans)-1]
}

func (s *sketch) model(n, parent, from, length int, in, out any, tokensIn, tokensOut int64) {
	span := s.add(n, parent, "llm", "chat gpt-4o", from, length)
	span.Model, span.RequestedModel, span.Provider = "gpt-4o-2024-11-20", "gpt-4o", "openai"
	span.Input, span.Output = encode(in), encode(out)
	span.InputTokens, span.OutputTokens, span.TotalTokens = tokensIn, tokensOut, tokensIn+tokensOut
	span.Attributes = []byte(`{"temperature":0,"time_to_first_token":0.284,"response_id":"chatcmpl-9aZ","stop_reason":"tool_calls"}`)
}

func (s *sketch) tool(n, parent int, name string, from, length int, in, out string) *store.Span {
	span := s.add(n, parent, "tool", name, from, length)
	span.Input = []byte(in)
	span.Output = encode(map[string]any{"result": out})
	span.Attributes = encode(map[string]any{"tool_name": name, "code.filepath": "internal/tools/files.go", "code.lineno": 41})
	return span
}

type object = map[string]any

func call(id, name, arguments string) object {
	return object{"id": id, "type": "function", "function": object{"name": name, "arguments": arguments}}
}

// richTrace is an agent with parallel tools, a helper of its own, a guard, a
// retry and an error.
func richTrace(tb testing.TB, s store.Store) uuid.UUID {
	tb.Helper()
	k := newSketch(1, now().Add(-4*time.Minute))
	const question = "What does the pipeline do when the backend is down, and is there a test for it?"
	root := k.add(1, 0, "agent", "repo-guide", 0, 9140)
	root.Input = encode(object{"agent_name": "repo-guide", "question": question})
	root.Output = encode(object{"result": "It keeps up to 10,000 spans in memory and tries again with growing pauses. A test stops the backend half way and counts what arrives: TestBackendDown in pipeline_test.go."})
	root.Attributes = encode(object{"vcs.branch": "main", "vcs.commit.sha": "4e9a115c", "tags": []string{"docs"}, "code.function": "guide.Answer"})
	root.Tags = []string{"docs"}
	system := object{"role": "system", "content": "You answer questions about the repository in the current folder. Use the tools; do not guess. Name the file and the line that your answer rests on. Keep it under eighty words. If a tool fails, say so, and try once more with another path before you give up on it. Never run anything that writes."}
	user := object{"role": "user", "content": question}
	first := object{"role": "assistant", "content": nil, "tool_calls": []any{
		call("call_1", "list_files", `{"path": "internal/pipeline"}`), call("call_2", "search", `{"query": "backoff", "path": "."}`),
		call("call_3", "read_file", `{"path": "internal/pipeline/sender.go", "from": 1, "lines": 120}`),
	}}
	k.add(2, 1, "chain", "plan", 6, 1990)
	k.model(3, 2, 11, 1940, object{"model": "gpt-4o", "messages": []any{system, user}}, object{"choices": []any{object{"finish_reason": "tool_calls", "message": first}}}, 1284, 96)
	k.tool(4, 1, "list_files", 2004, 31, `{"path": "internal/pipeline"}`, "batch.go\ncollector.go\npipeline.go\npipeline_test.go\nsender.go")
	k.tool(5, 1, "search", 2005, 420, `{"query": "backoff", "path": "."}`, "internal/retry/retry.go:38\ninternal/pipeline/sender.go:71")
	failed := k.tool(6, 1, "read_file", 2006, 212, `{"path": "internal/pipeline/sender.go", "from": 1, "lines": 120}`, "")
	failed.Status, failed.HasError, failed.ErrorMessage, failed.Output = "error", true, "read internal/pipeline/sender.go: line 120 is beyond the end of the file (97 lines)", nil
	failed.Attributes = encode(object{"tool_name": "read_file", "exception.type": "*fs.PathError", "code.filepath": "internal/tools/files.go", "code.lineno": 63})
	second := object{"role": "assistant", "content": "The range was too long; reading the file to its end.", "tool_calls": []any{call("call_4", "read_file", `{"path": "internal/pipeline/sender.go", "from": 1, "lines": 97}`)}}
	results := []any{
		system, user, first,
		object{"role": "tool", "tool_call_id": "call_1", "content": "batch.go\ncollector.go\npipeline.go\npipeline_test.go\nsender.go"},
		object{"role": "tool", "tool_call_id": "call_2", "content": "internal/retry/retry.go:38\ninternal/pipeline/sender.go:71"},
		object{"role": "tool", "tool_call_id": "call_3", "content": "line 120 is beyond the end of the file (97 lines)", "error": true},
	}
	k.model(7, 1, 2431, 1120, object{"model": "gpt-4o", "messages": results}, object{"choices": []any{object{"finish_reason": "tool_calls", "message": second}}}, 1602, 44)
	k.tool(8, 1, "read_file", 3556, 18, `{"path": "internal/pipeline/sender.go", "from": 1, "lines": 97}`, "package pipeline\n\n// sender owns one goroutine that exports batches...")
	k.add(9, 1, "agent", "test-finder", 3580, 3010)
	retriever := k.add(10, 9, "retriever", "index.lookup", 3590, 140)
	retriever.Input, retriever.Output = encode(object{"query": "backend down test", "top": 3}), encode([]any{object{"path": "internal/pipeline/pipeline_test.go", "score": 0.83}, object{"path": "exporter/spool/spool_test.go", "score": 0.61}, object{"path": "docs/faults.md", "score": 0.44}})
	k.model(11, 9, 3740, 1310, object{"messages": []any{user}}, second, 2210, 61)
	shell := k.tool(12, 9, "shell", 5060, 640, `{"command": "go test -list BackendDown ./internal/pipeline"}`, "TestBackendDown\nok  \tinternal/pipeline\t0.004s")
	shell.Attributes = encode(object{"tool_name": "shell", "guard_action": "modify"})
	guard := k.add(13, 12, "custom", "guard:modified:shell", 5062, 9)
	guard.Attributes = encode(object{"guard_action": "modify", "guard_reason": "tests are listed, not run: -run was replaced by -list", "guard_latency_ms": 8.6})
	k.model(14, 9, 5704, 870, object{"messages": []any{user}}, object{"role": "assistant", "content": "TestBackendDown covers it."}, 2390, 28)
	k.model(15, 1, 6602, 2520, object{"model": "gpt-4o", "messages": append(results, second)}, object{"choices": []any{object{"finish_reason": "stop", "message": object{"role": "assistant", "content": "It keeps up to 10,000 spans in memory and tries again with growing pauses (internal/pipeline/sender.go:71). TestBackendDown stops the backend half way and counts what arrives."}}}}, 2905, 71)
	write(tb, s, k.spans...)
	require.NoError(tb, s.Write(context.Background(), store.DefaultWorkspace, store.Write{Annotations: []store.Annotation{
		{ID: uuid.New(), TraceID: k.trace, Name: "helpful", DataType: "boolean", Value: []byte("true"), Comment: "named the line", Time: now()},
		{ID: uuid.New(), TraceID: k.trace, SpanID: spanID(15), Name: "groundedness", DataType: "numeric", Value: []byte("0.92"), Time: now()},
	}}))
	return k.trace
}

// runningTrace is an agent that has not ended.
func runningTrace(tb testing.TB, s store.Store) uuid.UUID {
	tb.Helper()
	k := newSketch(2, now().Add(-9*time.Second))
	root := k.add(1, 0, "agent", "repo-guide", 0, 0)
	root.Provisional = true
	root.Input = encode(object{"agent_name": "repo-guide", "question": "which exporter is the largest file?"})
	k.model(2, 1, 10, 2100, object{"messages": []any{object{"role": "user", "content": "which exporter is the largest file?"}}}, object{"role": "assistant", "content": "looking"}, 900, 20)
	k.tool(3, 1, "list_files", 2130, 44, `{"path":"exporter"}`, "console\nhttpexport\njsonl\nmulti\nspool")
	write(tb, s, k.spans...)
	return k.trace
}

// brokenTrace has all that a trace should not: orphans, cycles, a clock a day
// off, no length, a name that lies about its direction.
func brokenTrace(tb testing.TB, s store.Store) uuid.UUID {
	tb.Helper()
	k := newSketch(3, now().Add(-26*time.Minute))
	k.add(1, 0, "agent", "import\u202egpj.exe", 0, 1200)
	k.add(2, 99, "tool", "orphan", 100, 50)
	k.add(3, 4, "tool", "cyc\u200ble-a", 200, 50)
	k.add(4, 3, "tool", "cycle-b", 250, 50)
	k.add(5, 5, "llm", "own parent", 300, 0)
	late := k.add(6, 1, "tool", "another machine", 90_000_000, 20)
	late.Status, late.ErrorMessage = "timeout", "context deadline exceeded"
	k.add(7, 1, "chain", "", 400, 0)
	deep := 1
	for n := 20; n < 45; n++ {
		k.add(n, deep, "chain", "deeper", 500+n, 400-5*n)
		deep = n
	}
	write(tb, s, k.spans...)
	return k.trace
}
