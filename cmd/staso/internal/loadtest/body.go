// Package loadtest measures how fast a backend takes spans in, over HTTP and to
// the commit.
package loadtest

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/google/uuid"
)

// Shape is what one request of the load looks like.
type Shape struct {
	Traces int // traces in a request
	Spans  int // spans in a trace: an agent, and model calls under it
}

// Size is how many spans a request brings.
func (s Shape) Size() int { return s.Traces * s.Spans }

// The spans are those of a small support agent: two messages of about 350 bytes
// in all go in, one comes out.
const (
	systemText = "You are the support agent of a shop. Answer in one paragraph, name the order that you speak of, and never promise a refund before the tool says so."
	userText   = "Hello, I ordered two lamps (order A-17) nine days ago, one of them came with a broken shade. Can I have the shade alone, or do I have to send the whole lamp back to you?"
	replyText  = "I am sorry about the broken shade of order A-17. I can send you a new one alone; you need not send anything back."
)

// Template is a request's body in which only the ids change from one request to
// the next, so that making the load costs next to nothing.
type Template struct {
	body []byte
	ids  []place
}

type place struct {
	at, trace, span int // span is -1 where the place holds a trace's id
}

// NewTemplate returns the template of requests of the given shape, with spans
// that began at start.
func NewTemplate(shape Shape, start time.Time) (*Template, error) {
	var traces []map[string]any
	for t := range shape.Traces {
		var spans []map[string]any
		for s := range shape.Spans {
			spans = append(spans, spanFields(t, s, start.Add(time.Duration(s)*time.Millisecond)))
		}
		traces = append(traces, map[string]any{
			"trace_id": marker(t, -1), "timestamp": start.Format(time.RFC3339Nano),
			"environment": "production", "workspace_slug": "default", "spans": spans,
		})
	}
	body, err := json.Marshal(map[string]any{"traces": traces})
	if err != nil {
		return nil, err
	}
	return &Template{body: body, ids: places(body, shape)}, nil
}

// marker is a UUID that stands for an id until a request gets its own.
func marker(trace, span int) string {
	return fmt.Sprintf("ffffffff-ffff-%04x-%04x-ffffffffffff", trace, span+1)
}

func places(body []byte, shape Shape) []place {
	var found []place
	for t := range shape.Traces {
		for s := -1; s < shape.Spans; s++ {
			id := []byte(marker(t, s))
			for at := 0; ; {
				i := bytes.Index(body[at:], id)
				if i < 0 {
					break
				}
				found = append(found, place{at + i, t, s})
				at += i + len(id)
			}
		}
	}
	return found
}

func spanFields(trace, span int, start time.Time) map[string]any {
	fields := map[string]any{
		"span_id": marker(trace, span), "parent_span_id": nil, "name": "support-bot", "kind": "agent",
		"timestamp": start.Format(time.RFC3339Nano), "duration_ms": 12.25 + float64(span), "status": "ok",
		"model": "", "provider": "", "requested_model": "", "usage_available": nil, "reasoning_effort": "",
		"input_tokens": 0, "output_tokens": 0, "total_tokens": 0,
		"input": `{"agent_name":"support-bot","q":"where is my order?"}`, "output": `{"result":"on its way"}`,
		"attributes":    `{"vcs.commit.sha":"0123456789abcdef0123456789abcdef01234567","vcs.branch":"main","tags":["vip"]}`,
		"error_message": nil, "session_id": "conv-42", "agent_name": "support-bot",
		"agent_id": "db9640e0-b131-55a4-a5cd-0ded511b7f92", "agent_version": "v7", "user_id": "user-alice",
		"capture": map[string]string{
			"request": "captured", "system_prompt": "captured", "tool_schema": "captured",
			"tool_arguments": "captured", "output": "captured",
		},
	}
	if span > 0 {
		asModelCall(fields, marker(trace, 0))
	}
	return fields
}

func asModelCall(fields map[string]any, parent string) {
	input, _ := json.Marshal([]map[string]string{ //nolint:errcheck // strings always encode
		{"role": "system", "content": systemText}, {"role": "user", "content": userText},
	})
	output, _ := json.Marshal(map[string]string{"role": "assistant", "content": replyText}) //nolint:errcheck // strings always encode
	maps.Copy(fields, map[string]any{
		"parent_span_id": parent, "name": "chat", "kind": "llm", "model": "gpt-4o", "provider": "openai",
		"requested_model": "gpt-4o", "usage_available": true, "input_tokens": 120, "output_tokens": 30, "total_tokens": 150,
		"input": string(input), "output": string(output), "attributes": `{"provider":"openai","time_to_first_token":0.21}`,
	})
}

// Body returns the body of request number n, in buf's memory where it suffices.
// Two requests of different numbers have no trace in common.
func (t *Template) Body(buf []byte, n uint64) []byte {
	buf = append(buf[:0], t.body...)
	n++ // zero would scramble to zero, which is no id
	for _, p := range t.ids {
		id := traceID(n, p.trace)
		if p.span >= 0 {
			id = spanID(n, p.trace, p.span)
		}
		putUUID(buf[p.at:], id)
	}
	return buf
}

// scramble spreads numbers over all of 64 bits, one to one, as random ids are
// spread: a store must not profit from their order.
func scramble(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func putUUID(dst []byte, id uuid.UUID) {
	hex.Encode(dst[0:8], id[0:4])
	hex.Encode(dst[9:13], id[4:6])
	hex.Encode(dst[14:18], id[6:8])
	hex.Encode(dst[19:23], id[8:10])
	hex.Encode(dst[24:36], id[10:16])
}

// TraceID is the id of one of the traces of request number n.
func TraceID(n uint64, trace int) uuid.UUID { return traceID(n+1, trace) }

func traceID(n uint64, trace int) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[:], scramble(n<<16|uint64(trace)))
	binary.BigEndian.PutUint64(id[8:], scramble(n<<16|uint64(trace)|1<<63))
	return id
}

func spanID(n uint64, trace, span int) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[8:], scramble(n<<32|uint64(trace)<<16|uint64(span)))
	return id
}
