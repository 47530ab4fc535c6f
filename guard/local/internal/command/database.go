package command

import (
	"slices"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// database judges the clients of databases; their SQL is for another detector.
func (j *judge) database() {
	switch j.Name {
	case "redis-cli", "valkey-cli", "keydb-cli", "iredis":
		j.redis()
	case "mongosh", "mongo":
		j.mongo()
	case "mysqladmin", "mariadb-admin":
		if word := j.anyOf("drop", "shutdown", "flush-logs", "kill", "password"); word != nil {
			j.find("database.drop", guard.SeverityHigh, "drops a database, or stops its server", word)
		}
	case "dropdb", "dropuser", "pg_dropcluster", "pg_resetwal":
		if len(j.Args) > 0 {
			j.find("database.drop", guard.SeverityCritical, "drops a database, or a user of it", nil)
		}
	case "mongorestore", "pg_restore":
		if j.hasAny("--drop", "--clean", "-c") {
			j.find("database.overwrite", guard.SeverityHigh, "drops what is in a database before it restores a backup", nil)
		}
	case "mongodump":
	case "influx", "bq", "snow", "turso", "cockroach", "clickhouse":
		j.sql()
		j.service()
	default:
		j.sql()
	}
}

// anyOf returns the first operand that is one of the texts.
func (j *judge) anyOf(texts ...string) *Word {
	walk := j.operands(" -u -h -P -p --user --host --port -S --socket ")
	for word := walk.next(); word != nil; word = walk.next() {
		if slices.Contains(texts, word.Text) {
			return word
		}
	}
	return nil
}

// sql derives the SQL on the command line of a client.
func (j *judge) sql() {
	found := false
	for i := range j.Args {
		for _, option := range [...]string{"-c", "-e", "-q", "-Q", "--command", "--execute", "--query", "-execute", "--sql"} {
			text := j.Args[i].Text
			if !strings.HasPrefix(text, option) || !j.isSQLOption(option) || i > 0 && j.Args[i-1].Text == "--" {
				continue
			}
			if value, ok := j.valueAt(i, option); ok && strings.ContainsAny(value.Text, " ;\\") {
				j.derive(detect.SQL, "", value.Text)
				j.meta(&value)
				found = true
				break
			}
		}
	}
	if found {
		return
	}
	switch j.Name {
	case "sqlite3", "sqlite", "duckdb", "bq", "turso":
		if statement := j.last(" -separator -cmd --format --project_id "); statement != nil && strings.Contains(statement.Text, " ") || statement != nil && strings.HasPrefix(statement.Text, ".") {
			j.derive(detect.SQL, "", statement.Text)
			j.meta(statement)
			return
		}
	}
	if j.StdinKnown {
		j.derive(detect.SQL, "", j.Stdin)
		j.meta(&Word{Text: j.Stdin})
	}
}

// isSQLOption says that the option carries SQL for this client: -c does not for
// mysql.
func (j *judge) isSQLOption(option string) bool {
	switch option {
	case "-c":
		return j.Name == "psql" || j.Name == "ysqlsh" || j.Name == "vsql" || j.Name == "pgcli" || j.Name == "usql" || j.Name == "duckdb" || j.Name == "presto"
	case "-q":
		return j.Name == "snowsql" || j.Name == "clickhouse-client" || j.Name == "clickhouse" || j.Name == "impala-shell" || j.Name == "snow" || j.Name == "sqlcmd"
	case "-Q":
		return j.Name == "sqlcmd" || j.Name == "mssql-cli"
	case "-e":
		return j.Name != "psql" && j.Name != "sqlcmd"
	}
	return len(option) > 2
}

// meta judges commands of a client that start a shell: \! of psql, .shell of
// sqlite3, system of mysql.
func (j *judge) meta(at *Word) {
	text := strings.TrimSpace(at.Text)
	for _, lead := range [...]string{`\!`, ".shell ", ".system ", "system ", "!"} {
		if run, ok := strings.CutPrefix(text, lead); ok {
			j.derive(detect.Shell, "", strings.TrimSpace(run))
			return
		}
	}
}

// redis judges a command of Redis, on the command line or on the input.
func (j *judge) redis() {
	walk := j.operands(" -h -p -a -n -u -s --user --pass -i -r --cert --key --cacert ")
	word := walk.next()
	if word == nil {
		if j.StdinKnown {
			if name, _, _ := strings.Cut(strings.TrimSpace(j.Stdin), " "); redisDrops(name) {
				j.find("database.flush", guard.SeverityCritical, "deletes all that a database holds", nil)
			}
		}
		return
	}
	second := walk.next()
	switch {
	case redisDrops(word.Text):
		j.find("database.flush", guard.SeverityCritical, "deletes all that a database holds", word)
	case strings.EqualFold(word.Text, "shutdown"), strings.EqualFold(word.Text, "debug") && second != nil && strings.EqualFold(second.Text, "segfault"):
		j.find("database.stop", guard.SeverityHigh, "stops a database", word)
	case strings.EqualFold(word.Text, "config") && second != nil && (strings.EqualFold(second.Text, "set") || strings.EqualFold(second.Text, "rewrite")):
		j.find("database.config", guard.SeverityHigh, "changes how a database runs, and where it writes", word)
	case j.StdinFrom != nil && (strings.EqualFold(word.Text, "del") || strings.EqualFold(word.Text, "unlink")):
		j.find("database.delete", guard.SeverityMedium, "deletes whatever keys of a database another command names", word)
	case second != nil && j.redisReplica(word, second):
		j.find("database.replica", guard.SeverityHigh, "has a database take over another one's data", word)
	}
}

func redisDrops(name string) bool {
	return strings.EqualFold(name, "flushall") || strings.EqualFold(name, "flushdb")
}

func (j *judge) redisReplica(word, second *Word) bool {
	return (strings.EqualFold(word.Text, "slaveof") || strings.EqualFold(word.Text, "replicaof")) && !strings.EqualFold(second.Text, "no")
}

// mongo judges the script of --eval, or on the input.
func (j *judge) mongo() {
	script, ok := j.value("--eval")
	if !ok {
		if !j.StdinKnown {
			return
		}
		script = Word{Text: j.Stdin}
	}
	j.derive(detect.Code, "javascript", script.Text)
	for _, drop := range [...]string{
		".dropDatabase(", ".drop(", "deleteMany({})", "remove({})", ".dropAllUsers(", ".shutdownServer(",
		".dropUser(",
	} {
		if strings.Contains(strings.ReplaceAll(script.Text, " ", ""), drop) {
			j.find("database.drop", guard.SeverityCritical, "drops a database or all that is in a collection", &script)
			return
		}
	}
}
