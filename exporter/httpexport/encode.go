package httpexport

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/jsonenc"
)

// encoder turns spans into the body of an ingest request. It keeps its scratch
// space, so that one that is used again allocates nothing.
type encoder struct {
	groups []group
	next   []int32 // the next span of the same trace, by index; -1 at its last
	index  map[uuid.UUID]int32
	extra  []byte
}

// group is one trace's part of a batch: a list through encoder.next.
type group struct {
	first, last int32
	count       int
	start       time.Time
}

// appendBatch appends the request's body, in which traces stand in the order of
// their first span. Until the next call e.groups tells which spans were in which.
func (e *encoder) appendBatch(dst []byte, spans []*exporter.SpanData, res exporter.Resource) []byte {
	e.group(spans)
	dst = append(dst, `{"traces":[`...)
	for i := range e.groups {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = e.appendTrace(dst, spans, &e.groups[i], res)
	}
	return append(dst, "]}"...)
}

func (e *encoder) group(spans []*exporter.SpanData) {
	e.groups, e.next = e.groups[:0], e.next[:0]
	if e.index == nil {
		e.index = make(map[uuid.UUID]int32)
	}
	clear(e.index)
	for i, s := range spans {
		e.next = append(e.next, -1)
		g, known := e.index[s.TraceID]
		if !known {
			e.index[s.TraceID] = int32(len(e.groups))
			e.groups = append(e.groups, group{first: int32(i), last: int32(i), count: 1, start: s.StartTime})
			continue
		}
		e.groups[g].add(e.next, int32(i), s.StartTime)
	}
}

func (g *group) add(next []int32, i int32, start time.Time) {
	next[g.last] = i
	g.last = i
	g.count++
	if start.Before(g.start) {
		g.start = start
	}
}

func (e *encoder) appendTrace(dst []byte, spans []*exporter.SpanData, g *group, res exporter.Resource) []byte {
	dst = appendUUID(append(dst, `{"trace_id":`...), spans[g.first].TraceID)
	dst = appendTime(append(dst, `,"timestamp":`...), g.start)
	environment := res.Environment
	if environment == "" {
		environment = "default"
	}
	dst = jsonenc.AppendString(append(dst, `,"environment":`...), environment)
	dst = jsonenc.AppendString(append(dst, `,"workspace_slug":`...), res.Workspace)
	dst = append(dst, `,"spans":[`...)
	for i := g.first; i >= 0; i = e.next[i] {
		if i != g.first {
			dst = append(dst, ',')
		}
		dst = e.appendSpan(dst, spans[i])
	}
	return append(dst, "]}"...)
}

func (e *encoder) appendSpan(dst []byte, s *exporter.SpanData) []byte {
	dst = appendUUID(append(dst, `{"span_id":`...), s.SpanID)
	dst = append(dst, `,"parent_span_id":`...)
	if s.ParentSpanID == uuid.Nil {
		dst = append(dst, "null"...)
	} else {
		dst = appendUUID(dst, s.ParentSpanID)
	}
	dst = jsonenc.AppendString(append(dst, `,"name":`...), s.Name)
	dst = jsonenc.AppendString(append(dst, `,"kind":`...), s.Kind.String())
	dst = appendTime(append(dst, `,"timestamp":`...), s.StartTime)
	dst = append(dst, `,"duration_ms":`...)
	dst = strconv.AppendFloat(dst, float64(s.Duration)/float64(time.Millisecond), 'f', -1, 64)
	dst = append(append(append(dst, `,"status":"`...), status(s.Status)...), '"')
	dst = appendModel(dst, s)
	dst = jsonenc.AppendStringBytes(append(dst, `,"input":`...), s.Input)
	dst = jsonenc.AppendStringBytes(append(dst, `,"output":`...), s.Output)
	dst = e.appendAttributes(append(dst, `,"attributes":`...), s)
	dst = appendErrorMessage(append(dst, `,"error_message":`...), s)
	dst = appendContext(dst, s)
	dst = appendCapture(append(dst, `,"capture":`...), s.Capture)
	return append(dst, '}')
}

// status keeps a value that no exporter knows from losing its whole trace: it is
// surely not ok.
func status(s exporter.Status) string {
	if s > exporter.StatusTimeout {
		s = exporter.StatusError
	}
	return s.String()
}

func appendModel(dst []byte, s *exporter.SpanData) []byte {
	dst = jsonenc.AppendString(append(dst, `,"model":`...), s.Model)
	dst = jsonenc.AppendString(append(dst, `,"provider":`...), s.Provider)
	dst = jsonenc.AppendString(append(dst, `,"requested_model":`...), s.RequestedModel)
	dst = append(dst, `,"usage_available":`...)
	switch {
	case s.Usage != nil:
		dst = append(dst, "true"...)
	case s.Kind == exporter.KindLLM:
		dst = append(dst, "false"...)
	default:
		dst = append(dst, "null"...)
	}
	dst = jsonenc.AppendString(append(dst, `,"reasoning_effort":`...), s.ReasoningEffort)
	var usage exporter.Usage
	if s.Usage != nil {
		usage = *s.Usage
	}
	total := usage.TotalTokens
	if total == 0 {
		total = usage.InputTokens + usage.OutputTokens
	}
	dst = strconv.AppendInt(append(dst, `,"input_tokens":`...), usage.InputTokens, 10)
	dst = strconv.AppendInt(append(dst, `,"output_tokens":`...), usage.OutputTokens, 10)
	return strconv.AppendInt(append(dst, `,"total_tokens":`...), total, 10)
}

func appendErrorMessage(dst []byte, s *exporter.SpanData) []byte {
	if s.Status == exporter.StatusOK && s.ErrorMessage == "" {
		return append(dst, "null"...)
	}
	return jsonenc.AppendString(dst, s.ErrorMessage)
}

func appendContext(dst []byte, s *exporter.SpanData) []byte {
	dst = jsonenc.AppendString(append(dst, `,"session_id":`...), s.ConversationID)
	dst = jsonenc.AppendString(append(dst, `,"agent_name":`...), s.AgentName)
	dst = append(dst, `,"agent_id":`...)
	if s.AgentID == uuid.Nil {
		dst = append(dst, `""`...)
	} else {
		dst = appendUUID(dst, s.AgentID)
	}
	dst = jsonenc.AppendString(append(dst, `,"agent_version":`...), s.AgentVersion)
	return jsonenc.AppendString(append(dst, `,"user_id":`...), s.UserID)
}

func appendCapture(dst []byte, p exporter.CapturePolicy) []byte {
	if p == (exporter.CapturePolicy{}) {
		return append(dst, `{"request":"captured","system_prompt":"captured","tool_schema":"captured",`+
			`"tool_arguments":"captured","output":"captured"}`...)
	}
	dst = jsonenc.AppendString(append(dst, `{"request":`...), p.Request.String())
	dst = jsonenc.AppendString(append(dst, `,"system_prompt":`...), p.SystemPrompt.String())
	dst = jsonenc.AppendString(append(dst, `,"tool_schema":`...), p.ToolSchema.String())
	dst = jsonenc.AppendString(append(dst, `,"tool_arguments":`...), p.ToolArguments.String())
	dst = jsonenc.AppendString(append(dst, `,"output":`...), p.Output.String())
	return append(dst, '}')
}
