package sqlite

import "strings"

// spansPerInsert is how many rows one statement inserts.
const spansPerInsert = 16

func insertSpans(n int) string {
	one := "(" + strings.Repeat("?, ", strings.Count(spanColumns, ",")) + "?)"
	return "INSERT INTO spans (" + spanColumns + ") VALUES " + strings.Repeat(one+", ", n-1) + one
}

// writeSpans replaces what is replaced and inserts all rows.
func (b *batch) writeSpans() error {
	in := inserter{conn: b.conn}
	for _, t := range b.order {
		for _, old := range t.olds {
			if err := b.deleteSpan(old.id); err != nil {
				return err
			}
		}
		for _, r := range t.rows {
			r.id = b.nextSpan
			b.nextSpan++
			if err := in.add(t, r); err != nil {
				return err
			}
		}
	}
	return in.flush()
}

func (b *batch) deleteSpan(id int64) error {
	if err := b.conn.exec("DELETE FROM spans WHERE id = ?", id); err != nil {
		return err
	}
	return b.index.unindex(b.conn, id)
}

// inserter inserts rows several to a statement.
type inserter struct {
	conn    *conn
	waiting [spansPerInsert]spanIn
	n       int
}

type spanIn struct {
	trace *trace
	row   *row
}

func (in *inserter) add(t *trace, r *row) error {
	in.waiting[in.n] = spanIn{t, r}
	if in.n++; in.n < spansPerInsert {
		return nil
	}
	return in.insert(spansPerInsert)
}

func (in *inserter) flush() error {
	if in.n == 0 {
		return nil
	}
	return in.insert(in.n)
}

func (in *inserter) insert(n int) error {
	s, err := in.conn.prepare(insertSpans(n))
	if err != nil {
		return err
	}
	for _, w := range in.waiting[:n] {
		w.row.bind(s, w.trace.ws, w.trace.seq)
	}
	in.n = 0
	return s.exec()
}
