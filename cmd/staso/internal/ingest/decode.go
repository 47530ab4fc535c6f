package ingest

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/jsonscan"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// defaultEnvironment is the environment of traces that name none.
const defaultEnvironment = "default"

// derivedIDs is the namespace of ids that the server makes: UUIDv5 of this
// address in the URL namespace.
func derivedIDs() uuid.UUID {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/staso-go/staso/derived-id"))
}

// DecodeTraces reads the body of an ingest request. Its error is a
// [*httpapi.Error]: the body as a whole is not what it should be, or too much. What is wrong
// with one trace rejects that trace alone and is told in [Batch.Errors].
//
// The batch may share body's memory: body must not change while the batch is in
// use. Of a field that comes twice in one object the last one counts.
//
// A trace whose trace_id is null or absent gets an id that is the same in every
// retry: UUIDv5, in a namespace of this package's own, of "KEY/INDEX" where KEY
// is the Idempotency-Key and INDEX the trace's decimal index in the request;
// without a key, of the bytes of the trace's JSON object as they stand in the
// (decompressed) body.
func DecodeTraces(body []byte, req Request) (*Batch, error) {
	d := &decoder{
		reader: reader{Scanner: jsonscan.New(body)},
		req:    req,
		spans:  make([]store.Span, 0, min(len(body)/512+1, MaxSpans)),
	}
	if err := d.decode(); err != nil {
		return nil, err
	}
	return d.batch()
}

// decoder turns one body into one list of spans, and remembers which of them
// are whose.
type decoder struct {
	reader
	req    Request
	spans  []store.Span
	traces []run
	result Batch
}

// run is where the spans of one accepted trace are.
type run struct {
	workspace string
	from, to  int
}

// trace is what a trace says of itself.
type trace struct {
	id          uuid.UUID
	start       time.Time
	environment string
	workspace   string
	common      store.Span // the fields that spans without their own take over
}

func (d *decoder) decode() error {
	if d.Kind() != jsonscan.Object {
		return d.shapeError()
	}
	seen := false
	for d.BeginObject(); d.Field(); {
		if string(d.Key()) != "traces" {
			d.Skip()
			continue
		}
		seen = true
		if d.Kind() != jsonscan.Array {
			return d.shapeError()
		}
		if err := d.readTraces(); err != nil {
			return err
		}
	}
	d.End()
	if d.Err() == nil && !seen {
		return httpapi.Malformed(`traces: missing: want {"traces": [...]}`)
	}
	return malformed(d.Err())
}

// shapeError tells a body that is not JSON from one that is something else.
func (d *decoder) shapeError() error {
	shape := d.shape()
	if d.Err() != nil {
		return malformed(d.Err())
	}
	return httpapi.Malformed(`body: %s where a list of traces should be: want {"traces": [...]}`, shape)
}

func malformed(err error) error {
	if err == nil {
		return nil
	}
	refusal := httpapi.Malformed("body: %v", err)
	refusal.Cause = err
	return refusal
}

var errTooManySpans = errors.New("too many spans")

func (d *decoder) readTraces() error {
	d.spans, d.traces, d.result = d.spans[:0], d.traces[:0], Batch{}
	index := 0
	for d.BeginArray(); d.Element(); index++ {
		if index == MaxTraces {
			return httpapi.TooLarge("traces: more than %d in one request: send them in several", MaxTraces)
		}
		if err := d.readTrace(index); err != nil {
			return httpapi.TooLarge("spans: more than %d in one request: send them in several", MaxSpans)
		}
	}
	return nil
}

// readTrace reads one trace, and takes its spans back if it is not sound.
func (d *decoder) readTrace(index int) error {
	d.faults, d.total, d.span = d.faults[:0], 0, -1
	t := trace{environment: defaultEnvironment}
	from := len(d.spans)
	dropped := 0
	d.Kind() // passes over white space: the trace's bytes begin at its brace
	begin := d.Offset()
	if d.Kind() == jsonscan.Object {
		for d.BeginObject(); d.Field(); {
			if string(d.Key()) != "spans" {
				d.readTraceField(&t)
				continue
			}
			d.spans = d.spans[:from]
			n, err := d.readSpans()
			if err != nil {
				return err
			}
			dropped = n
		}
	} else {
		d.refuse("trace", "an object")
	}
	if d.Err() != nil {
		return nil //nolint:nilerr // the scanner keeps it
	}
	d.finish(&t, index, from, begin)
	if d.total > 0 {
		d.reject(index, from, dropped)
		return nil
	}
	d.accept(t.workspace, from)
	return nil
}

