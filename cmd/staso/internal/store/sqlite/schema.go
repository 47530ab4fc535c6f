package sqlite

import (
	"fmt"
)

// migrations brings a store from version i to version i+1. Released entries
// are never edited: a change of the schema is a new entry.
func migrations() []string { return []string{schemaV1, schemaV2} }

// Every key starts with the workspace (ws). Times are nanoseconds since 1970.
// Absent text is NULL, which binds and stores for nothing.
//
// traces.placed is where a trace stands in time: the earliest start in the
// first write that brought it. It is never rewritten, so cursors over it hold.
// spans.id grows with every row written, so the text index needs only remember
// how far it got. traces.state holds what the columns cannot: see state.go.
const schemaV1 = `
CREATE TABLE workspaces (
	ws       INTEGER PRIMARY KEY,
	slug     TEXT NOT NULL UNIQUE,
	ingested INTEGER NOT NULL DEFAULT 0,
	skew     INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE traces (
	seq             INTEGER PRIMARY KEY,
	ws              INTEGER NOT NULL,
	trace_id        BLOB NOT NULL,
	placed          INTEGER NOT NULL,
	start           INTEGER NOT NULL,
	duration        INTEGER NOT NULL,
	status          INTEGER NOT NULL,
	kinds           INTEGER NOT NULL,
	span_count      INTEGER NOT NULL,
	error_count     INTEGER NOT NULL,
	input_tokens    INTEGER NOT NULL,
	output_tokens   INTEGER NOT NULL,
	total_tokens    INTEGER NOT NULL,
	environment     TEXT,
	conversation_id TEXT,
	user_id         TEXT,
	agent_name      TEXT,
	agent_id        TEXT,
	agent_version   TEXT,
	models          TEXT,
	tags            TEXT,
	root_id         BLOB NOT NULL,
	root_name       TEXT,
	root_status     INTEGER NOT NULL,
	provisional     INTEGER NOT NULL,
	input_preview   TEXT,
	output_preview  TEXT,
	state           BLOB NOT NULL
);
CREATE UNIQUE INDEX traces_id ON traces (ws, trace_id);
CREATE INDEX traces_placed ON traces (ws, placed, trace_id);
CREATE INDEX traces_duration ON traces (ws, duration, placed, trace_id);
CREATE INDEX traces_tokens ON traces (ws, total_tokens, placed, trace_id);
CREATE INDEX traces_conversation ON traces (ws, conversation_id, placed, trace_id) WHERE conversation_id IS NOT NULL;
CREATE INDEX traces_user ON traces (ws, user_id, placed, trace_id) WHERE user_id IS NOT NULL;
CREATE INDEX traces_agent ON traces (ws, agent_name, placed, trace_id) WHERE agent_name IS NOT NULL;
CREATE INDEX traces_status ON traces (ws, status, placed, trace_id) WHERE status > 0;

CREATE TABLE spans (
	id              INTEGER PRIMARY KEY,
	ws              INTEGER NOT NULL,
	trace           INTEGER NOT NULL,
	span_id         BLOB NOT NULL,
	parent_id       BLOB,
	start           INTEGER NOT NULL,
	duration        INTEGER NOT NULL,
	kind            INTEGER NOT NULL,
	status          INTEGER NOT NULL,
	flags           INTEGER NOT NULL,
	input_tokens    INTEGER NOT NULL,
	output_tokens   INTEGER NOT NULL,
	total_tokens    INTEGER NOT NULL,
	name            TEXT,
	model           TEXT,
	environment     TEXT,
	conversation_id TEXT,
	user_id         TEXT,
	agent_name      TEXT,
	agent_id        TEXT,
	agent_version   TEXT,
	error_message   TEXT,
	details         TEXT,
	input           BLOB,
	output          BLOB,
	attributes      BLOB
);
CREATE UNIQUE INDEX spans_id ON spans (ws, trace, span_id);

CREATE TABLE annotations (
	ws       INTEGER NOT NULL,
	id       BLOB NOT NULL,
	trace_id BLOB NOT NULL,
	span_id  BLOB,
	time     INTEGER NOT NULL,
	name     TEXT,
	type     TEXT,
	value    BLOB,
	comment  TEXT,
	PRIMARY KEY (ws, id)
) WITHOUT ROWID;
CREATE INDEX annotations_trace ON annotations (ws, trace_id, time, id);

CREATE TABLE groups (
	ws           INTEGER NOT NULL,
	kind         INTEGER NOT NULL,
	key          TEXT NOT NULL,
	last         INTEGER NOT NULL,
	trace_count  INTEGER NOT NULL,
	error_count  INTEGER NOT NULL,
	total_tokens INTEGER NOT NULL,
	PRIMARY KEY (ws, kind, key)
) WITHOUT ROWID;
CREATE INDEX groups_last ON groups (ws, kind, last, key);

CREATE VIRTUAL TABLE words USING fts5 (
	name, error, input, output, pairs,
	content = '', contentless_delete = 1, prefix = "2 3",
	tokenize = "unicode61 remove_diacritics 2"
);
CREATE TABLE indexed (
	one  INTEGER PRIMARY KEY CHECK (one = 1),
	upto INTEGER NOT NULL
);
INSERT INTO indexed VALUES (1, 0);
`

// applicationID marks a file as a staso store ("StSo").
const applicationID = 0x5374536f

// migrate brings the schema to this program's version, in one transaction.
func migrate(c *conn) error {
	steps := migrations()
	if err := checkOwner(c); err != nil {
		return err
	}
	version, err := c.number("PRAGMA user_version")
	if err != nil {
		return err
	}
	if version > int64(len(steps)) {
		return fmt.Errorf("its schema has version %d and this program knows up to %d: use the newer program that wrote it", version, len(steps))
	}
	if version == int64(len(steps)) {
		return nil
	}
	return c.tx(func() error {
		for _, step := range steps[version:] {
			if err := c.script(step); err != nil {
				return err
			}
		}
		return c.script(fmt.Sprintf("PRAGMA user_version = %d; PRAGMA application_id = %d", len(steps), applicationID))
	})
}

// checkOwner refuses a database that another program made.
func checkOwner(c *conn) error {
	id, err := c.number("PRAGMA application_id")
	if err != nil || id == applicationID {
		return err
	}
	tables, err := c.number("SELECT count(*) FROM sqlite_schema")
	if err == nil && tables > 0 {
		err = fmt.Errorf("%w: it is another program's database", ErrCorrupt)
	}
	return err
}
