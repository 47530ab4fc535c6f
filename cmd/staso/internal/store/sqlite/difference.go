package sqlite

import (
	"database/sql/driver"

	"github.com/google/uuid"
)

// summarise brings t.sum up to date with the rows that this transaction
// brought: by the difference where that can be told, else from all spans.
func (b *batch) summarise(t *trace) error {
	if !t.stored {
		t.sum, _ = summarise(t.rows)
		return nil
	}
	t.sum.recount(t)
	sure := t.sum.moveTime(t)
	sure = t.sum.moveLabels(t) && sure
	if sure {
		moved, err := b.moveRoot(t)
		if err != nil {
			return err
		}
		sure = moved
	}
	if sure {
		return nil
	}
	return b.resummarise(t)
}

func (s *summary) recount(t *trace) {
	for _, old := range t.olds {
		s.count(old, -1)
	}
	for _, r := range t.rows {
		s.count(r, 1)
	}
}

// moveTime reports false where the span that held an end of the trace moved
// inwards: another may hold it now.
func (s *summary) moveTime(t *trace) bool {
	start, end := s.start, s.end
	for _, r := range t.rows {
		s.span(r, false)
	}
	for _, old := range t.olds {
		r := t.rows[must(t.index(old.place.id))]
		if old.place.start == start && r.place.start > start && s.start == start ||
			old.end == end && r.end < end && s.end == end {
			return false
		}
	}
	return true
}

// must is the index of a row that is known to be there.
func must(i int, _ bool) int { return i }

// moveLabels reports false where a span that gave a label was replaced, and
// it cannot be told which is the first now.
func (s *summary) moveLabels(t *trace) bool {
	for i := range s.labels {
		was := s.labels[i]
		if old := t.old(was.from.id); !was.label.empty() && old != nil {
			s.labels[i] = taken{}
		}
		for _, r := range t.rows {
			s.takeOne(i, r)
		}
		lost := !was.label.empty() && s.labels[i] != was && t.old(was.from.id) != nil
		if lost && (s.labels[i].label.empty() || was.from.before(s.labels[i].from)) {
			return false
		}
	}
	return true
}

// moveRoot reports false where the root was lost and it cannot be told which
// is the root now.
func (b *batch) moveRoot(t *trace) (bool, error) {
	was := t.sum.root
	if was.circular {
		return false, nil
	}
	_, parentCame := t.index(was.parent)
	replaced := t.old(was.place.id) != nil
	lost := replaced || parentCame && was.parent != uuid.Nil && was.parent != was.place.id
	best, err := b.firstRoot(t, was.place, lost)
	if err != nil {
		return false, err
	}
	if best != nil {
		t.sum.setRoot(best, false)
		return !lost || !was.place.before(best.place), nil
	}
	return !lost, nil
}

// firstRoot is the first of the trace's new rows that has no parent in the
// trace; only ones before the bound count, unless the bound is void.
func (b *batch) firstRoot(t *trace, bound place, void bool) (best *row, err error) {
	for _, r := range t.rows {
		if best != nil && !r.place.before(best.place) || !void && !r.place.before(bound) {
			continue
		}
		orphan, err := b.orphan(t, r)
		if err != nil {
			return nil, err
		}
		if orphan {
			best = r
		}
	}
	return best, nil
}

// orphan says whether r's parent is not in the trace.
func (b *batch) orphan(t *trace, r *row) (bool, error) {
	if r.root() {
		return true, nil
	}
	if _, ok := t.index(r.parent); ok {
		return false, nil
	}
	const find = "SELECT 1 FROM spans WHERE ws = ? AND trace = ? AND span_id = ?"
	n, err := b.conn.number(find, t.ws, t.seq, r.parent[:])
	return n == 0, err
}

// resummarise makes the summary from all of the trace's spans.
func (b *batch) resummarise(t *trace) error {
	var rows []*row
	const all = "SELECT " + factColumns + " FROM spans WHERE ws = ? AND trace = ?"
	err := b.conn.rows(all, []driver.Value{t.ws, t.seq}, func(v []driver.Value) error {
		r, err := scanFacts(v)
		rows = append(rows, r)
		return err
	})
	if err != nil {
		return err
	}
	sum, root := summarise(rows)
	t.sum = sum
	if root == nil {
		return nil
	}
	const heads = "SELECT substr(input, 1, 1024), substr(output, 1, 1024) FROM spans WHERE id = ?"
	return b.conn.rows(heads, []driver.Value{root.id}, func(v []driver.Value) error {
		root.input, root.output = asBytes(v[0]), asBytes(v[1])
		t.sum.setRoot(root, t.sum.root.circular)
		return nil
	})
}
