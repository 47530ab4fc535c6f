package sqlite_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
	"github.com/staso-go/staso/cmd/staso/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T, dir string, now func() time.Time) store.Store {
		s, err := sqlite.Open(context.Background(), filepath.Join(dir, "staso.db"), sqlite.WithClock(now))
		require.NoError(t, err)
		return s
	})
}
