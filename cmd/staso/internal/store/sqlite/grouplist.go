package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

func groupKind(by store.GroupBy) (int, error) {
	switch by {
	case store.ByConversation:
		return groupConversation, nil
	case store.ByAgent:
		return groupAgent, nil
	case store.ByUser:
		return groupUser, nil
	}
	return 0, fmt.Errorf("%w: groups by %.40q: must be conversation, agent or user", store.ErrInvalidQuery, string(by))
}

// Groups implements [store.Store].
func (s *Store) Groups(ctx context.Context, workspace string, by store.GroupBy, q store.PageQuery) (page store.GroupPage, err error) {
	kind, err := groupKind(by)
	if err != nil {
		return page, err
	}
	limit, err := pageLimit(q.Limit)
	if err != nil {
		return page, err
	}
	sum := digest([]string{workspace, string(by)})
	args, after := []any{workspace, kind}, ""
	if q.Cursor != "" {
		last, key, err := readCursor(q.Cursor, sum, 1)
		if err != nil {
			return page, err
		}
		args, after = append(args, last[0], string(key)), " AND (g.last, g.key) < (?, ?)"
	}
	text := groupSelect(kind) + " WHERE g." + inWorkspace + " AND g.kind = ?" + after + " ORDER BY g.last DESC, g.key DESC LIMIT ?"
	err = s.rows(ctx, text, append(args, limit+1), func(v []driver.Value) error {
		if len(page.Groups) == limit {
			g := page.Groups[limit-1]
			page.NextCursor = writeCursor(sum, []int64{nanos(g.LastStart)}, []byte(g.Key))
			return nil
		}
		page.Groups = append(page.Groups, store.Group{
			Key: asText(v[0]), LastStart: at(asInt(v[1])), TraceCount: asInt(v[2]), ErrorCount: asInt(v[3]), TotalTokens: asInt(v[4]),
			FirstStart: at(asInt(v[5])), UserID: asText(v[6]), AgentName: asText(v[7]),
		})
		return nil
	})
	return page, err
}

// groupSelect selects groups; what an index tells at once is not kept, but
// looked up. A conversation's user and agent are its first trace's that has
// them.
func groupSelect(kind int) string {
	column := groupColumn(kind)
	of := " FROM traces t WHERE t.ws = g.ws AND t." + column + " = g.key"
	first := func(wanted string) string {
		if kind != groupConversation {
			return "NULL"
		}
		return "(SELECT t." + wanted + of + " AND t." + wanted + " IS NOT NULL ORDER BY t.placed, t.trace_id LIMIT 1)"
	}
	return "SELECT g.key, g.last, g.trace_count, g.error_count, g.total_tokens, (SELECT min(t.placed)" + of + "), " +
		first("user_id") + ", " + first("agent_name") + " FROM groups g"
}
