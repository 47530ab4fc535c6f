package sqlite

import "github.com/google/uuid"

// remove removes a trace and all that hangs on it, and says if it was there.
func (b *batch) remove(slug string, id uuid.UUID) (bool, error) {
	w, err := b.workspace(slug)
	if err != nil {
		return false, err
	}
	t, err := loadTrace(b.conn, w.ws, id)
	if err != nil || t == nil {
		return false, err
	}
	t.before = t.share()
	if err := b.removeRows(t); err != nil {
		return false, err
	}
	b.moveGroups(t.before, share{})
	return true, b.writeGroups()
}

func (b *batch) removeRows(t *trace) error {
	if err := b.index.unindexTrace(b.conn, t.ws, t.seq); err != nil {
		return err
	}
	if err := b.conn.exec("DELETE FROM spans WHERE ws = ? AND trace = ?", t.ws, t.seq); err != nil {
		return err
	}
	if err := b.conn.exec("DELETE FROM annotations WHERE ws = ? AND trace_id = ?", t.ws, t.id[:]); err != nil {
		return err
	}
	return b.conn.exec("DELETE FROM traces WHERE seq = ?", t.seq)
}
