package staso

import (
	"encoding/binary"
	"math/rand/v2"

	"github.com/google/uuid"
)

// newTraceID returns 128 random bits that are not all zero in either half.
func newTraceID() uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], nonZero())
	binary.BigEndian.PutUint64(id[8:], nonZero())
	return id
}

// newSpanID returns 64 random bits that are not all zero, behind eight zero
// bytes.
func newSpanID() uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[8:], nonZero())
	return id
}

func nonZero() uint64 {
	for {
		if n := rand.Uint64(); n != 0 { // ids need to be unique, not secret
			return n
		}
	}
}
