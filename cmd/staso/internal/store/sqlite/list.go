package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// listQuery is a list's SQL in the making.
type listQuery struct {
	where []string
	args  []any
}

func (q *listQuery) and(condition string, args ...any) {
	q.where = append(q.where, condition)
	q.args = append(q.args, args...)
}

// equal adds column = value, unless value is "".
func (q *listQuery) equal(column, value string) {
	if value != "" {
		q.and(column+" = ?", value)
	}
}

// order is a list's sort, as SQL and as the numbers of its cursor.
type order struct {
	columns []string // before the trace id
	places  []int    // of the columns in traceColumns
	down    bool
}

func orderOf(q store.TraceQuery) (order, error) {
	o := order{columns: []string{"t.placed"}, places: []int{2}, down: !q.Ascending}
	switch q.Sort {
	case "", store.SortTimestamp:
	case store.SortDuration:
		o.columns, o.places = []string{"t.duration", "t.placed"}, []int{4, 2}
	case store.SortTokens:
		o.columns, o.places = []string{"t.total_tokens", "t.placed"}, []int{10, 2}
	default:
		return o, fmt.Errorf("%w: sort %.40q: must be timestamp, duration or tokens", store.ErrInvalidQuery, string(q.Sort))
	}
	return o, nil
}

func (o order) sql() string {
	direction := " ASC"
	if o.down {
		direction = " DESC"
	}
	return " ORDER BY " + strings.Join(append(slices.Clone(o.columns), "t.trace_id"), direction+", ") + direction
}

// after is the condition for what comes after a cursor.
func (o order) after() string {
	compare := " > "
	if o.down {
		compare = " < "
	}
	marks := strings.Repeat("?, ", len(o.columns)) + "?"
	return "(" + strings.Join(o.columns, ", ") + ", t.trace_id)" + compare + "(" + marks + ")"
}

// Traces implements [store.Store].
func (s *Store) Traces(ctx context.Context, workspace string, q store.TraceQuery) (page store.TracePage, err error) {
	limit, err := pageLimit(q.Limit)
	if err != nil {
		return page, err
	}
	o, err := orderOf(q)
	if err != nil {
		return page, err
	}
	sum := queryDigest(workspace, q)
	text, args, err := s.listSQL(ctx, workspace, q, o, sum)
	if err != nil {
		return page, err
	}
	last := make([]int64, len(o.places))
	err = s.rows(ctx, text, append(args, limit+1), func(v []driver.Value) error {
		if len(page.Traces) == limit {
			page.NextCursor = writeCursor(sum, last, page.Traces[limit-1].TraceID[:])
			return nil
		}
		t, err := scanSummary(v)
		page.Traces = append(page.Traces, t)
		for i, p := range o.places {
			last[i] = asInt(v[p])
		}
		return err
	})
	return page, err
}

// listSQL is the query of one page, but for its last argument, the limit.
func (s *Store) listSQL(ctx context.Context, workspace string, q store.TraceQuery, o order, sum []byte) (string, []any, error) {
	list, err := s.listQuery(ctx, workspace, q)
	if err != nil {
		return "", nil, err
	}
	if err := list.from(q.Cursor, sum, o); err != nil {
		return "", nil, err
	}
	text := "SELECT " + summaryColumns + " FROM traces t WHERE " + strings.Join(list.where, " AND ") + o.sql() + " LIMIT ?"
	return text, list.args, nil
}

func queryDigest(workspace string, q store.TraceQuery) []byte {
	if q.Sort == "" {
		q.Sort = store.SortTimestamp
	}
	q.PageQuery = store.PageQuery{}
	return digest(struct {
		Workspace string
		Query     store.TraceQuery
	}{workspace, q})
}

// from continues the list after a cursor.
func (q *listQuery) from(cursor string, sum []byte, o order) error {
	if cursor == "" {
		return nil
	}
	numbers, id, err := readCursor(cursor, sum, len(o.columns))
	if err != nil {
		return err
	}
	args := make([]any, 0, len(numbers)+1)
	for _, n := range numbers {
		args = append(args, n)
	}
	q.and(o.after(), append(args, id)...)
	return nil
}

func (s *Store) listQuery(ctx context.Context, workspace string, q store.TraceQuery) (*listQuery, error) {
	list := &listQuery{}
	list.and("t."+inWorkspace, workspace)
	list.equal("t.environment", q.Environment)
	list.equal("t.agent_name", q.AgentName)
	list.equal("t.agent_version", q.AgentVersion)
	list.equal("t.conversation_id", q.ConversationID)
	list.equal("t.user_id", q.UserID)
	list.times(workspace, q.From, q.To)
	if err := list.names(q); err != nil {
		return nil, err
	}
	list.ranges(q)
	list.member("t.models", q.Model)
	list.member("t.tags", q.Tag)
	if err := list.text(q.Text); err != nil {
		return nil, err
	}
	return list, s.meta(ctx, workspace, list, q.Meta)
}

// times holds the start to from <= start < to. Where a trace stands in the list
// is at most the workspace's skew away, which lets the index over places help.
func (q *listQuery) times(workspace string, from, to time.Time) {
	const skew = "(SELECT skew FROM workspaces WHERE slug = ?)"
	if !from.IsZero() {
		q.and("t.start >= ? AND t.placed >= ? - "+skew, nanos(from), nanos(from), workspace)
	}
	if !to.IsZero() {
		q.and("t.start < ? AND t.placed < ? + "+skew, nanos(to), nanos(to), workspace)
	}
}

func (q *listQuery) names(f store.TraceQuery) error {
	if f.Status != "" {
		i := slices.Index(statuses(), f.Status)
		if i < 0 {
			return fmt.Errorf("%w: status %.40q: must be one of %q", store.ErrInvalidQuery, f.Status, statuses())
		}
		q.and("t.status = ?", i)
		if i > 0 {
			q.and("t.status > 0") // lets the index over these help
		}
	}
	if f.Kind != "" {
		i := slices.Index(kinds(), f.Kind)
		if i < 0 {
			return fmt.Errorf("%w: kind %.40q: must be one of %q", store.ErrInvalidQuery, f.Kind, kinds())
		}
		q.and("t.kinds & ? <> 0", 1<<i)
	}
	return nil
}

func (q *listQuery) ranges(f store.TraceQuery) {
	if f.MinDuration > 0 {
		q.and("t.duration >= ?", int64(f.MinDuration))
	}
	if f.MaxDuration > 0 {
		q.and("t.duration <= ?", int64(f.MaxDuration))
	}
	if f.MinTokens > 0 {
		q.and("t.total_tokens >= ?", f.MinTokens)
	}
	if f.MaxTokens > 0 {
		q.and("t.total_tokens <= ?", f.MaxTokens)
	}
}

// member holds a JSON list to have value in it. The substring is sought first:
// it is rarely wrong, and far cheaper than reading the list.
func (q *listQuery) member(column, value string) {
	if value == "" {
		return
	}
	quoted := strings.Trim(jsonList([]string{value}), "[]")
	q.and("instr("+column+", ?) > 0 AND EXISTS (SELECT 1 FROM json_each("+column+") WHERE value = ?)", quoted, value)
}
