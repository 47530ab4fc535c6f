package guardtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/testutil"
)

func checks() []check {
	return []check{
		{"answers", "there is a Result for every outcome, and no error but for a caller's mistake or the end of ctx", checkAnswers},
		{"hostile", "no arguments make Check panic or return an error", checkHostile},
		{"phases", "calls of every phase are answered", checkPhases},
		{"read-only", "Check changes nothing of what the call refers to", checkReadOnly},
		{"ownership", "Check keeps nothing of what the call refers to", checkOwnership},
		{"context", "Check honours ctx, and what it then returns lets no call run unless it is a verdict", checkContext},
		{"again", "the same question under the same id has the same answer", checkAgain},
		{"spans", "Check makes no guard span: whoever asks makes it", checkSpans},
		{"known", "what is known to be allowed runs as it is, and what is known to be blocked does not run", checkKnown},
		{"concurrent", "Check is safe for concurrent use, and its answers do not depend on it", checkConcurrent},
	}
}

var errPanicked = errors.New("panicked")

// patience bounds what is to come back at once.
const patience = 5 * time.Second

// inspect looks at what holds for every answer.
func (s *suite) inspect(call guard.Call, r guard.Result, err error) {
	s.Helper()
	at := describe(call)
	switch {
	case err != nil && r.Allowed():
		s.problem("%s: the Result beside the error %q lets the call run", at, err)
	case r.Action > guard.ActionEscalate:
		s.problem("%s: the action is %d, which is none", at, r.Action)
	case r.Action == guard.ActionModify && call.Phase == guard.PhaseOutput && !json.Valid(r.Input):
		s.problem("%s: the output is to be %.80q, which is no JSON", at, r.Input)
	case r.Action == guard.ActionModify && call.Phase != guard.PhaseOutput && !isObject(r.Input):
		s.problem("%s: the call is to run with %.80q, which is no JSON object", at, r.Input)
	case r.Action != guard.ActionModify && len(r.Input) > 0:
		s.problem("%s: the action is %s, but there is an Input: an allow never changes the arguments", at, r.Action)
	case !r.Allowed() && r.Reason == "" && err == nil:
		s.problem("%s: the call is not to run, and there is no reason", at)
	case r.Degraded() && r.FailureMode == "":
		s.problem("%s: there is the failure %q, but no failure mode", at, r.Failure)
	case r.Digest != "" && r.Action == guard.ActionAllow && r.Digest != guard.Digest(call.Tool, call.Input):
		s.problem("%s: the digest %s is not that of the arguments", at, r.Digest)
	}
}

func isObject(raw json.RawMessage) bool {
	text := strings.TrimSpace(string(raw))
	return strings.HasPrefix(text, "{") && json.Valid(raw)
}

func describe(call guard.Call) string { return fmt.Sprintf("%s(%.60q)", call.Tool, call.Input) }

// sample is an ordinary call, with all that a call may have.
func sample() guard.Call {
	return guard.Call{
		ID: "call-1", Tool: "lookup_order", Input: json.RawMessage(`{"order_id":"A-17","fields":["status","total"]}`),
		Schema: json.RawMessage(`{"type":"object","properties":{"order_id":{"type":"string"}}}`),
		Tools:  []string{"lookup_order", "refund"}, History: []guard.Message{{Role: "user", Content: "where is my order?"}},
		Agent: "support-bot", Environment: "production", Conversation: "conv-1", User: "user-1",
		TraceID: uuid.New(), SpanID: uuid.New(), Attributes: map[string]any{"ticket": 7.0}, DecisionID: uuid.New(), Source: "manual",
	}
}

func (s *suite) calls() []guard.Call {
	calls := append([]guard.Call{sample(), {Tool: "now"}}, s.harness.Allowed...)
	return append(calls, s.harness.Blocked...)
}

func checkAnswers(s *suite) {
	for _, call := range s.calls() {
		s.judged(call)
	}
}

func checkHostile(s *suite) {
	for _, input := range hostileInputs() {
		for _, tool := range []string{"run_shell", "a tool\x00with \u202eodd\xff name", strings.Repeat("t", 5000)} {
			s.judged(guard.Call{Tool: tool, Input: json.RawMessage(input)})
		}
	}
	s.judged(guard.Call{Tool: "t", Schema: json.RawMessage(`{"type":`), Attributes: map[string]any{"": make(chan int)}, Agent: "\xff", Phase: 77})
}

func hostileInputs() []string {
	return []string{
		"", " ", "null", "7", `"rm -rf /"`, "[]", "{", `{"a":`, "\x00", "rm -rf /", "<html>", "\xff\xfe",
		`{"command":1,"command":"ls","COMMAND":[]}`,
		"{\"command\":\"\xff\xfe\"}",
		"{\"command\":\"r\u200bm \u202e/ -rf\u2066\"}",
		`{"":{"":{"":[[[{}]]]}}}`,
		`{"n":1e999999999,"m":-0,"k":123456789012345678901234567890}`,
		`{"x":"\ud800"}`,
		`{"x":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`,
		`{"x":` + strings.Repeat(`{"x":`, 500) + `1` + strings.Repeat(`}`, 501),
		`{"text":"` + strings.Repeat("lorem ipsum ", 90_000) + `"}`,
		`{` + strings.Repeat(`"k":"v",`, 10_000) + `"k":"v"}`,
	}
}

