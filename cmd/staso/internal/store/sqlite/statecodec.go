package sqlite

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
)

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
