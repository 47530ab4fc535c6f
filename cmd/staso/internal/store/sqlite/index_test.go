//go:build !race

package sqlite_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// TestIndexUsesTheGapsBetweenWrites writes all the time, with gaps too short to
// pass for an idle store, until most of what it wrote is found. Under the race
// detector SQLite is too slow to leave gaps.
func TestIndexUsesTheGapsBetweenWrites(t *testing.T) {
	s := openStore(t)
	r := rand.New(rand.NewPCG(5, 5))
	gaps, deadline := time.NewTicker(4*time.Millisecond), time.After(8*time.Second)
	defer gaps.Stop()
	const enough = 2000
	for written := int64(0); ; written += 10 {
		select {
		case <-gaps.C:
		case <-deadline:
			t.Fatal("the index does not keep up with a steady few writes")
		}
		require.NoError(t, s.Write(t.Context(), "default", store.Write{Spans: sampleTrace(r, 10, time.Now())}))
		lag, err := s.IndexLag(t.Context())
		require.NoError(t, err)
		if written-lag >= enough {
			return
		}
	}
}
