package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// maxPairs bounds how many of a span's attributes can be filtered by.
const maxPairs = 256

// attributePairs are the attributes that can be filtered by: those of the top
// level whose value is text, a number, a boolean or null; the last three as
// they are written in JSON. Attributes that are no JSON object have none.
func attributePairs(attributes []byte) map[string]string {
	if len(attributes) <= len("{}") {
		return nil
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(attributes, &object) != nil {
		return nil
	}
	pairs := make(map[string]string, len(object))
	for _, key := range slices.Sorted(maps.Keys(object)) {
		value := object[key]
		if len(value) == 0 || value[0] == '{' || value[0] == '[' || len(pairs) == maxPairs {
			continue
		}
		pairs[key] = string(value)
		if value[0] == '"' {
			var s string
			if json.Unmarshal(value, &s) != nil {
				continue
			}
			pairs[key] = s
		}
	}
	return pairs
}

// pairTokens are the words that stand for the attributes in the index. They
// are digests: of one length, whatever the attribute.
func pairTokens(attributes []byte) []string {
	pairs := attributePairs(attributes)
	tokens := make([]string, 0, len(pairs))
	for key, value := range pairs {
		tokens = append(tokens, pairToken(key, value))
	}
	slices.Sort(tokens)
	return tokens
}

func pairToken(key, value string) string {
	h := sha256.New()
	h.Write([]byte(key))
	h.Write([]byte{0})
	h.Write([]byte(value))
	return "x" + hex.EncodeToString(h.Sum(nil)[:12])
}

// meta holds, for every pair, some span of the trace to have the attribute:
// by the index, or by reading the spans that it does not have yet.
func (s *Store) meta(ctx context.Context, workspace string, q *listQuery, meta map[string]string) error {
	if len(meta) == 0 {
		return nil
	}
	if len(meta) > maxWords {
		return fmt.Errorf("%w: meta has %d attributes: at most %d", store.ErrInvalidQuery, len(meta), maxWords)
	}
	tail, err := s.metaTail(ctx, workspace, meta)
	if err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(meta)) {
		const indexed = "SELECT s.trace FROM words JOIN spans s ON s.id = words.rowid WHERE words MATCH ?"
		q.and("t.seq IN ("+indexed+" UNION ALL SELECT value FROM json_each(?))",
			"pairs : "+pairToken(key, meta[key]), numberList(tail[key]))
	}
	return nil
}

// metaTail finds the traces of spans that are not indexed yet and have the
// pairs, by the pairs' keys.
func (s *Store) metaTail(ctx context.Context, workspace string, meta map[string]string) (map[string][]int64, error) {
	found := make(map[string][]int64)
	const tail = `SELECT trace, flags, attributes FROM spans
		WHERE id > (SELECT upto FROM indexed) AND +` + inWorkspace + ` AND attributes IS NOT NULL`
	err := s.rows(ctx, tail, []any{workspace}, func(v []driver.Value) error {
		attributes, err := s.codec.unpack(asBytes(v[2]), asInt(v[1])&flagAttributesPacked != 0)
		if err != nil {
			return err
		}
		pairs := attributePairs(attributes)
		for key, value := range meta {
			if has, ok := pairs[key]; ok && has == value {
				found[key] = append(found[key], asInt(v[0]))
			}
		}
		return nil
	})
	return found, err
}

func numberList(numbers []int64) string {
	if len(numbers) == 0 {
		return "[]"
	}
	b, err := json.Marshal(slices.Compact(slices.Sorted(slices.Values(numbers))))
	if err != nil {
		panic(err) // numbers always encode
	}
	return string(b)
}
