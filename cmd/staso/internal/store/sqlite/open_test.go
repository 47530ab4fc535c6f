package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
)

func openError(t *testing.T, path string, opts ...sqlite.Option) error {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, opts...)
	if err == nil {
		require.NoError(t, s.Close())
	}
	require.Error(t, err)
	return err
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.db")
	require.NoError(t, os.WriteFile(garbage, bytes.Repeat([]byte("not a database "), 1000), 0o600))

	err := openError(t, filepath.Join(dir, "missing", "staso.db"))
	assert.ErrorIs(t, err, os.ErrNotExist)
	assert.Contains(t, err.Error(), "folder")
	assert.Contains(t, openError(t, dir).Error(), "it is a folder")
	assert.Contains(t, openError(t, filepath.Join(garbage, "staso.db")).Error(), "is not a folder")
	assert.Contains(t, openError(t, "").Error(), "path is empty")
	assert.ErrorIs(t, openError(t, garbage), sqlite.ErrCorrupt)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = sqlite.Open(ctx, filepath.Join(dir, "never.db"))
	assert.ErrorIs(t, err, context.Canceled)
	assert.NoFileExists(t, filepath.Join(dir, "never.db"))
}

func TestOpenMakesFilesForThisUserAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes")
	}
	path := filepath.Join(t.TempDir(), "staso.db")
	s, err := sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	writeSample(t, s, 3)
	for _, file := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(file)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), file)
	}
}

func TestOpenReportsEveryBadOption(t *testing.T) {
	err := openError(t, filepath.Join(t.TempDir(), "staso.db"), sqlite.WithClock(nil), sqlite.WithQueue(0, 1))
	assert.ErrorIs(t, err, sqlite.ErrInvalidOption)
	assert.Contains(t, err.Error(), "WithClock")
	assert.Contains(t, err.Error(), "WithQueue")
}

func TestOpenPathsWithOddNames(t *testing.T) {
	for _, name := range []string{"with space.db", "a?mode=memory.db", "per%20cent.db", "hash#tag.db", "é.db", "a&b;c.db"} {
		path := filepath.Join(t.TempDir(), name)
		s, err := sqlite.Open(t.Context(), path)
		require.NoError(t, err, name)
		require.NoError(t, s.Close())
		assert.FileExists(t, path)
	}
	t.Chdir(t.TempDir())
	s, err := sqlite.Open(t.Context(), "staso.db")
	require.NoError(t, err)
	require.NoError(t, s.Close())
	assert.FileExists(t, "staso.db")
}

func TestOpenTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "staso.db")
	s, err := sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	assert.ErrorIs(t, openError(t, path), sqlite.ErrLocked)
	require.NoError(t, s.Close())
	s, err = sqlite.Open(t.Context(), path)
	require.NoError(t, err, "after Close the store is free")
	require.NoError(t, s.Close())
}

// raw opens the file beside the store, to do to it what the store never would.
func raw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

func TestOpenRefusesANewerSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "staso.db")
	s, err := sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	_, err = raw(t, path).Exec("PRAGMA user_version = 99")
	require.NoError(t, err)
	err = openError(t, path)
	assert.Contains(t, err.Error(), "version 99")
	assert.Contains(t, err.Error(), "newer program")
}

func TestOpenRefusesAnotherProgramsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.db")
	_, err := raw(t, path).Exec("CREATE TABLE spans (other TEXT); PRAGMA user_version = 1")
	require.NoError(t, err)
	assert.ErrorIs(t, openError(t, path), sqlite.ErrCorrupt)
}

func TestDamagedPagesAreSaid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "staso.db")
	s, err := sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	trace := writeSample(t, s, 200)
	require.NoError(t, s.Close())

	content, err := os.ReadFile(path)
	require.NoError(t, err)
	for i := 16 << 10; i < len(content); i++ {
		content[i] = 0xa5
	}
	require.NoError(t, os.WriteFile(path, content, 0o600))
	if s, err = sqlite.Open(t.Context(), path); err != nil {
		assert.ErrorIs(t, err, sqlite.ErrCorrupt)
		return
	}
	_, err = s.Trace(t.Context(), "default", trace)
	assert.ErrorIs(t, err, sqlite.ErrCorrupt)
	require.NoError(t, s.Close())
}

// TestSchemaKeysStartWithTheWorkspace holds the rule on which the separation of
// workspaces rests.
func TestSchemaKeysStartWithTheWorkspace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "staso.db")
	s, err := sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	rows, err := raw(t, path).Query("SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
	require.NoError(t, err)
	defer rows.Close()
	n := 0
	for rows.Next() {
		var text string
		require.NoError(t, rows.Scan(&text))
		_, key, _ := strings.Cut(text, "(")
		assert.True(t, strings.HasPrefix(key, "ws,"), text)
		n++
	}
	require.NoError(t, rows.Err())
	assert.Greater(t, n, 5, fmt.Sprint("indexes: ", n))
}
