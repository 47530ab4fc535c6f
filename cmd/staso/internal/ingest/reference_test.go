package ingest_test

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// reference decodes a request with encoding/json, slowly and plainly. It knows
// the rules, and nothing of words.
type reference struct {
	spans              []store.Span
	accepted, rejected int
	bad                bool
}

type member struct {
	key string
	raw json.RawMessage
}

// members are an object's fields in the order in which they stand; ok is false
// for what is no object.
func members(raw json.RawMessage) (list []member, ok bool) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return nil, false
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, false
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return nil, false
		}
		list = append(list, member{key.(string), value})
	}
	return list, true
}

func decodeReference(body []byte) (r reference, ok bool) {
	if !json.Valid(body) {
		return r, false
	}
	fields, ok := members(body)
	seen := false
	for _, f := range fields {
		if f.key != "traces" {
			continue
		}
		var traces []json.RawMessage
		if f.raw[0] != '[' || json.Unmarshal(f.raw, &traces) != nil {
			return r, false
		}
		r, seen = reference{}, true
		for _, raw := range traces {
			r.trace(raw)
		}
	}
	return r, ok && seen
}

func (r *reference) trace(raw json.RawMessage) {
	r.bad = false
	var spans []store.Span
	var common store.Span
	id, environment, start := uuid.Nil, "default", time.Time{}
	fields, ok := members(raw)
	r.bad = !ok
	for _, f := range fields {
		switch f.key {
		case "spans":
			spans = r.readSpans(f.raw)
		case "trace_id":
			if id = r.uuid(f.raw); id == uuid.Nil && string(f.raw) != "null" {
				r.bad = true
			}
		case "timestamp":
			start = r.time(f.raw)
		case "environment":
			if environment = r.id(f.raw); environment == "" {
				environment = "default"
			}
		case "workspace_slug":
			slug := r.id(f.raw)
			r.bad = r.bad || len(slug) > 128 || strings.ContainsFunc(slug, func(c rune) bool { return c < ' ' || c >= 0x7f && c < 0xa0 })
		case "session_id":
			common.ConversationID = r.id(f.raw)
		case "user_id":
			common.UserID = r.id(f.raw)
		case "agent_name":
			common.AgentName = r.id(f.raw)
		case "agent_id":
			common.AgentID = r.id(f.raw)
		case "agent_version":
			common.AgentVersion = r.id(f.raw)
		}
	}
	if id == uuid.Nil {
		namespace := uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/staso-go/staso/derived-id"))
		id = uuid.NewSHA1(namespace, raw)
	}
	for i := range spans {
		sp := &spans[i]
		sp.TraceID, sp.Environment = id, environment
		if sp.Start.IsZero() {
			sp.Start = start
		}
		r.bad = r.bad || sp.Start.IsZero()
		for own, shared := range map[*string]string{
			&sp.ConversationID: common.ConversationID, &sp.UserID: common.UserID, &sp.AgentName: common.AgentName,
			&sp.AgentID: common.AgentID, &sp.AgentVersion: common.AgentVersion,
		} {
			if *own == "" {
				*own = shared
			}
		}
	}
	if r.bad || len(spans) == 0 {
		r.rejected++
		return
	}
	r.accepted++
	r.spans = append(r.spans, spans...)
}

func (r *reference) readSpans(raw json.RawMessage) (spans []store.Span) {
	if string(raw) == "null" {
		return nil
	}
	var list []json.RawMessage
	if raw[0] != '[' || json.Unmarshal(raw, &list) != nil {
		r.bad = true
	}
	for _, one := range list {
		spans = append(spans, r.span(one))
	}
	return spans
}

