package sqlite

import (
	"bytes"
	"database/sql/driver"
	"slices"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// batch is one transaction's work. Spans are gathered by trace first; then
// rows, summaries and groups are each written once.
type batch struct {
	conn                *conn
	index               *indexer
	nextSpan, nextTrace int64
	workspaces          map[string]*workspace
	traces              map[traceKey]*trace
	order               []*trace
	groups              map[groupKey]*groupChange
	chains              map[int64]*chain
	now                 int64
}

type workspace struct {
	ws, skew int64
	ingested bool
}

type traceKey struct {
	ws int64
	id uuid.UUID
}

func newBatch(c *conn, index *indexer, nextSpan, nextTrace int64) *batch {
	return &batch{
		conn: c, index: index, nextSpan: nextSpan, nextTrace: nextTrace,
		workspaces: make(map[string]*workspace, 1),
	}
}

func (b *batch) write(ops []*op) error {
	for i, o := range ops {
		if err := b.gather(o, i); err != nil {
			return err
		}
	}
	if err := b.writeSpans(); err != nil {
		return err
	}
	for _, t := range b.order {
		if err := b.writeTrace(t); err != nil {
			return err
		}
	}
	if err := b.writeGroups(); err != nil {
		return err
	}
	if err := b.writeChains(); err != nil {
		return err
	}
	return b.writeWorkspaces()
}

// gather puts an op's spans to their traces, and writes its annotations and its
// change.
func (b *batch) gather(o *op, opIndex int) error {
	w, err := b.workspace(o.workspace)
	if err != nil {
		return err
	}
	w.ingested = w.ingested || len(o.spans) > 0
	for _, s := range o.spans {
		t, err := b.trace(w, s.trace, opIndex)
		if err != nil {
			return err
		}
		if err := b.put(t, s.row, opIndex); err != nil {
			return err
		}
	}
	for i := range o.annotations {
		if err := b.writeAnnotation(w.ws, &o.annotations[i]); err != nil {
			return err
		}
	}
	if o.change != nil {
		o.refused, err = o.change(b, w.ws)
	}
	return err
}

func (b *batch) workspace(slug string) (*workspace, error) {
	if w, ok := b.workspaces[slug]; ok {
		return w, nil
	}
	w := &workspace{}
	read := func(v []driver.Value) error {
		w.ws, w.skew = asInt(v[0]), asInt(v[1])
		return nil
	}
	const find = "SELECT ws, skew FROM workspaces WHERE slug = ?"
	if err := b.conn.rows(find, []driver.Value{slug}, read); err != nil {
		return nil, err
	}
	if w.ws == 0 {
		if err := b.conn.rows("INSERT INTO workspaces (slug) VALUES (?) RETURNING ws, skew", []driver.Value{slug}, read); err != nil {
			return nil, err
		}
	}
	b.workspaces[slug] = w
	return w, nil
}

// trace returns the trace as the store has it, or a new one.
func (b *batch) trace(w *workspace, id uuid.UUID, opIndex int) (*trace, error) {
	key := traceKey{w.ws, id}
	if t, ok := b.traces[key]; ok {
		return t, nil
	}
	t, err := loadTrace(b.conn, w.ws, id)
	if err != nil {
		return nil, err
	}
	if t == nil {
		t = &trace{ws: w.ws, id: id, seq: b.nextTrace, firstOp: opIndex}
		b.nextTrace++
	}
	t.workspace = w
	t.before = t.share()
	if b.traces == nil { // a transaction may have nothing but decisions
		b.traces = make(map[traceKey]*trace, 64)
	}
	b.traces[key] = t
	b.order = append(b.order, t)
	return t, nil
}

// put takes r as the trace's span with its id, unless a final one is there and
// r is provisional.
func (b *batch) put(t *trace, r *row, opIndex int) error {
	if !t.stored && opIndex == t.firstOp && (len(t.rows) == 0 || r.place.start < t.placed) {
		t.placed = r.place.start
	}
	if i, ok := t.index(r.place.id); ok {
		if r.replaces(t.rows[i]) {
			t.rows[i] = r
		}
		return nil
	}
	if t.stored {
		old, err := b.storedSpan(t, r.place.id)
		if err != nil {
			return err
		}
		if old != nil && !r.replaces(old) {
			return nil
		}
		if old != nil {
			t.addOld(old)
		}
	}
	t.add(r)
	return nil
}

func (r *row) replaces(old *row) bool { return old.provisional() || !r.provisional() }

func (b *batch) storedSpan(t *trace, id uuid.UUID) (old *row, err error) {
	const find = "SELECT " + factColumns + " FROM spans WHERE ws = ? AND trace = ? AND span_id = ?"
	err = b.conn.rows(find, []driver.Value{t.ws, t.seq, id[:]}, func(v []driver.Value) (err error) {
		old, err = scanFacts(v)
		return err
	})
	return old, err
}

func (b *batch) writeWorkspaces() error {
	for _, w := range b.workspaces {
		if !w.ingested {
			continue
		}
		const update = "UPDATE workspaces SET ingested = max(ingested, ?), skew = max(skew, ?) WHERE ws = ?"
		if err := b.conn.exec(update, b.now, w.skew, w.ws); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) writeAnnotation(ws int64, a *store.Annotation) error {
	const insert = `INSERT OR REPLACE INTO annotations (ws, id, trace_id, span_id, time, name, type, value, comment)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
	return b.conn.exec(insert, ws, a.ID[:], a.TraceID[:], parentBlob(a.SpanID), nanos(a.Time),
		text(a.Name), text(a.DataType), blob(a.Value), text(a.Comment))
}

// sameID finds the row with a span id among rows.
func sameID(rows []*row, id uuid.UUID) int {
	return slices.IndexFunc(rows, func(r *row) bool { return bytes.Equal(r.place.id[:], id[:]) })
}
