package sqlite

import (
	"database/sql"
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

func writeDSN(path string) string {
	return dsn(path, "rwc", fmt.Sprintf("busy_timeout(%d)", busyMillis), "page_size(8192)", "journal_mode(wal)", "synchronous(full)",
		"wal_autocheckpoint(1500)", "journal_size_limit(67108864)", "cache_size(-65536)", "temp_store(memory)")
}

func readDSN(path string) string {
	return dsn(path, "rw", fmt.Sprintf("busy_timeout(%d)", busyMillis), "query_only(1)", "cache_size(-16384)", "temp_store(memory)")
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
	c, err := openConn(dsn(path+"-lock", "rwc"))
	if err != nil {
		return nil, err
	}
	err = c.exec("BEGIN EXCLUSIVE")
	if err == nil {
		return c, nil
	}
	_ = c.close()
	if code(err) == lib.SQLITE_BUSY {
		return nil, fmt.Errorf("%w: stop that one, or use another file", ErrLocked)
	}
	return nil, err
}

// checkFolder says in words what SQLite would only call "unable to open".
func checkFolder(path string) error {
	folder := filepath.Dir(path)
	info, err := os.Stat(folder)
	if err != nil {
		return fmt.Errorf("its folder cannot be used: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("its folder %s is not a folder", folder)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("it is a folder: name a file")
	}
	return nil
}
