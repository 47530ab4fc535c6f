package sql

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// copies judges COPY: from and to programs, and files of the server.
func (j *judge) copies(i, limit int) {
	direction := j.find(i, limit, kTo, kFrom)
	if direction == limit {
		return
	}
	if j.word(direction) == kFrom {
		j.writes()
	}
	switch target := direction + 1; {
	case j.word(target) == kProgram:
		j.found(i, limit, problem{"sql.exec", "runs a program on the database server", guard.SeverityCritical})
	case j.at(target).kind != text:
	case j.word(direction) == kTo && absolute(j.value(target)):
		j.found(i, limit, problem{"sql.file", "writes a file on the database server", guard.SeverityHigh})
	case protected(j.value(target)):
		j.found(i, limit, problem{"sql.file", "reads a protected file of the database server", guard.SeverityHigh})
	}
}

// load judges LOAD DATA INFILE, LOAD 'library' and INSTALL.
func (j *judge) load(i, limit int) {
	j.writes()
	switch {
	case j.find(i, limit, kInfile) < limit:
		j.found(i, limit, problem{"sql.file", "reads a file into the database", guard.SeverityHigh})
	case j.word(i) == kLoad && j.at(i+1).kind == text && absolute(j.value(i+1)),
		j.word(i) == kInstall && j.find(i, limit, kSoname, kFrom) < limit:
		j.found(i, limit, problem{"sql.exec", "loads a program library into the database server", guard.SeverityCritical})
	}
}

// attach judges ATTACH DATABASE, which makes the file that it is given.
func (j *judge) attach(i, limit int) {
	for k := i + 1; k < min(limit, i+5); k++ {
		if j.at(k).kind != text {
			continue
		}
		if file := j.value(k); servedFile(file) || protected(file) || place.Of(file).Has(place.Startup|place.System) {
			j.found(i, limit, problem{"sql.file", "makes a file where a server or the system will run it", guard.SeverityHigh})
		} else if absolute(file) && !databaseFile(file) {
			j.found(i, limit, problem{"sql.file", "opens or makes a file that is no database", guard.SeverityMedium})
		}
		return
	}
}

func absolute(path string) bool {
	return path != "" && (path[0] == '/' || path[0] == '\\' || path[0] == '~' || path[0] == '|' || len(path) > 2 && path[1] == ':' && path[2] != ':')
}

// protected says that path is one that holds secrets or says who may log in.
func protected(path string) bool {
	return place.Of(path).Has(place.Secret | place.Account | place.Kernel)
}

// servedFile says that a web server would run a file of that name.
func servedFile(path string) bool {
	for _, ending := range [...]string{".php", ".phtml", ".asp", ".aspx", ".jsp", ".jspx", ".cgi", ".pl", ".sh", ".cfm"} {
		if len(path) > len(ending) && strings.EqualFold(path[len(path)-len(ending):], ending) {
			return true
		}
	}
	return false
}

func databaseFile(path string) bool {
	for _, part := range [...]string{".db", ".sqlite", ".duckdb", ".sdb", ".s3db", ".mdb"} {
		if strings.Contains(strings.ToLower(path), part) {
			return true
		}
	}
	return false
}

// hazard judges the token at k, in the statement [first, limit): functions that
// reach out of the database, and files that a SELECT writes.
func (j *judge) hazard(first, k, limit int) {
	t := j.at(k)
	switch {
	case t.kind == comment, t.kind == symbol, t.kind == number, t.kind == text:
	case t.keyword == kWhere || t.keyword == kHaving:
		j.where = true
	case t.kind == escape:
		j.found(k, limit, problem{"sql.exec", "leaves SQL and runs a program", guard.SeverityCritical})
	case t.keyword == kOutfile || t.keyword == kDumpfile:
		if j.word(k-1) == kInto || j.at(k+1).kind == text {
			j.writes()
			j.found(first, limit, problem{"sql.file", "writes a file on the database server", guard.SeverityHigh})
		}
	case t.keyword == kOr:
		j.injected(first, k, limit)
	case t.keyword == kInto && j.word(first) == kSelect && j.named(k+1):
		j.writes()
	case t.keyword.hazard() && j.invoked(k):
		j.invocation(first, k, limit)
	case t.kind == word && t.keyword == 0 && j.is(k+1, "(") && j.at(k+2).kind == text && protected(j.value(k+2)) && readsFiles(j.string(k)):
		j.found(first, limit, problem{"sql.file", "reads a protected file", guard.SeverityHigh})
	}
}

// readsFiles says that a function's name is of one that takes a file's name.
func readsFiles(function string) bool {
	for _, part := range [...]string{"file", "read", "csv", "parquet", "json", "text", "blob", "glob", "url", "scan", "load"} {
		if strings.Contains(strings.ToLower(function), part) {
			return true
		}
	}
	return false
}

// invoked says that the name at k is called, and does not only stand there.
func (j *judge) invoked(k int) bool {
	before := j.word(k - 1)
	return j.is(k+1, "(") || j.is(k+1, ".") || before == kExec || before == kExecute || before == kCall || j.is(k-1, ".")
}

// invocation judges a call of a function that is a hazard.
func (j *judge) invocation(first, k, limit int) {
	switch j.word(k) {
	case hRun:
		j.found(first, limit, problem{"sql.exec", "runs a program on the database server", guard.SeverityCritical})
	case hRead:
		j.found(first, limit, problem{"sql.file", "reads a file of the database server", guard.SeverityHigh})
	case hWrite:
		j.found(first, limit, problem{"sql.file", "changes a file or the registry of the database server", guard.SeverityHigh})
	case hReach:
		j.found(first, limit, problem{"sql.reach", "has the database server connect to another host", guard.SeverityHigh})
	case hRights:
		j.found(first, limit, problem{"sql.rights", "gives an account rights", guard.SeverityHigh})
	case hAdmin:
		j.found(first, limit, problem{"sql.admin", "changes how the database server runs", guard.SeverityHigh})
	case hDelay:
		if j.delays(k) {
			j.found(first, limit, problem{"sql.delay", "holds the database up", guard.SeverityMedium})
		}
	case hError:
		if end := j.closing(k+1, limit); j.findInside(k+1, end) {
			j.found(first, limit, problem{"sql.error", "has the database tell its data in an error", guard.SeverityMedium})
		}
	}
}

// delays: some names do more than to wait, and small blobs take no time.
func (j *judge) delays(k int) bool {
	switch name := strings.ToLower(j.string(k)); name {
	case "dbms_session", "dbms_lock", "dbms_pipe":
		return j.called(k+2, "sleep") || j.called(k+2, "receive_message")
	case "randomblob":
		return j.at(k+2).kind == number && j.at(k+2).end-j.at(k+2).start > 7
	}
	return j.is(k+1, "(")
}

// findInside says that the brackets from i to limit hold a query.
func (j *judge) findInside(i, limit int) bool {
	for ; i < limit && !j.tired(); i++ {
		j.steps++
		if j.word(i) == kSelect || j.called(i, "concat") || j.at(i).kind == variable {
			return true
		}
	}
	return false
}