func checkPhases(s *suite) {
	for _, phase := range []guard.Phase{guard.PhaseInput, guard.PhaseOutput, guard.PhaseTrace} {
		call := sample()
		call.Phase, call.Output = phase, json.RawMessage(`{"status":"shipped"}`)
		s.judged(call)
		call.Output, call.History = nil, nil
		call.DecisionID = uuid.New()
		s.judged(call)
	}
}

func checkReadOnly(s *suite) {
	for _, call := range s.calls() {
		before := copyOf(call)
		s.judged(call)
		if !reflect.DeepEqual(before, call) {
			s.problem("%s: the call is another after Check: %+v, was %+v", describe(call), call, before)
		}
	}
}

func checkOwnership(s *suite) {
	for _, call := range s.calls() {
		kept := copyOf(call)
		first := s.judged(call)
		for _, bytes := range [][]byte{call.Input, call.Schema, call.Output} {
			for i := range bytes {
				bytes[i] = 'x'
			}
		}
		again := copyOf(kept)
		again.DecisionID = uuid.Nil
		if second := s.judged(again); second.Action != first.Action {
			s.problem("%s: the action was %s; it is %s after the first call's memory was used for something else", describe(kept), first.Action, second.Action)
		}
		copy(call.Input, kept.Input) // the harness's calls are asked about again
		copy(call.Schema, kept.Schema)
		copy(call.Output, kept.Output)
	}
}

func checkContext(s *suite) {
	cancelled, cancel := context.WithCancel(s.Context())
	cancel()
	late, stop := context.WithDeadline(s.Context(), time.Unix(0, 0))
	defer stop()
	for _, ctx := range []context.Context{cancelled, late} {
		for _, call := range s.calls() {
			started := time.Now()
			result, err := s.ask(ctx, call)
			if took := time.Since(started); took > patience {
				s.problem("%s: Check took %s where ctx had ended before", describe(call), took)
			}
			if err != nil && err != errPanicked && !errors.Is(err, ctx.Err()) { //nolint:errorlint // it is compared with our own
				s.problem("%s: the error %q does not wrap %q", describe(call), err, ctx.Err())
			}
			if s.isBlocked(call) && result.Action == guard.ActionAllow && !result.Degraded() {
				s.problem("%s: it is allowed where ctx has ended", describe(call))
			}
		}
	}
}

func (s *suite) isBlocked(call guard.Call) bool {
	for _, blocked := range s.harness.Blocked {
		if blocked.Tool == call.Tool && string(blocked.Input) == string(call.Input) {
			return true
		}
	}
	return false
}

func checkAgain(s *suite) {
	for _, call := range s.calls() {
		call.DecisionID = uuid.New()
		first, second := s.judged(call), s.judged(call)
		if first.Action != second.Action || string(first.Input) != string(second.Input) {
			s.problem("%s: the first answer was %s, the second %s", describe(call), first.Action, second.Action)
		}
		if first.DecisionID != second.DecisionID {
			s.problem("%s: the first decision's id is %s, the second's %s", describe(call), first.DecisionID, second.DecisionID)
		}
	}
}

func checkSpans(s *suite) {
	rec := testutil.NewRecorder()
	tracer, err := staso.New(staso.WithAgentName("guardtest"), staso.WithExporter(rec), staso.WithLookupEnv(nil), staso.WithCaptureVCS(false))
	if err != nil {
		s.Fatalf("staso.New: %v", err)
	}
	ctx, root := tracer.Start(s.Context(), "root")
	for _, call := range s.calls() {
		_, err := s.ask(ctx, call)
		if err != nil {
			s.problem("%s: Check returned an error: %v", describe(call), err)
		}
	}
	root.End()
	spans := rec.Spans()
	if err := tracer.Shutdown(s.Context()); err != nil {
		s.problem("Shutdown: %v", err)
	}
	for _, span := range spans {
		if strings.HasPrefix(span.Name, "guard:") {
			s.problem("there is a span %q", span.Name)
		}
	}
}

func checkKnown(s *suite) {
	for _, call := range s.harness.Allowed {
		if r := s.judged(call); r.Action != guard.ActionAllow || r.Degraded() {
			s.problem("%s: the answer is %s (%s), want a plain allow", describe(call), r.Action, r.Reason)
		}
	}
	for _, call := range s.harness.Blocked {
		if r := s.judged(call); r.Allowed() {
			s.problem("%s: the answer is %s, want a block or an escalation", describe(call), r.Action)
		}
	}
}

func checkConcurrent(s *suite) {
	calls := s.calls()
	want := make([]guard.Action, len(calls))
	for i, call := range calls {
		call.DecisionID = uuid.Nil
		want[i] = s.judged(call).Action
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i, call := range calls {
				call.DecisionID = uuid.Nil
				if r, err := s.ask(s.Context(), call); err != nil || r.Action != want[i] {
					s.problem("%s: the answer is %s (error: %v), was %s when it was asked alone", describe(call), r.Action, err, want[i])
				}
			}
		})
	}
	wg.Wait()
}
