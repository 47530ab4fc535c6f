package sqlite

import "github.com/google/uuid"

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
	status                uint8
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
		place: r.place, parent: r.parent, name: r.name, status: r.status, provisional: r.provisional(), circular: circular,
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
