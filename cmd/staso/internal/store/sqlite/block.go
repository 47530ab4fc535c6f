package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"encoding/json"
	"hash/fnv"
	"slices"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// blockSize is how many decisions of a chain make a block.
//
// Decisions are found by trace and conversation without an index over either, in
// which each decision would write a page of its own, as such ids are random. Instead
// a block that is full gets one row with the keys of what stands in it: eight bytes
// a decision, at the table's end. A query goes through these rows, a thousand for a
// million decisions, and then through the few blocks that have its key, and the one
// that is not full yet.
const blockSize = 1024

// A key is a hash: another id may have the same, and then a block is looked into in
// vain.
func traceBlockKey(id uuid.UUID) uint32 { return blockKey('t', id[:]) }

func conversationBlockKey(id string) uint32 { return blockKey('c', []byte(id)) }

func blockKey(kind byte, id []byte) uint32 {
	h := fnv.New32a()
	h.Write([]byte{kind})
	h.Write(id)
	return h.Sum32()
}

// writeBlocks writes the keys of the blocks that were filled from one end of the
// chain to another.
func (b *batch) writeBlocks(ws, from, to int64) error {
	for block := from / blockSize; block < to/blockSize; block++ {
		keys, err := b.blockKeys(ws, block)
		if err != nil {
			return err
		}
		if err := b.conn.exec("INSERT INTO decision_blocks (ws, block, keys) VALUES (?, ?, ?)", ws, block, keys); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) blockKeys(ws, block int64) ([]byte, error) {
	keys := make([]uint32, 0, 2*blockSize)
	const find = "SELECT trace_id, conversation_id FROM decisions WHERE id BETWEEN ? AND ?"
	first := placeID(ws, block*blockSize+1)
	err := b.conn.rows(find, []driver.Value{first, first + blockSize - 1}, func(v []driver.Value) error {
		if v[0] != nil {
			keys = append(keys, traceBlockKey(asUUID(v[0])))
		}
		if v[1] != nil {
			keys = append(keys, conversationBlockKey(asText(v[1])))
		}
		return nil
	})
	slices.Sort(keys)
	encoded := make([]byte, 0, 4*len(keys))
	for _, key := range slices.Compact(keys) {
		encoded = binary.BigEndian.AppendUint32(encoded, key)
	}
	return encoded, err
}

// hasKey looks for a key among those of a block, which are sorted.
func hasKey(keys []byte, key uint32) bool {
	low, high := 0, len(keys)/4
	for low < high {
		middle := (low + high) / 2
		switch at := binary.BigEndian.Uint32(keys[4*middle:]); {
		case at == key:
			return true
		case at < key:
			low = middle + 1
		default:
			high = middle
		}
	}
	return false
}

// blocks returns, as a JSON list, the first ids of the blocks in which decisions of
// a query's trace and conversation may stand.
func (s *Store) blocks(ctx context.Context, workspace string, q store.DecisionQuery) (string, error) {
	var wanted []uint32
	if q.TraceID != uuid.Nil {
		wanted = append(wanted, traceBlockKey(q.TraceID))
	}
	if q.ConversationID != "" {
		wanted = append(wanted, conversationBlockKey(q.ConversationID))
	}
	var ws, next int64
	var firsts []int64
	const find = "SELECT w.ws, b.block, b.keys FROM workspaces w LEFT JOIN decision_blocks b ON b.ws = w.ws WHERE w.slug = ? ORDER BY b.block"
	err := s.rows(ctx, find, []any{workspace}, func(v []driver.Value) error {
		if ws = asInt(v[0]); v[1] == nil {
			return nil
		}
		block, keys := asInt(v[1]), asBytes(v[2])
		next = block + 1
		if !slices.ContainsFunc(wanted, func(key uint32) bool { return !hasKey(keys, key) }) {
			firsts = append(firsts, placeID(ws, block*blockSize+1))
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	encoded, err := json.Marshal(append(firsts, placeID(ws, next*blockSize+1)))
	return string(encoded), err
}
