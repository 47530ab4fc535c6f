package sqlite

// schemaV2 adds what the guard keeps. A decision's id holds its workspace and its
// place in the workspace's chain: see placeID. Its arguments and verdict are in a
// table of their own, under the same id, so that a list reads rows that are small.
//
// decision_blocks says which traces and conversations stand in each thousand of a
// chain: see block.go. chains holds each chain's end, so that rows cannot be cut off
// unseen.
const schemaV2 = `
CREATE TABLE decisions (
	id              INTEGER PRIMARY KEY,
	ws              INTEGER NOT NULL,
	decision_id     BLOB NOT NULL,
	time            INTEGER NOT NULL,
	action          INTEGER NOT NULL,
	flags           INTEGER NOT NULL,
	latency         INTEGER NOT NULL,
	input_bytes     INTEGER NOT NULL,
	tool            TEXT,
	agent_name      TEXT,
	agent_id        TEXT,
	environment     TEXT,
	conversation_id TEXT,
	user_id         TEXT,
	trace_id        BLOB,
	span_id         BLOB,
	source          TEXT,
	requester       TEXT,
	phase           TEXT,
	mode            TEXT,
	severity        TEXT,
	rule            TEXT,
	reason          TEXT,
	hits            TEXT,
	policy          TEXT,
	digest          TEXT,
	preview         TEXT,
	escalation_id   BLOB,
	request         BLOB NOT NULL,
	prev            BLOB NOT NULL,
	hash            BLOB NOT NULL
);
CREATE UNIQUE INDEX decisions_id ON decisions (ws, decision_id);
CREATE INDEX decisions_time ON decisions (ws, time, id, action, flags);

CREATE TABLE decision_blocks (
	ws    INTEGER NOT NULL,
	block INTEGER NOT NULL,
	keys  BLOB NOT NULL,
	PRIMARY KEY (ws, block)
) WITHOUT ROWID;

CREATE TABLE decision_bodies (
	id     INTEGER PRIMARY KEY,
	input  BLOB,
	result BLOB
);

CREATE TABLE decision_hits (
	ws      INTEGER NOT NULL,
	rule    TEXT NOT NULL,
	time    INTEGER NOT NULL,
	id      INTEGER NOT NULL,
	outcome INTEGER NOT NULL,
	PRIMARY KEY (ws, rule, time, id)
) WITHOUT ROWID;

CREATE TABLE chains (
	ws   INTEGER PRIMARY KEY,
	seq  INTEGER NOT NULL,
	hash BLOB NOT NULL
);

CREATE TABLE policies (
	ws       INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	name     TEXT NOT NULL,
	version  TEXT,
	content  BLOB,
	author   TEXT,
	comment  TEXT,
	time     INTEGER NOT NULL,
	deleted  INTEGER NOT NULL,
	PRIMARY KEY (ws, revision)
) WITHOUT ROWID;
CREATE INDEX policies_name ON policies (ws, name, revision);

CREATE TABLE escalations (
	seq           INTEGER PRIMARY KEY,
	ws            INTEGER NOT NULL,
	escalation_id BLOB NOT NULL,
	alike         BLOB NOT NULL,
	status        INTEGER NOT NULL,
	requested     INTEGER NOT NULL,
	expires       INTEGER NOT NULL,
	decided       INTEGER NOT NULL,
	grants        INTEGER NOT NULL,
	waiters       INTEGER NOT NULL,
	redeemed      INTEGER NOT NULL,
	tool          TEXT,
	agent_name    TEXT,
	agent_id      TEXT,
	environment   TEXT,
	digest        TEXT,
	rule          TEXT,
	reason        TEXT,
	severity      TEXT,
	policy        TEXT,
	decided_by    TEXT,
	comment       TEXT,
	input         BLOB,
	result        BLOB,
	history       BLOB
);
CREATE UNIQUE INDEX escalations_id ON escalations (ws, escalation_id);
CREATE INDEX escalations_status ON escalations (ws, status, seq);
CREATE INDEX escalations_open ON escalations (ws, expires) WHERE status = 0;
CREATE INDEX escalations_alike ON escalations (ws, alike) WHERE status = 0;

CREATE TABLE waiters (
	ws              INTEGER NOT NULL,
	decision_id     BLOB NOT NULL,
	escalation      INTEGER NOT NULL,
	asked           INTEGER NOT NULL,
	redeemed        INTEGER NOT NULL,
	origin          INTEGER NOT NULL,
	requester       TEXT,
	conversation_id TEXT,
	user_id         TEXT,
	trace_id        BLOB,
	span_id         BLOB,
	PRIMARY KEY (ws, decision_id)
) WITHOUT ROWID;
CREATE INDEX waiters_escalation ON waiters (ws, escalation, asked, decision_id);
`
