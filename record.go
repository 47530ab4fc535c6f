package staso

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/jsonenc"
	"github.com/staso-go/staso/internal/pipeline"
)

// record is what a span gathers. It belongs to the span until End, then to the
// pipeline until its fate is known, and then it is used again.
type record struct {
	tracer *Tracer
	data   exporter.SpanData
	usage  Usage

	input, output payload
	meta          []metaEntry
	metaBytes     []byte // the encoded values of meta
	metaLost      int
	tags          []string
	errors        []string    // the texts of a recorded error and those it wraps
	code          []attribute // where the wrapped function is
	attributes    []byte      // finished

	noInput, noOutput, drop bool
}

// payload is an input or an output: encoded, or a value that cannot change and
// is encoded by the sender.
type payload struct {
	encoded []byte
	later   any
	size    int // of later
	set     bool
}

// metaEntry is one entry of metadata, likewise; value holds bytes from metaBytes.
type metaEntry struct {
	key        string
	start, end int
	later      any
}

// keyProvisionalRoot marks, on the wire, a root at its start.
const keyProvisionalRoot = "staso.provisional_root"

const (
	maxMetadata    = 512 // entries; and twice the limit of the whole, before it is cut
	maxTags        = 512
	keepBuffer     = 64 << 10 // larger buffers are not kept for the next payload
	keepMetadata   = 4 << 10  // nor what of a record is larger, for the next span
	rewriteLimit   = 16 << 20 // what is redacted is encoded whole, up to this
	recordOverhead = 1 << 10  // what a span holds besides its content
	metaOverhead   = 64       // what an entry of metadata does
)

func (t *Tracer) newRecord(about *about, name string, opts []SpanOption) *record {
	r, ok := t.records.Get().(*record)
	if !ok {
		r = &record{tracer: t}
	}
	d := &r.data
	d.Name = spanName(name)
	d.StartTime = time.Now()
	if about != nil {
		r.takeAbout(about)
	}
	if d.ConversationID == "" {
		d.ConversationID = t.cfg.Conversation
	}
	if d.AgentName == "" {
		d.AgentName, d.AgentID = t.cfg.AgentName, t.agentID
	}
	d.AgentVersion = t.cfg.AgentVersion
	for _, opt := range opts {
		if opt != nil {
			opt.applySpan(r)
		}
	}
	r.applyCapture(t.cfg.Capture)
	return r
}

func (r *record) takeAbout(a *about) {
	d := &r.data
	d.ConversationID, d.UserID = a.conversation, a.user
	d.AgentName, d.AgentID = a.agent, a.agentID
	r.tags = a.tags
	for _, m := range a.metadata {
		r.setMetaValue(m)
	}
}

func spanName(name string) string {
	if name == "" {
		return "unnamed"
	}
	return cutText(name, maxIdentifier)
}

// applyCapture settles what of this span is captured, the strictest setting
// winning.
func (r *record) applyCapture(policy CapturePolicy) {
	input := &policy.Request
	if r.data.Kind == KindTool {
		input = &policy.ToolArguments
	}
	if r.noInput {
		*input = Suppressed
	}
	if r.noOutput {
		policy.Output = Suppressed
	}
	r.noInput = *input == Suppressed
	r.noOutput = policy.Output == Suppressed
	r.data.Capture = policy
}

// release makes the record ready for another span. It gives the buffers of
// payloads back, so that a record that waits in the queue holds only its own.
func (t *Tracer) release(r *record) {
	t.putScratch(r.input.encoded)
	t.putScratch(r.output.encoded)
	clear(r.meta)
	*r = record{
		tracer:     t,
		meta:       keep(r.meta, keepMetadata/metaOverhead),
		metaBytes:  keep(r.metaBytes, keepMetadata),
		attributes: keep(r.attributes, keepMetadata),
	}
	t.records.Put(r)
}

func keep[T any](list []T, most int) []T {
	if cap(list) > most {
		return nil
	}
	return list[:0]
}

// fit gives back a buffer that is much larger than what it holds: what waits in
// the queue takes little more memory than is counted.
func (t *Tracer) fit(p *payload) {
	if room := cap(p.encoded); room > keepMetadata && room > 2*len(p.encoded) {
		large := p.encoded
		p.encoded = append([]byte(nil), large...)
		t.putScratch(large)
	}
}

// setField encodes v, now where it can change, and puts it into the record.
func (s *Span) setField(field Field, v any) {
	if !s.Captures(field) {
		return
	}
	t := s.tracer
	if size, wait := t.canWait(v); wait {
		s.putField(field, payload{later: v, size: size})
		return
	}
	s.putField(field, payload{encoded: t.encoder.Append(t.scratch(), v, t.encodeLimit())})
}

// putField puts a payload into the record, and gives the buffer back that is not
// needed: the one before, or its own where the span has ended meanwhile.
func (s *Span) putField(field Field, next payload) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rec != nil {
		p := s.rec.payload(field)
		next.set = true
		*p, next = next, *p
	}
	s.tracer.putScratch(next.encoded)
}

// canWait says that v may be encoded later, and how much memory it holds until
// then: it cannot change, and is not so large that most of it would be cut.
func (t *Tracer) canWait(v any) (size int, wait bool) {
	if !t.encoder.Immutable(v) {
		return 0, false
	}
	if size = t.laterBytes(v); size > t.encodeLimit() {
		return 0, false
	}
	return size, true
}

