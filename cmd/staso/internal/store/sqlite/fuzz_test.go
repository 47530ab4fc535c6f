package sqlite_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
)

// FuzzTraces asks with whatever a request may hold: it must be answered, or
// refused as an invalid query, and never become a part of the SQL.
func FuzzTraces(f *testing.F) {
	s, err := sqlite.Open(f.Context(), f.TempDir()+"/staso.db")
	require.NoError(f, err)
	f.Cleanup(func() { require.NoError(f, s.Close()) })
	f.Add("", "refund order", "tier", "gold")
	f.Add("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", `"a" OR b*`, "'", `\u0000`)
	f.Fuzz(func(t *testing.T, cursor, text, key, value string) {
		_, err := s.Traces(context.Background(), value, store.TraceQuery{
			PageQuery: store.PageQuery{Cursor: cursor}, Text: text, Meta: map[string]string{key: value}, Model: text, Tag: value, UserID: key,
		})
		if cursor != "" {
			require.ErrorIs(t, err, store.ErrInvalidQuery)
			return
		}
		require.NoError(t, err)
	})
}

// FuzzState reads what a damaged file may hold in place of a trace's state.
func FuzzState(f *testing.F) {
	f.Add([]byte{})
	f.Add(make([]byte, 200))
	f.Add([]byte{255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := sqlite.DecodeState(b); err != nil {
			assert.ErrorIs(t, err, sqlite.ErrCorrupt)
		}
	})
}
