package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	lib "modernc.org/sqlite/lib"

	msqlite "modernc.org/sqlite"
)

// busyMillis is how long a statement waits for another process, such as a
// database shell, to let go of the file.
const busyMillis = 5000

func dsn(path, mode string, pragmas ...string) string {
	q := url.Values{"mode": {mode}, "_pragma": pragmas, "_dqs": {"0"}, "_error_rc": {"1"}}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: q.Encode()}
	return u.String()
}

func writeDSN(path string) string { return dsn(path, "rwc", busyTimeout()) }

func busyTimeout() string { return fmt.Sprintf("busy_timeout(%d)", busyMillis) }

// writePragmas are run in this order on the writer's connection: the size of a
// page counts only while the file is empty. The WAL is taken into the file
// whenever it has reached 8 MiB, which takes long enough to share the cost of
// pages that are written again and again, and not so long that one write waits
// for too much of it.
const writePragmas = `
	PRAGMA page_size = 8192;
	PRAGMA journal_mode = WAL;
	PRAGMA synchronous = FULL;
	PRAGMA wal_autocheckpoint = 1000;
	PRAGMA journal_size_limit = 67108864;
	PRAGMA cache_size = -65536;
	PRAGMA temp_store = MEMORY;`

func readDSN(path string) string {
	return dsn(path, "rw", busyTimeout(), "query_only(1)", "cache_size(-16384)", "temp_store(memory)")
}

func openPool(path string, size int) (*sql.DB, error) {
	connector, err := msqlite.NewConnector(readDSN(path))
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

// lockFile holds the store for this process. The lock is SQLite's own, on an
// empty file beside the store, so it works wherever SQLite does and ends with
// the process, however that ends.
func lockFile(path string) (*conn, error) {
	if err := checkFolder(path); err != nil {
		return nil, err
	}
	if err := makeFile(path); err != nil {
		return nil, err
	}
	c, err := openConn(dsn(path+"-lock", "rwc"))
	if err != nil {
		return nil, err
	}
	err = c.exec("BEGIN EXCLUSIVE")
	if err == nil {
		return c, nil
	}
	if code(err) == lib.SQLITE_BUSY {
		err = fmt.Errorf("%w: stop that one, or use another file", ErrLocked)
	}
	return nil, errors.Join(err, c.close())
}

// makeFile makes the store's file if there is none, for this user alone: what
// people said to an agent is in it. SQLite gives the files beside it the same
// mode. An error says more than SQLite's would.
func makeFile(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("it cannot be read and written: %w", err)
	}
	return file.Close()
}

// checkFolder says in words what SQLite would only call "unable to open".
func checkFolder(path string) error {
	if path == "" {
		return errors.New("the path is empty: name a file")
	}
	folder := filepath.Dir(path)
	info, err := os.Stat(folder)
	if err != nil {
		return fmt.Errorf("its folder cannot be used: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("its folder %s is not a folder", folder)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return errors.New("it is a folder: name a file")
	}
	return nil
}
