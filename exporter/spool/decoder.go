package spool

import (
	"encoding/binary"

	"github.com/google/uuid"
)

// decoder steps through the fields of a message. Once something is wrong, it and
// all decoders of the same payload are broken: next says false, and values are
// zero.
type decoder struct {
	rest   []byte
	broken *bool

	// The field that next has read: integer for formInt, block for the others.
	number, form int
	integer      int64
	block        []byte
}

func newDecoder(payload []byte) decoder { return decoder{rest: payload, broken: new(bool)} }

// next reads a field, and says false at the end.
func (d *decoder) next() bool {
	if len(d.rest) == 0 || *d.broken {
		return false
	}
	tag := d.uvarint()
	d.number, d.form, d.integer, d.block = int(tag>>2&0xffff), int(tag&3), 0, nil
	switch d.form {
	case formInt:
		d.integer = d.varint()
	case formBytes:
		d.take(d.uvarint())
	case formMessage:
		d.take(d.length())
	default:
		*d.broken = true
	}
	return !*d.broken
}

func (d *decoder) uvarint() uint64 {
	v, width := binary.Uvarint(d.rest)
	d.skip(width)
	return v
}

func (d *decoder) varint() int64 {
	v, width := binary.Varint(d.rest)
	d.skip(width)
	return v
}

// skip passes over a varint, the width of which is not positive if it is none.
func (d *decoder) skip(width int) {
	if width <= 0 {
		*d.broken = true
		return
	}
	d.rest = d.rest[width:]
}

func (d *decoder) length() uint64 {
	if len(d.rest) < 4 {
		*d.broken = true
		return 0
	}
	n := binary.LittleEndian.Uint32(d.rest)
	d.rest = d.rest[4:]
	return uint64(n)
}

func (d *decoder) take(n uint64) {
	if n > uint64(len(d.rest)) {
		*d.broken = true
		return
	}
	d.block, d.rest = d.rest[:n:n], d.rest[n:]
}

// expect breaks the decoder where the field has another form.
func (d *decoder) expect(form int) {
	if d.form != form {
		*d.broken = true
	}
}

func (d *decoder) int() int64 {
	d.expect(formInt)
	return d.integer
}

func (d *decoder) bytes() []byte {
	d.expect(formBytes)
	return d.block
}

func (d *decoder) text() string { return string(d.bytes()) }

func (d *decoder) id() (id uuid.UUID) {
	if block := d.bytes(); copy(id[:], block) != len(id) || len(block) != len(id) {
		*d.broken = true
	}
	return id
}

func (d *decoder) message() decoder {
	d.expect(formMessage)
	return decoder{rest: d.block, broken: d.broken}
}
