package filelock_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter/internal/filelock"
)

func TestALockExcludesAnother(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := filelock.Acquire(path)
	require.NoError(t, err)

	_, err = filelock.Acquire(path)
	require.ErrorIs(t, err, filelock.ErrHeld)
	require.ErrorContains(t, err, path)

	require.NoError(t, first.Release())
	again, err := filelock.Acquire(path)
	require.NoError(t, err)
	require.NoError(t, again.Release())
}

func TestAFolderThatIsMissingIsSaid(t *testing.T) {
	_, err := filelock.Acquire(filepath.Join(t.TempDir(), "missing", "lock"))
	require.Error(t, err)
	require.NotErrorIs(t, err, filelock.ErrHeld)
}
