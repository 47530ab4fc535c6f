package guardapi

import (
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/guard"
)

const (
	maxToolBytes   = 8192
	maxSourceBytes = 64
	maxReasonBytes = 4096

	minDeadline     = 100 * time.Millisecond
	maxDeadline     = 30 * time.Second
	defaultDeadline = 10 * time.Second
)

// question is a call that somebody asks about.
type question struct {
	call      guard.Call
	workspace string
	requester string
	request   store.Digest
	accepts   accepted
	capture   capture
	mode      guard.FailureMode
	deadline  time.Duration
	named     bool     // the client gave the decision its id
	defers    bool     // the client itself puts before a person what is escalated
	about     []member // of the context, but for what is volatile
}

// accepted is what a client does with the verdicts that not all clients know.
type accepted struct {
	modify, escalate bool
	// strict is a client that takes an answer for none at all where a word of it is
	// not of its list.
	strict bool
}

// readQuestion reads what all requests about a call have in common: the call, who
// asks, and what may be kept of it.
func readQuestion(r *http.Request, f fields) (*question, error) {
	q := &question{mode: guard.FailOpen, requester: requesterOf(r)}
	if err := q.readCall(f); err != nil {
		return nil, err
	}
	slug, err := q.readContext(f.get("context"))
	if err != nil {
		return nil, err
	}
	if q.workspace, err = httpapi.ChooseWorkspace(slug, r.Header.Get(httpapi.WorkspaceHeader)); err != nil {
		return nil, err
	}
	if q.capture, err = readCapture(f.get("capture")); err != nil {
		return nil, err
	}
	return q, q.readDecisionID(f)
}

func (q *question) readCall(f fields) (err error) {
	if q.call.Tool, err = f.text("tool_name", maxToolBytes); err != nil {
		return err
	}
	if q.call.Tool == "" {
		return httpapi.Malformed("tool_name: %s: want the name of the tool", shapeOf(f.get("tool_name")))
	}
	q.call.Input = f.get("tool_input")
	if null(q.call.Input) {
		q.call.Input = nil
	}
	if q.call.Source, err = f.text("decision_source", maxSourceBytes); err != nil {
		return err
	}
	return q.readPhase(f)
}

func (q *question) readPhase(f fields) error {
	phase, err := f.text("phase", maxSourceBytes)
	if err != nil {
		return err
	}
	switch phase {
	case "", guard.PhaseInput.String():
	case guard.PhaseOutput.String():
		q.call.Phase, q.call.Output = guard.PhaseOutput, f.get("tool_output")
	case guard.PhaseTrace.String():
		q.call.Phase, q.call.Output = guard.PhaseTrace, f.get("tool_output")
	default:
		return httpapi.Malformed("phase: a string of %d bytes: want input, output or trace", len(phase))
	}
	return nil
}

func (q *question) readDecisionID(f fields) error {
	text, err := f.text("decision_id", maxIDBytes)
	if err != nil {
		return err
	}
	if q.named = text != ""; !q.named {
		q.call.DecisionID, err = uuid.NewV7()
		return err
	}
	if q.call.DecisionID, err = uuid.Parse(text); err != nil || q.call.DecisionID == uuid.Nil {
		return httpapi.Malformed("decision_id: a string of %d bytes: want a UUID, 32 hexadecimal digits in the form 8-4-4-4-12", len(text))
	}
	return nil
}

// readEvaluation reads the body of POST /v1/guard/evaluate. The slices of the
// call are the body's.
func readEvaluation(r *http.Request, body []byte) (*question, error) {
	f, err := readFields(body)
	if err != nil {
		return nil, err
	}
	q, err := readQuestion(r, f)
	if err != nil {
		return nil, err
	}
	if q.accepts, err = readAccepted(f); err != nil {
		return nil, err
	}
	if q.deadline, err = readDeadline(f); err != nil {
		return nil, err
	}
	q.defers = string(f.get("defer_escalation")) == "true"
	mode, err := f.text("failure_mode", maxSourceBytes)
	if err != nil {
		return nil, err
	}
	if mode != "" && guard.FailureMode(mode) != guard.FailOpen {
		q.mode = guard.FailClosed
	}
	q.request = q.digestOf(f, store.OriginBackend)
	return q, nil
}

// readAccepted finds out what the client understands. One that speaks of neither a
// version nor of actions is of the first generation, which knows all four.
func readAccepted(f fields) (accepted, error) {
	list := f.get("accept_actions")
	if list == nil || null(list) {
		versioned := f.get("payload_version") != nil
		return accepted{modify: !versioned, escalate: !versioned, strict: versioned}, nil
	}
	var names []string
	if err := json.Unmarshal(list, &names); err != nil {
		return accepted{}, httpapi.Malformed("accept_actions: %s: want a list of allow, block, modify and escalate", shapeOf(list))
	}
	var a accepted
	for _, name := range names {
		a.modify = a.modify || name == guard.ActionModify.String()
		a.escalate = a.escalate || name == guard.ActionEscalate.String()
	}
	return a, nil
}

// readDeadline holds a deadline to its bounds rather than to refuse it: to a client
// that lets calls run without a verdict a refusal is one.
func readDeadline(f fields) (time.Duration, error) {
	ms, err := f.number("deadline_ms")
	if err != nil {
		return 0, err
	}
	if ms == 0 {
		return defaultDeadline, nil
	}
	return min(max(time.Duration(min(ms, maxDeadline.Milliseconds()))*time.Millisecond, minDeadline), maxDeadline), nil
}

// digestOf stands for the request, to whoever decides by it: all of it but what
// differs between two tries of the same one, which is the deadline and the
// conversation so far. A report is never taken for the question that it is about.
func (q *question) digestOf(f fields, origin string) (sum store.Digest) {
	h := sha256.New()
	buf := make([]byte, 0, 512)
	write := func(name string, value []byte) {
		buf = strconv.AppendInt(buf[:0], int64(len(name)), 10)
		buf = append(append(append(buf, ':'), name...), ' ')
		buf = append(strconv.AppendInt(buf, int64(len(value)), 10), ':')
		h.Write(buf)
		h.Write(value)
	}
	write("origin", []byte(origin))
	write("workspace", []byte(q.workspace))
	for _, name := range []string{
		"payload_version", "accept_actions", "tool_name", "tool_input", "phase", "tool_output", "decision_source", "failure_mode", "capture",
	} {
		write(name, f.get(name))
	}
	for i := range q.about {
		write("context."+q.about[i].name, q.about[i].value)
	}
	h.Sum(sum[:0])
	return sum
}
