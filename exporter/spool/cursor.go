package spool

import (
	"encoding/binary"
	"os"
	"time"
)

// position is a place in the order of all records: what lies before it is
// settled.
type position struct {
	segment uint64
	offset  int64
}

// cursor keeps a position in a file of two slots that are written in turn. A
// write that is cut off spoils one slot, and then the other, one step older,
// counts: some batches are sent twice, none is lost.
//
// A slot is 28 bytes, little endian: generation, segment, offset, and the
// CRC-32C of those.
type cursor struct {
	file       *os.File
	generation uint64
	at         position
	synced     time.Time // when the file was last
}

// syncEvery is how far apart the syncs of a cursor are while it moves: what was
// delivered since is sent again after a power cut.
const syncEvery = time.Second

const (
	slotSize = 28
	slotSum  = 24
)

func openCursor(path string) (*cursor, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	c := &cursor{file: file}
	c.load()
	return c, nil
}

// load takes the newer of the valid slots. Without any the cursor stands at the
// start of all.
func (c *cursor) load() {
	for i := range int64(2) {
		var slot [slotSize]byte
		if _, err := c.file.ReadAt(slot[:], i*slotSize); err != nil {
			continue
		}
		le := binary.LittleEndian
		generation := le.Uint64(slot[0:])
		if le.Uint32(slot[slotSum:]) != checksum(slot[:slotSum]) || generation < c.generation {
			continue
		}
		c.generation = generation
		c.at = position{segment: le.Uint64(slot[8:]), offset: int64(le.Uint64(slot[16:]))}
	}
}

// set moves the cursor. It survives the process at once and a power cut after
// the next sync.
func (c *cursor) set(at position) error {
	if at == c.at {
		return nil
	}
	var slot [slotSize]byte
	le := binary.LittleEndian
	le.PutUint64(slot[0:], c.generation+1)
	le.PutUint64(slot[8:], at.segment)
	le.PutUint64(slot[16:], uint64(at.offset))
	le.PutUint32(slot[slotSum:], checksum(slot[:slotSum]))
	if _, err := c.file.WriteAt(slot[:], int64((c.generation+1)%2)*slotSize); err != nil {
		return err
	}
	c.generation++
	c.at = at
	return nil
}

func (c *cursor) sync() error  { return c.file.Sync() }
func (c *cursor) close() error { return c.file.Close() }
