package sqlite

import (
	"cmp"
	"database/sql/driver"
	"maps"
	"slices"
)

// The kinds of groups.
const (
	groupConversation = iota
	groupAgent
	groupUser
	groupKinds
)

// share is what one trace adds to its groups; the zero share adds to none.
type share struct {
	ws     int64
	keys   [groupKinds]string
	placed int64
	errors int64
	tokens int64
}

// share returns what the trace adds to its groups.
func (t *trace) share() share {
	if t.sum.spans == 0 {
		return share{}
	}
	s := share{ws: t.ws, placed: t.placed, tokens: t.sum.tokens[2], keys: [groupKinds]string{
		groupConversation: t.sum.labels[labelConversation].label[0],
		groupAgent:        t.sum.labels[labelAgent].label[0],
		groupUser:         t.sum.labels[labelUser].label[0],
	}}
	if t.sum.status() == statusError {
		s.errors = 1
	}
	return s
}

type groupKey struct {
	ws   int64
	kind int
	key  string
}

// groupChange is by how much a transaction moves a group.
type groupChange struct {
	traces, errors, tokens int64
	last                   int64 // latest of what came
	left                   bool  // something did: last may move back
}

// moveGroups takes what a trace added to its groups and gives what it adds now.
func (b *batch) moveGroups(before, now share) {
	for kind := range groupKinds {
		if key := before.keys[kind]; key != "" {
			c := b.group(groupKey{before.ws, kind, key}, before.placed)
			c.traces--
			c.errors -= before.errors
			c.tokens -= before.tokens
			c.left = c.left || now.keys[kind] != key
		}
		if key := now.keys[kind]; key != "" {
			c := b.group(groupKey{now.ws, kind, key}, now.placed)
			c.traces++
			c.errors += now.errors
			c.tokens += now.tokens
		}
	}
}

func (b *batch) group(key groupKey, placed int64) *groupChange {
	c := b.groups[key]
	if c == nil {
		if b.groups == nil {
			b.groups = make(map[groupKey]*groupChange, 64)
		}
		c = &groupChange{last: placed}
		b.groups[key] = c
	}
	c.last = max(c.last, placed)
	return c
}

// writeGroups writes the groups that moved, when the traces are written.
func (b *batch) writeGroups() error {
	keys := slices.SortedFunc(maps.Keys(b.groups), func(x, y groupKey) int {
		return cmp.Or(cmp.Compare(x.ws, y.ws), cmp.Compare(x.kind, y.kind), cmp.Compare(x.key, y.key))
	})
	for _, key := range keys {
		if c := b.groups[key]; c.traces != 0 || c.errors != 0 || c.tokens != 0 || c.left {
			if err := b.writeGroup(key, c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *batch) writeGroup(key groupKey, c *groupChange) error {
	traces, errs, tokens, last := c.traces, c.errors, c.tokens, c.last
	const find = "SELECT trace_count, error_count, total_tokens, last FROM groups WHERE ws = ? AND kind = ? AND key = ?"
	err := b.conn.rows(find, []driver.Value{key.ws, int64(key.kind), key.key}, func(v []driver.Value) error {
		traces += asInt(v[0])
		errs += asInt(v[1])
		tokens += asInt(v[2])
		last = max(last, asInt(v[3]))
		return nil
	})
	if err != nil {
		return err
	}
	if traces <= 0 {
		return b.conn.exec("DELETE FROM groups WHERE ws = ? AND kind = ? AND key = ?", key.ws, int64(key.kind), key.key)
	}
	if c.left {
		if last, err = b.conn.number(lastOf(key.kind), key.ws, key.key); err != nil {
			return err
		}
	}
	const put = "INSERT OR REPLACE INTO groups (ws, kind, key, last, trace_count, error_count, total_tokens) VALUES (?, ?, ?, ?, ?, ?, ?)"
	return b.conn.exec(put, key.ws, int64(key.kind), key.key, last, traces, errs, tokens)
}

func groupColumn(kind int) string {
	return [groupKinds]string{groupConversation: "conversation_id", groupAgent: "agent_name", groupUser: "user_id"}[kind]
}

// lastOf asks for the latest trace of a group.
func lastOf(kind int) string {
	return "SELECT max(placed) FROM traces WHERE ws = ? AND " + groupColumn(kind) + " = ?"
}