func (d *decoder) readTraceField(t *trace) {
	switch string(d.Key()) {
	case "trace_id":
		t.id = d.traceID()
	case "timestamp":
		t.start = d.time("timestamp", d.req.Now)
	case "environment":
		if t.environment = d.id("environment", defaultEnvironment); t.environment == "" {
			t.environment = defaultEnvironment
		}
	case "workspace_slug":
		t.workspace = d.id("workspace_slug", store.DefaultWorkspace)
	case "session_id", "user_id", "agent_name", "agent_id", "agent_version":
		d.readLabel(d.Key(), &t.common, &store.Span{})
	default:
		// Among them root_span_name, status, model, duration_ms, the token
		// counts and attributes: the spans say them, and they are summed from
		// the spans alone.
		d.Skip()
	}
}

func (d *decoder) traceID() uuid.UUID {
	if d.null() {
		return uuid.Nil
	}
	before := d.total
	id := d.uuid("trace_id")
	if id == uuid.Nil && d.total == before && d.Err() == nil {
		d.fail("trace_id", "all zeros", "128 random bits, or null to have one made")
	}
	return id
}

// readSpans reads a trace's spans and returns how many there were.
func (d *decoder) readSpans() (int, error) {
	if d.null() {
		return 0, nil
	}
	if d.Kind() != jsonscan.Array {
		d.refuse("spans", "an array")
		return 0, nil
	}
	n := 0
	like := &store.Span{}
	for d.BeginArray(); d.Element(); n++ {
		if len(d.spans) == MaxSpans || n == MaxSpans {
			return n, errTooManySpans
		}
		d.span = n
		d.spans = append(d.spans, store.Span{})
		sp := &d.spans[len(d.spans)-1]
		d.readSpan(sp, like, d.req.Now)
		like = sp
	}
	d.span = -1
	return n, nil
}

// finish gives the trace's spans what the trace says for all of them.
func (d *decoder) finish(t *trace, index, from, begin int) {
	spans := d.spans[from:]
	if len(spans) == 0 && d.total == 0 {
		d.fail("spans", "an empty list", "at least one span")
	}
	if workspace, err := httpapi.ChooseWorkspace(t.workspace, d.req.Workspace); err != nil {
		d.fail("workspace_slug", err.Error(), "a shorter, plain name")
	} else {
		t.workspace = workspace
	}
	if d.total > 0 {
		return
	}
	if t.id == uuid.Nil {
		t.id = d.derivedID(index, begin)
	}
	for i := range spans {
		t.complete(&spans[i])
		if spans[i].Start.IsZero() {
			d.span = i
			d.fail("timestamp", "missing", "an RFC 3339 time")
		}
	}
}

func (d *decoder) derivedID(index, begin int) uuid.UUID {
	if d.req.Key == "" {
		return uuid.NewSHA1(derivedIDs(), d.Since(begin))
	}
	return uuid.NewSHA1(derivedIDs(), []byte(d.req.Key+"/"+strconv.Itoa(index)))
}

func (t *trace) complete(sp *store.Span) {
	sp.TraceID = t.id
	sp.Environment = t.environment
	if sp.Start.IsZero() {
		sp.Start = t.start
	}
	fill(&sp.ConversationID, t.common.ConversationID)
	fill(&sp.UserID, t.common.UserID)
	fill(&sp.AgentName, t.common.AgentName)
	fill(&sp.AgentID, t.common.AgentID)
	fill(&sp.AgentVersion, t.common.AgentVersion)
}

func fill(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

func (d *decoder) accept(workspace string, from int) {
	d.traces = append(d.traces, run{workspace, from, len(d.spans)})
	d.result.Accepted++
	d.result.Spans += len(d.spans) - from
}

func (d *decoder) reject(index, from, spans int) {
	d.result.Rejected++
	d.result.SpansRejected += spans
	clear(d.spans[from:])
	d.spans = d.spans[:from]
	for _, f := range d.faults {
		e := ItemError{Trace: &index, Detail: f.detail}
		if f.span >= 0 {
			e.Span = &f.span
		}
		d.result.fault(e)
	}
}

// batch hands the spans to their workspaces: as a rule there is one, and it gets
// the list as it is.
func (d *decoder) batch() (*Batch, error) {
	b := &d.result
	if len(d.traces) > 0 && !slices.ContainsFunc(d.traces, d.elsewhere) {
		b.part(d.traces[0].workspace).Spans = d.spans
		return b, nil
	}
	for _, t := range d.traces {
		w := b.part(t.workspace)
		w.Spans = append(w.Spans, d.spans[t.from:t.to]...)
		if len(b.Parts) > maxWorkspaces {
			return nil, httpapi.TooLarge("workspace_slug: more than %d workspaces in one request: send them in several", maxWorkspaces)
		}
	}
	return b, nil
}

// elsewhere says that t is not in the workspace of the first trace.
func (d *decoder) elsewhere(t run) bool { return t.workspace != d.traces[0].workspace }