func (r *record) payload(field Field) *payload {
	if field == FieldInput {
		return &r.input
	}
	return &r.output
}

func (r *record) suppresses(field Field) bool {
	switch field {
	case FieldInput:
		return r.noInput
	case FieldOutput:
		return r.noOutput
	}
	return false
}

// encode reads a value: itself where it can wait, else encoded.
func (t *Tracer) encode(v any) (encoded []byte, later any) {
	if _, wait := t.canWait(v); wait {
		return nil, v
	}
	return t.encoder.Append(nil, v, t.encodeLimit()), nil
}

// snapshot is encode for where no Tracer is at hand.
func snapshot(v any) any {
	var e jsonenc.Encoder
	if e.Immutable(v) {
		return v
	}
	return json.RawMessage(e.Append(nil, v, rewriteLimit))
}

// encodeLimit bounds what is encoded of a value: what is redacted is needed
// whole.
func (t *Tracer) encodeLimit() int {
	if t.rewrites {
		return rewriteLimit
	}
	return t.cfg.FieldLimit
}

// setMetaValue sets an entry that was read before a Tracer was at hand.
func (r *record) setMetaValue(m metaValue) {
	raw, ok := m.value.(json.RawMessage)
	if !ok {
		encoded, later := r.tracer.encode(m.value)
		r.setMeta(m.key, encoded, later)
		return
	}
	if limit := r.tracer.encodeLimit(); len(raw) > limit {
		raw = jsonenc.AppendCut(nil, raw, limit)
	}
	r.setMeta(m.key, raw, nil)
}

func (r *record) setMeta(key string, encoded []byte, later any) {
	if key == keyProvisionalRoot {
		return // the exporters' own
	}
	key = cutText(key, maxIdentifier)
	at := slices.IndexFunc(r.meta, func(e metaEntry) bool { return e.key == key })
	if at < 0 {
		if len(r.meta) >= maxMetadata {
			r.metaLost++
			return
		}
		at = len(r.meta)
		r.meta = append(r.meta, metaEntry{key: key})
	}
	if later == nil && encoded == nil {
		encoded = []byte("null")
	}
	r.meta[at] = metaEntry{key: key}
	r.compactMeta()
	if len(r.metaBytes)+len(encoded) > 2*r.tracer.encodeLimit() {
		r.meta = slices.Delete(r.meta, at, at+1)
		r.metaLost++
		return
	}
	start := len(r.metaBytes)
	r.metaBytes = append(r.metaBytes, encoded...)
	r.meta[at] = metaEntry{key: key, start: start, end: len(r.metaBytes), later: later}
}

// compactMeta gives back the room of entries that were replaced, so that setting
// one key for ever takes no more than setting it once.
func (r *record) compactMeta() {
	if len(r.metaBytes) < keepBuffer {
		return
	}
	live := 0
	for i := range r.meta {
		live += r.meta[i].end - r.meta[i].start
	}
	if len(r.metaBytes) < 2*live {
		return
	}
	packed := make([]byte, 0, live)
	for i := range r.meta {
		e := &r.meta[i]
		start := len(packed)
		packed = append(packed, r.metaBytes[e.start:e.end]...)
		e.start, e.end = start, len(packed)
	}
	r.metaBytes = packed
}

// end hands the record to the pipeline.
func (r *record) end(at time.Time) {
	if at.IsZero() {
		r.data.Duration = max(0, time.Since(r.data.StartTime))
	} else {
		r.data.Duration = max(0, at.Sub(r.data.StartTime))
	}
	if r.drop {
		r.tracer.pipeline.Drop(pipeline.Span, exporter.ReasonUserDrop)
		r.tracer.release(r)
		return
	}
	r.tracer.fit(&r.input)
	r.tracer.fit(&r.output)
	r.tracer.pipeline.Enqueue(r)
}

// The methods that make a record an item of the pipeline.

func (r *record) Class() pipeline.Class { return pipeline.Span }

func (r *record) Bytes() int {
	n := recordOverhead + cap(r.input.encoded) + cap(r.output.encoded) + r.input.size + r.output.size
	n += cap(r.metaBytes) + cap(r.attributes) + cap(r.meta)*metaOverhead + len(r.data.ErrorMessage)
	for i := range r.meta {
		n += len(r.meta[i].key) + r.tracer.laterBytes(r.meta[i].later)
	}
	return n + textBytes(r.tags) + textBytes(r.errors)
}

func textBytes(texts []string) (n int) {
	for _, text := range texts {
		n += len(text)
	}
	return n
}

func (t *Tracer) laterBytes(v any) int {
	switch v := v.(type) {
	case nil:
		return 0
	case string:
		return len(v)
	}
	return t.encoder.Footprint(v)
}

func (r *record) AppendTo(batch *exporter.Batch) bool {
	r.finish()
	batch.Spans = append(batch.Spans, &r.data)
	return true
}

func (r *record) Release() { r.tracer.release(r) }

// isRoot says that the span begins its trace.
func (r *record) isRoot() bool { return r.data.ParentSpanID == uuid.Nil }