func (r *reference) span(raw json.RawMessage) store.Span {
	sp := store.Span{Kind: "custom", Status: "ok"}
	foreign := ""
	fields, ok := members(raw)
	r.bad = r.bad || !ok
	labels := map[string]*string{
		"name": &sp.Name, "model": &sp.Model, "requested_model": &sp.RequestedModel, "provider": &sp.Provider, "reasoning_effort": &sp.ReasoningEffort,
	}
	ids := map[string]*string{
		"session_id": &sp.ConversationID, "user_id": &sp.UserID, "agent_name": &sp.AgentName, "agent_id": &sp.AgentID, "agent_version": &sp.AgentVersion,
	}
	counts := map[string]*int64{"input_tokens": &sp.InputTokens, "output_tokens": &sp.OutputTokens, "total_tokens": &sp.TotalTokens}
	payloads := map[string]*[]byte{"input": &sp.Input, "output": &sp.Output, "attributes": &sp.Attributes}
	for _, f := range fields {
		null := string(f.raw) == "null"
		if to := labels[f.key]; to != nil {
			*to = cutReference(r.text(f.raw))
		}
		if to := ids[f.key]; to != nil {
			*to = r.id(f.raw)
		}
		if to := counts[f.key]; to != nil {
			*to = r.count(f.raw)
		}
		if to := payloads[f.key]; to != nil {
			*to = payloadReference(f.raw)
		}
		switch f.key {
		case "span_id":
			sp.SpanID = r.uuid(f.raw)
		case "parent_span_id":
			sp.ParentSpanID = r.uuid(f.raw)
		case "timestamp":
			sp.Start = r.time(f.raw)
		case "duration_ms":
			sp.Duration = r.duration(f.raw)
		case "kind":
			sp.Kind, foreign = cutReference(r.text(f.raw)), ""
			if !slices.Contains([]string{"llm", "tool", "chain", "retriever", "agent", "custom"}, sp.Kind) {
				sp.Kind, foreign = "custom", sp.Kind
			}
		case "status":
			if sp.Status = cutReference(r.text(f.raw)); sp.Status == "" {
				sp.Status = "ok"
			}
			r.bad = r.bad || !slices.Contains([]string{"ok", "error", "timeout"}, sp.Status)
		case "error_message":
			sp.ErrorMessage, sp.HasError = r.text(f.raw), !null
		case "usage_available":
			sp.UsageAvailable = nil
			if !null && json.Unmarshal(f.raw, &sp.UsageAvailable) != nil {
				r.bad = true
			}
		case "capture":
			sp.Capture = nil
			if !null {
				sp.Capture = soundReference(f.raw)
				r.bad = r.bad || f.raw[0] != '{' || len(sp.Capture) > 4096
			}
		}
	}
	r.bad = r.bad || sp.SpanID == uuid.Nil
	deriveReference(&sp)
	if foreign != "" {
		sp.Attributes = []byte("foreign") // the merging has a test of its own
	}
	return sp
}

func deriveReference(sp *store.Span) {
	fields, ok := members(sp.Attributes)
	if !ok || !json.Valid(sp.Attributes) {
		return
	}
	provider := ""
	for _, f := range fields {
		var value any
		_ = json.Unmarshal(f.raw, &value)
		switch f.key {
		case "provider":
			provider, _ = value.(string)
		case "staso.provisional_root":
			sp.Provisional = value == true
		case "tags":
			sp.Tags = nil
			list, _ := value.([]any)
			for _, tag := range list {
				text, _ := tag.(string)
				text = strings.ReplaceAll(text, "\x00", "\uFFFD")
				if text != "" && len(text) <= 256 && len(sp.Tags) < 64 && !slices.Contains(sp.Tags, text) {
					sp.Tags = append(sp.Tags, text)
				}
			}
		}
	}
	if sp.Provider == "" {
		sp.Provider = cutReference(strings.ReplaceAll(provider, "\x00", "\uFFFD"))
	}
}

func (r *reference) text(raw json.RawMessage) string {
	var text *string
	if json.Unmarshal(raw, &text) != nil {
		r.bad = true
	}
	if text == nil {
		return ""
	}
	return strings.ReplaceAll(*text, "\x00", "\uFFFD")
}

func (r *reference) id(raw json.RawMessage) string {
	text := r.text(raw)
	r.bad = r.bad || len(text) > 1024
	return text
}

var uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func (r *reference) uuid(raw json.RawMessage) uuid.UUID {
	if string(raw) == "null" {
		return uuid.Nil
	}
	text := r.text(raw)
	if !uuidForm.MatchString(text) {
		r.bad = true
		return uuid.Nil
	}
	return uuid.MustParse(text)
}

func (r *reference) time(raw json.RawMessage) time.Time {
	if string(raw) == "null" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339Nano, r.text(raw))
	if err != nil || t.Year() < 1970 || t.After(now.Add(24*time.Hour)) {
		r.bad = true
		return time.Time{}
	}
	return t.UTC()
}

func (r *reference) duration(raw json.RawMessage) time.Duration {
	var ms float64
	if json.Unmarshal(raw, &ms) != nil || ms > 10*366*24*3600*1000 {
		r.bad = true
		return 0
	}
	return time.Duration(math.Round(math.Max(ms, 0) * 1e6))
}

func (r *reference) count(raw json.RawMessage) int64 {
	if string(raw) == "null" {
		return 0
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || f != math.Trunc(f) || f < 0 || f > 1e12 {
		r.bad = true
		return 0
	}
	return int64(f)
}

func payloadReference(raw json.RawMessage) []byte {
	switch {
	case string(raw) == "null":
		return nil
	case raw[0] == '"':
		var text string
		_ = json.Unmarshal(raw, &text)
		return []byte(strings.ReplaceAll(text, "\x00", "\uFFFD"))
	}
	return soundReference(raw)
}

func soundReference(raw []byte) []byte { return []byte(string([]rune(string(raw)))) }

func cutReference(text string) string {
	if len(text) <= 1024 {
		return text
	}
	text = text[:1021]
	for !utf8.ValidString(text) {
		text = text[:len(text)-1]
	}
	return text + "…"
}
