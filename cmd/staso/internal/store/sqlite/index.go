package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

const (
	// indexRows bounds one step of the text index, so that a write that arrives
	// meanwhile waits little.
	indexRows = 200
	// After a step the index leaves the writer alone for so many times as long as
	// the step took: in gaps between writes, which are indexGap long at least,
	// and where writes come one upon the other. So it takes a quarter of the
	// writer's time, or a twentieth. Where nothing was written for indexIdle it
	// need not wait.
	indexGap       = 2 * time.Millisecond
	indexIdle      = 20 * time.Millisecond
	indexGapPause  = 3
	indexBusyPause = 19
	// indexedBytes is how much of an input and of an output can be found.
	indexedBytes = 1 << 10
)

// indexer fills the index of words and attributes behind the writes: spans up
// to done are in it. A span's id only grows, so what is not indexed yet is
// always the tail. Only the writer's goroutine steps.
type indexer struct {
	codec      *codec
	last, done atomic.Int64
	stuck      atomic.Pointer[error] // why the last step came to nothing
	stepped    time.Time             // when the last step ended
	took       time.Duration         // and how long it took
}

func (x *indexer) lag() int64 { return max(0, x.last.Load()-x.done.Load()) }

// load finds how far the index has got.
func (x *indexer) load(c *conn) error {
	n, err := c.number("SELECT upto FROM indexed")
	x.done.Store(n)
	return err
}

// pending says whether there is anything that a step could do.
func (x *indexer) pending() bool { return x.lag() > 0 && x.stuck.Load() == nil }

// wait returns how long nothing must come to be written before a step is taken.
func (x *indexer) wait() time.Duration {
	return min(max(indexGapPause*x.took-time.Since(x.stepped), indexGap), indexIdle)
}

// due says whether a step must be taken although writes may wait.
func (x *indexer) due() bool {
	return x.pending() && time.Since(x.stepped) >= indexBusyPause*x.took
}

// step indexes the next few spans. It reports whether there may be more. After
// an error it waits for the next write before it tries again.
func (x *indexer) step(c *conn) bool {
	if x.lag() == 0 {
		return false
	}
	began := time.Now()
	defer func() {
		x.stepped = time.Now()
		x.took = x.stepped.Sub(began)
	}()
	var upto int64
	err := c.tx(func() (err error) {
		upto, err = x.fill(c)
		return err
	})
	if err != nil {
		err = translate(err)
		x.stuck.Store(&err)
		return false
	}
	x.stuck.Store(nil)
	x.done.Store(upto)
	return x.lag() > 0
}

// written notes that spans were written up to id.
func (x *indexer) written(id int64) {
	x.last.Store(id)
	x.stuck.Store(nil)
}

func (x *indexer) fill(c *conn) (int64, error) {
	const next = `SELECT id, flags, name, error_message, input, output, attributes FROM spans WHERE id > ? ORDER BY id LIMIT ?`
	upto, n := x.done.Load(), 0
	err := c.rows(next, []driver.Value{upto, int64(indexRows)}, func(v []driver.Value) error {
		upto = asInt(v[0])
		n++
		return x.put(c, v)
	})
	if err != nil {
		return 0, err
	}
	if n < indexRows {
		upto = x.last.Load() // what is missing between was replaced or removed
	}
	return upto, c.exec("UPDATE indexed SET upto = ? WHERE one = 1", upto)
}

// put indexes one span.
func (x *indexer) put(c *conn, v []driver.Value) error {
	flags := asInt(v[1])
	input := x.readable(v[4], flags&flagInputPacked != 0)
	output := x.readable(v[5], flags&flagOutputPacked != 0)
	attributes := x.readable(v[6], flags&flagAttributesPacked != 0)
	const insert = "INSERT INTO words (rowid, name, error, input, output, pairs) VALUES (?, ?, ?, ?, ?, ?)"
	return c.exec(insert, v[0], v[2], v[3], text(cut(input, indexedBytes)), text(cut(output, indexedBytes)),
		text(strings.Join(pairTokens(attributes), " ")))
}

// readable returns a payload as it was sent. One that cannot be unpacked has
// nothing to find, so that damage does not stop the index.
func (x *indexer) readable(stored driver.Value, packed bool) []byte {
	payload, err := x.codec.unpack(asBytes(stored), packed)
	if err != nil {
		return nil
	}
	return payload
}

// unindex takes one span out of the index, before or after its removal.
func (x *indexer) unindex(c *conn, id int64) error {
	if id > x.done.Load() {
		return nil
	}
	return c.exec("DELETE FROM words WHERE rowid = ?", id)
}

// unindexTrace takes a trace's spans out of the index, before their removal.
func (x *indexer) unindexTrace(c *conn, ws, seq int64) error {
	const remove = "DELETE FROM words WHERE rowid IN (SELECT id FROM spans WHERE ws = ? AND trace = ? AND id <= ?)"
	return c.exec(remove, ws, seq, x.done.Load())
}

// IndexLag returns how many of the newest spans [store.TraceQuery.Text] does
// not find yet, and why the index does not go on, if it does not.
func (s *Store) IndexLag(context.Context) (int64, error) {
	lag := s.index.lag()
	if err := s.index.stuck.Load(); err != nil {
		return lag, *err
	}
	return lag, nil
}

// maxWords bounds the words and the attributes of one query.
const maxWords = 32

// wordsQuery is text as an FTS5 expression: every word, as a prefix. Words are
// quoted, so none of FTS5's syntax is the user's. It is "" where there is no word.
func wordsQuery(text string) (string, error) {
	var quoted []string
	for _, word := range strings.Fields(strings.ReplaceAll(text, "\x00", " ")) {
		if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
			quoted = append(quoted, `"`+strings.ReplaceAll(word, `"`, `""`)+`" *`)
		}
	}
	switch {
	case len(quoted) == 0:
		return "", nil
	case len(quoted) > maxWords:
		return "", fmt.Errorf("%w: text has %d words: at most %d", store.ErrInvalidQuery, len(quoted), maxWords)
	}
	return "{name error input output} : (" + strings.Join(quoted, " AND ") + ")", nil
}

// text holds some span of the trace to have all the words.
func (q *listQuery) text(text string) error {
	match, err := wordsQuery(text)
	if match != "" {
		q.and("t.seq IN (SELECT s.trace FROM words JOIN spans s ON s.id = words.rowid WHERE words MATCH ?)", match)
	}
	return err
}
