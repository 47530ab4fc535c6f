package sqlite

import (
	"errors"
	"fmt"
	"strings"

	msqlite "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// ErrCorrupt is wrapped by errors about a file that is no sound store.
var ErrCorrupt = errors.New("store file is corrupt or is not a staso store")

// ErrLocked is wrapped by Open's error when another process uses the store.
var ErrLocked = errors.New("store is in use by another process")

// code returns SQLite's primary result code, or 0.
func code(err error) int {
	var e *msqlite.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code() & 0xff
}

// translate gives SQLite's errors the names that callers branch on.
func translate(err error) error {
	switch code(err) {
	case lib.SQLITE_FULL:
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return fmt.Errorf("%w: %w", store.ErrBusy, err)
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return err
}

func isNoTransaction(err error) bool {
	return code(err) == lib.SQLITE_ERROR && strings.Contains(err.Error(), "no transaction is active")
}
