package sqlite

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
)

// summary is a trace's roll-up: what traces holds of it, and what is needed to
// move that by a difference.
type summary struct {
	start, end      int64
	spans           int64
	kinds, statuses [8]int64 // spans of each
	tokens          [3]int64 // over llm spans
	models, tags    map[string]int64

	root   rootSpan
	labels [labelCount]taken
}

// rootSpan is the local root: the first span without a parent in the trace; or,
// where parents go round in a circle, the first of all spans.
type rootSpan struct {
	place                 place
	parent                uuid.UUID
	name                  string
	provisional           bool
	circular              bool
	inputHead, outputHead string
}

// taken is a label and the span that it comes from.
type taken struct {
	label label
	from  place
}

// count adds (sign 1) or takes away (sign -1) the span's share of the sums.
func (s *summary) count(r *row, sign int64) {
	s.spans += sign
	s.kinds[r.kind] += sign
	s.statuses[r.status] += sign
	if r.kind == kindLLM {
		for i, n := range r.tokens {
			s.tokens[i] += sign * n
		}
	}
	if r.model != "" {
		s.models = countIn(s.models, r.model, sign)
	}
	for _, tag := range r.tags {
		s.tags = countIn(s.tags, tag, sign)
	}
}

func countIn(counts map[string]int64, key string, sign int64) map[string]int64 {
	if counts == nil {
		counts = make(map[string]int64, 1)
	}
	if counts[key] += sign; counts[key] == 0 {
		delete(counts, key)
	}
	return counts
}

// span takes a span's time into the trace's.
func (s *summary) span(r *row, first bool) {
	if first {
		s.start, s.end = r.place.start, r.end
		return
	}
	s.start = min(s.start, r.place.start)
	s.end = max(s.end, r.end)
}

// take lets the span's labels stand for the trace where it is the first that
// has them.
func (s *summary) take(r *row) {
	for i := range r.labels {
		s.takeOne(i, r)
	}
}

func (s *summary) takeOne(i int, r *row) {
	if l := r.labels[i]; !l.empty() && (s.labels[i].label.empty() || r.place.before(s.labels[i].from)) {
		s.labels[i] = taken{l, r.place}
	}
}

func (s *summary) setRoot(r *row, circular bool) {
	s.root = rootSpan{
		place: r.place, parent: r.parent, name: r.name, provisional: r.provisional(), circular: circular,
		inputHead: r.head(r.input, flagInputPacked), outputHead: r.head(r.output, flagOutputPacked),
	}
}

// status is the worst of the spans'.
func (s *summary) status() int64 {
	switch {
	case s.statuses[statusError] > 0:
		return statusError
	case s.statuses[statusTimeout] > 0:
		return statusTimeout
	}
	return 0
}

// kindMask has a bit for each kind that some span is of.
func (s *summary) kindMask() (mask int64) {
	for i, n := range s.kinds {
		if n > 0 {
			mask |= 1 << i
		}
	}
	return mask
}

func (s *summary) duration() int64 { return s.end - s.start }

// summarise makes the summary from all spans of a trace, and says which is the
// root.
func summarise(rows []*row) (summary, *row) {
	var s summary
	present := make(map[uuid.UUID]bool, len(rows))
	for _, r := range rows {
		present[r.place.id] = true
	}
	var root, first *row
	for i, r := range rows {
		s.count(r, 1)
		s.span(r, i == 0)
		s.take(r)
		if first == nil || r.place.before(first.place) {
			first = r
		}
		if (r.root() || !present[r.parent]) && (root == nil || r.place.before(root.place)) {
			root = r
		}
	}
	circular := root == nil
	if circular {
		root = first
	}
	if root != nil {
		s.setRoot(root, circular)
	}
	return s, root
}

// encode writes what the columns of traces do not hold.
func (s *summary) encode() []byte {
	b := make([]byte, 0, 192)
	for _, n := range s.kinds {
		b = binary.AppendVarint(b, n)
	}
	for _, n := range s.statuses {
		b = binary.AppendVarint(b, n)
	}
	b = appendCounts(appendCounts(b, s.models), s.tags)
	b = append(b, s.root.parent[:]...)
	b = binary.AppendVarint(b, s.root.place.start)
	if s.root.circular {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	for _, l := range s.labels {
		b = binary.AppendVarint(b, l.from.start)
		b = append(b, l.from.id[:]...)
	}
	return b
}

func appendCounts(b []byte, counts map[string]int64) []byte {
	b = binary.AppendUvarint(b, uint64(len(counts)))
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		b = binary.AppendUvarint(b, uint64(len(key)))
		b = append(b, key...)
		b = binary.AppendVarint(b, counts[key])
	}
	return b
}

// decode reads what encode wrote.
func (s *summary) decode(b []byte) error {
	d := decoder{rest: b}
	for i := range s.kinds {
		s.kinds[i] = d.int()
	}
	for i := range s.statuses {
		s.statuses[i] = d.int()
	}
	s.models, s.tags = d.counts(), d.counts()
	s.root.parent = d.uuid()
	s.root.place.start = d.int()
	s.root.circular = d.bytes(1)[0] == 1
	for i := range s.labels {
		s.labels[i].from = place{start: d.int(), id: d.uuid()}
	}
	if d.short {
		return fmt.Errorf("%w: a trace's state has %d bytes and ends too soon", ErrCorrupt, len(b))
	}
	return nil
}

// decoder reads from rest; short says that it ended too soon.
type decoder struct {
	rest  []byte
	short bool
}

func (d *decoder) bytes(n int) []byte {
	if n < 0 || n > len(d.rest) {
		d.short = true
		return make([]byte, min(max(n, 1), 16))
	}
	out := d.rest[:n]
	d.rest = d.rest[n:]
	return out
}

func (d *decoder) int() int64 {
	v, n := binary.Varint(d.rest)
	d.bytes(max(n, 1))
	return v
}

func (d *decoder) uuid() (id uuid.UUID) {
	copy(id[:], d.bytes(len(id)))
	return id
}

func (d *decoder) counts() map[string]int64 {
	n := d.int0()
	if n == 0 {
		return nil
	}
	counts := make(map[string]int64, min(n, 64))
	for range n {
		key := string(d.bytes(d.int0()))
		counts[key] = d.int()
		if d.short {
			return nil
		}
	}
	return counts
}

// int0 reads a length.
func (d *decoder) int0() int {
	v, n := binary.Uvarint(d.rest)
	d.bytes(max(n, 1))
	return int(min(v, 1<<31))
}
