package sql

import (
	"strings"

	"github.com/staso-go/staso/guard"
)

// account judges CREATE and ALTER of a user.
func (j *judge) account(i, limit int) {
	for k := i + 2; k < limit; k++ {
		if j.word(k) == kSuperuser || j.called(k, "sysadmin") || j.called(k, "createrole") || j.called(k, "bypassrls") || j.called(k, "replication") {
			j.found(i, limit, problem{"sql.rights", "makes an account that may do everything", guard.SeverityCritical})
			return
		}
	}
	if j.word(i+1) == kRole && j.word(i) == kCreate {
		return
	}
	for k := i + 2; k < limit; k++ {
		if j.word(i) == kCreate || j.called(k, "password") || j.called(k, "identified") || j.word(k) == kWith {
			j.found(i, limit, problem{"sql.rights", "makes an account, or changes how one logs in", guard.SeverityMedium})
			return
		}
	}
}

// create judges CREATE. What it makes is harmless, unless it runs programs, gives
// rights or reaches other servers.
func (j *judge) create(i, limit int) {
	j.writes()
	for k := i + 1; k < min(limit, i+6); k++ {
		switch j.word(k) {
		case kFunction, kProcedure:
			j.native(i, limit)
			return
		case kUser, kLogin, kRole:
			if j.called(k+1, "mapping") {
				return
			}
			j.account(k-1, limit)
			if k-1 > i && j.word(k-1) != kCreate {
				j.account(i, limit)
			}
			return
		case kExtension:
			j.extension(i, k, limit)
			return
		case kServer:
			j.found(i, limit, problem{"sql.reach", "links the database to another server", guard.SeverityMedium})
			return
		case kTable, kView, kIndex, kDatabase, kSchema:
			return
		}
		if j.called(k, "link") || j.called(k, "subscription") {
			j.found(i, limit, problem{"sql.reach", "links the database to another server", guard.SeverityMedium})
			return
		}
	}
}

// native judges a function's language: one that the database does not hold back
// runs what it likes.
func (j *judge) native(i, limit int) {
	saved := j.stored
	j.stored = false
	defer func() { j.stored = saved }()
	for k := i; k < limit; k++ {
		unsafe := j.word(k) == kSoname
		if j.word(k) == kLanguage {
			unsafe = untrusted(strings.ToLower(strings.Trim(j.string(k+1), `'"`)))
		}
		if unsafe {
			j.found(i, limit, problem{"sql.exec", "makes a function that runs programs on the database server", guard.SeverityCritical})
			return
		}
	}
}

// untrusted says that a language is not held back by the database. Java and
// Python are in warehouses that are sandboxes.
func untrusted(language string) bool {
	switch language {
	case "c", "plpythonu", "plpython2u", "plpython3u", "plperlu", "plsh", "pltclu", "plrubyu", "pljavau", "plluau", "plphpu", "plr":
		return true
	}
	return false
}

func (j *judge) extension(i, k, limit int) {
	for ; k < limit; k++ {
		name := strings.ToLower(strings.Trim(j.string(k), `"`))
		switch name {
		case "dblink", "file_fdw", "adminpack", "plsh", "http", "pg_cron", "postgres_fdw", "lo":
		default:
			if !untrusted(name) || name == "c" {
				continue
			}
		}
		j.found(i, limit, problem{"sql.reach", "gives the database a way to files, programs or other servers", guard.SeverityMedium})
		return
	}
}

// grant judges GRANT.
func (j *judge) grant(i, limit int) {
	on := j.find(i, limit, kOn, kTo)
	if on == limit {
		return
	}
	j.writes()
	reason := ""
	for k := i + 1; k < on; k++ {
		switch {
		case j.word(k) == kAll:
			reason = "gives an account every right"
		case j.strong(k):
			reason = "gives an account rights over the server itself"
		}
	}
	for k := on; k < limit && reason == ""; k++ {
		if j.called(k, "admin") && j.word(k+1) == kOption {
			reason = "gives an account the right to give its role on"
		}
	}
	if reason != "" {
		j.found(i, limit, problem{"sql.rights", reason, guard.SeverityHigh})
	}
}

// strong says that the right at i is one over the server.
func (j *judge) strong(i int) bool {
	for _, right := range [...]string{
		"super", "file", "process", "shutdown", "dba", "sysdba", "sysadmin", "control", "pg_execute_server_program", "pg_read_server_files",
		"pg_write_server_files", "rds_superuser", "accountadmin", "securityadmin", "impersonate",
	} {
		if j.called(i, right) {
			return true
		}
	}
	return j.word(i) == kShutdown || j.word(i) == kCreate && j.word(i+1) == kUser
}

// set judges SET GLOBAL, and what a variable is given that is run later.
func (j *judge) set(i, limit int) {
	global := j.word(i+1) == kGlobal || j.word(i+1) == kPersist || j.called(i+1, "persist_only") ||
		strings.HasPrefix(strings.ToLower(j.string(i+1)), "@@global")
	if global && j.word(i+2) != kTo {
		j.writes()
		j.found(i, limit, problem{"sql.admin", "changes how the whole database server runs", guard.SeverityMedium})
	}
}

// purge judges what takes logs away.
func (j *judge) purge(i, limit int) {
	if j.called(i+1, "binary") || j.called(i+1, "master") || j.called(i+1, "recyclebin") || j.called(i+1, "dba_recyclebin") {
		j.found(i, limit, problem{"sql.admin", "deletes the logs by which the database is restored", guard.SeverityHigh})
	}
}

// backup judges where a backup goes, and what one is put back over.
func (j *judge) backup(i, limit int) {
	if j.word(i+1) != kDatabase && !j.called(i+1, "log") {
		return
	}
	if j.word(i) == kRestore {
		j.found(i, limit, problem{"sql.admin", "puts an old state over a database", guard.SeverityHigh})
		return
	}
	for k := i; k < limit; k++ {
		if j.at(k).kind == text && (strings.HasPrefix(j.value(k), `\\`) || servedFile(j.value(k))) {
			j.found(i, limit, problem{"sql.file", "writes a copy of the database where others can fetch it", guard.SeverityHigh})
		}
	}
}
