package sqlite

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// A cursor is the place of the last row of a page, behind a digest of the
// query, so that a cursor of another query is not taken for one of this.
const digestBytes = 8

// digest stands for a query: what it asks for, but for the page.
func digest(query any) []byte {
	b, err := json.Marshal(query)
	if err != nil {
		panic(err) // strings, numbers and times always encode
	}
	sum := sha256.Sum256(b)
	return sum[:digestBytes]
}

func writeCursor(digest []byte, numbers []int64, key []byte) string {
	b := append([]byte(nil), digest...)
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	return base64.RawURLEncoding.EncodeToString(append(b, key...))
}

// readCursor takes apart what writeCursor made with as many numbers.
func readCursor(cursor string, digest []byte, numbers int) ([]int64, []byte, error) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(b) < digestBytes+8*numbers {
		return nil, nil, fmt.Errorf("%w: cursor: is not one that this store gave", store.ErrInvalidQuery)
	}
	if string(b[:digestBytes]) != string(digest) {
		return nil, nil, fmt.Errorf("%w: cursor: belongs to another sort or filter: start from the first page", store.ErrInvalidQuery)
	}
	b = b[digestBytes:]
	values := make([]int64, numbers)
	for i := range values {
		values[i] = int64(binary.BigEndian.Uint64(b[8*i:]))
	}
	return values, b[8*numbers:], nil
}

const (
	defaultLimit = 50
	maxLimit     = 500
)

func pageLimit(limit int) (int, error) {
	switch {
	case limit == 0:
		return defaultLimit, nil
	case limit < 0 || limit > maxLimit:
		return 0, fmt.Errorf("%w: limit %d: must be 1 to %d", store.ErrInvalidQuery, limit, maxLimit)
	}
	return limit, nil
}
