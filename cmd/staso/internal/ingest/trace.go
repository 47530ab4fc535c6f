package ingest

import (
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

// trace is what a trace says of itself.
type trace struct {
	id          uuid.UUID
	start       time.Time
	environment string
	workspace   string
	common      store.Span // the fields that spans without their own take over
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
