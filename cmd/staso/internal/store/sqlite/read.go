package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// rows calls each with every row of a query on the read pool; the row is valid
// only during the call.
func (s *Store) rows(ctx context.Context, text string, args []any, each func(v []driver.Value) error) (err error) {
	if s.queue.isClosed() {
		return store.ErrClosed
	}
	rows, err := s.read.QueryContext(ctx, text, args...)
	if err != nil {
		return translate(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values, into, row := make([]any, len(columns)), make([]any, len(columns)), make([]driver.Value, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			row[i] = v
		}
		if err := each(row); err != nil {
			return err
		}
	}
	return translate(rows.Err())
}

// inWorkspace is the part of a condition that holds ws to a workspace.
const inWorkspace = "ws = (SELECT ws FROM workspaces WHERE slug = ?)"

const summaryColumns = traceColumns + `,
	(SELECT count(*) FROM annotations a WHERE a.ws = t.ws AND a.trace_id = t.trace_id)`

// Trace implements [store.Store].
func (s *Store) Trace(ctx context.Context, workspace string, id uuid.UUID) (t store.TraceSummary, err error) {
	found := false
	const find = "SELECT " + summaryColumns + " FROM traces t WHERE t." + inWorkspace + " AND t.trace_id = ?"
	err = s.rows(ctx, find, []any{workspace, id[:]}, func(v []driver.Value) (err error) {
		found = true
		t, err = scanSummary(v)
		return err
	})
	if err == nil && !found {
		err = store.ErrNotFound
	}
	return t, err
}

// scanSummary reads a row of summaryColumns.
func scanSummary(v []driver.Value) (store.TraceSummary, error) {
	t := store.TraceSummary{
		TraceID: asUUID(v[1]), Start: at(asInt(v[3])), Duration: time.Duration(asInt(v[4])), Status: nameIn(statuses(), asInt(v[5])),
		SpanCount: asInt(v[6]), ErrorCount: asInt(v[7]), InputTokens: asInt(v[8]), OutputTokens: asInt(v[9]), TotalTokens: asInt(v[10]),
		Environment: asText(v[11]), ConversationID: asText(v[12]), UserID: asText(v[13]),
		AgentName: asText(v[14]), AgentID: asText(v[15]), AgentVersion: asText(v[16]),
		RootSpanID: asUUID(v[19]), RootSpanName: asText(v[20]), Provisional: asInt(v[21]) == 1,
		InputPreview: asText(v[22]), OutputPreview: asText(v[23]), RootStatus: nameIn(statuses(), asInt(v[24])),
		AnnotationCount: asInt(v[25]),
	}
	var err error
	if t.Models, err = readList(asText(v[17])); err != nil {
		return t, err
	}
	t.Tags, err = readList(asText(v[18]))
	return t, err
}

func nameIn[T ~string](names []T, i int64) T {
	if i < 0 || i >= int64(len(names)) {
		return names[0]
	}
	return names[i]
}

func jsonList(items []string) string {
	b, err := json.Marshal(items)
	if err != nil {
		panic(err) // strings always encode
	}
	return string(b)
}

func readList(s string) (list []string, err error) {
	if s == "" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(s), &list); err != nil {
		return nil, fmt.Errorf("%w: a trace's list: %w", ErrCorrupt, err)
	}
	return list, nil
}

const (
	wholeColumns = spanColumns
	// listColumns has the payloads' beginnings in their place, and then their sizes.
	listColumns = `id, ws, trace, span_id, parent_id, start, duration, kind, status, flags,
	input_tokens, output_tokens, total_tokens, name, model, environment, conversation_id, user_id,
	agent_name, agent_id, agent_version, error_message, details,
	substr(input, 1, 520), substr(output, 1, 520), substr(attributes, 1, 4), length(input), length(output), length(attributes)`
	ofTrace = " FROM spans WHERE " + inWorkspace + ` AND trace = (SELECT seq FROM traces WHERE ` + inWorkspace + ` AND trace_id = ?)`
)

// Spans implements [store.Store].
func (s *Store) Spans(ctx context.Context, workspace string, id uuid.UUID, q store.SpanQuery) (spans []store.Span, err error) {
	if q.Offset < 0 || q.Limit < 0 {
		return nil, fmt.Errorf("%w: offset %d and limit %d: must not be negative", store.ErrInvalidQuery, q.Offset, q.Limit)
	}
	limit := q.Limit
	if limit == 0 {
		limit = -1
	}
	text, scan := "SELECT "+listColumns, s.scanListed
	if q.Payloads {
		text, scan = "SELECT "+wholeColumns, s.scanWhole
	}
	// The page is found first, so that not every payload of the trace is sorted.
	text += " FROM (SELECT id AS page" + ofTrace + ` ORDER BY start, span_id LIMIT ? OFFSET ?)
		CROSS JOIN spans ON spans.id = page ORDER BY start, span_id`
	err = s.rows(ctx, text, []any{workspace, workspace, id[:], limit, q.Offset}, func(v []driver.Value) error {
		span, err := scan(v)
		span.TraceID = id
		spans = append(spans, span)
		return err
	})
	if err == nil && len(spans) == 0 {
		_, err = s.Trace(ctx, workspace, id)
	}
	return spans, err
}

// Span implements [store.Store].
func (s *Store) Span(ctx context.Context, workspace string, traceID, spanID uuid.UUID) (span store.Span, err error) {
	found := false
	const find = "SELECT " + wholeColumns + ofTrace + " AND span_id = ?"
	err = s.rows(ctx, find, []any{workspace, workspace, traceID[:], spanID[:]}, func(v []driver.Value) (err error) {
		found = true
		span, err = s.scanWhole(v)
		span.TraceID = traceID
		return err
	})
	if err == nil && !found {
		err = store.ErrNotFound
	}
	return span, err
}

// scanWhole reads a row of wholeColumns.
func (s *Store) scanWhole(v []driver.Value) (span store.Span, err error) {
	if span, err = scanSpan(v); err != nil {
		return span, err
	}
	flags := asInt(v[9])
	if span.Input, err = s.codec.unpack(asBytes(v[23]), flags&flagInputPacked != 0); err != nil {
		return span, err
	}
	if span.Output, err = s.codec.unpack(asBytes(v[24]), flags&flagOutputPacked != 0); err != nil {
		return span, err
	}
	span.Attributes, err = s.codec.unpack(asBytes(v[25]), flags&flagAttributesPacked != 0)
	return span, err
}

// scanListed reads a row of listColumns.
func (s *Store) scanListed(v []driver.Value) (span store.Span, err error) {
	if span, err = scanSpan(v); err != nil {
		return span, err
	}
	flags, p := asInt(v[9]), &span.Preview
	p.Input, p.InputBytes = preview(asBytes(v[23]), asInt(v[26]), flags&flagInputPacked != 0)
	p.Output, p.OutputBytes = preview(asBytes(v[24]), asInt(v[27]), flags&flagOutputPacked != 0)
	_, p.AttributesBytes = preview(asBytes(v[25]), asInt(v[28]), flags&flagAttributesPacked != 0)
	return span, nil
}

// scanSpan reads what both kinds of rows have first.
func scanSpan(v []driver.Value) (store.Span, error) {
	flags := asInt(v[9])
	s := store.Span{
		SpanID: asUUID(v[3]), ParentSpanID: asUUID(v[4]), Start: at(asInt(v[5])), Duration: time.Duration(asInt(v[6])),
		Kind: nameIn(kinds(), asInt(v[7])), Status: nameIn(statuses(), asInt(v[8])),
		HasError: flags&flagHasError != 0, Provisional: flags&flagProvisional != 0,
		InputTokens: asInt(v[10]), OutputTokens: asInt(v[11]), TotalTokens: asInt(v[12]), Name: asText(v[13]), Model: asText(v[14]),
		Environment: asText(v[15]), ConversationID: asText(v[16]), UserID: asText(v[17]),
		AgentName: asText(v[18]), AgentID: asText(v[19]), AgentVersion: asText(v[20]), ErrorMessage: asText(v[21]),
	}
	if flags&flagUsageKnown != 0 {
		available := flags&flagUsageAvailable != 0
		s.UsageAvailable = &available
	}
	d, err := decodeDetails(asText(v[22]))
	s.RequestedModel, s.Provider, s.ReasoningEffort, s.Tags, s.Capture = d.RequestedModel, d.Provider, d.ReasoningEffort, d.Tags, d.Capture
	return s, err
}

// Annotations implements [store.Store].
func (s *Store) Annotations(ctx context.Context, workspace string, traceID uuid.UUID) (list []store.Annotation, err error) {
	const find = "SELECT id, span_id, time, name, type, value, comment FROM annotations WHERE " + inWorkspace + " AND trace_id = ? ORDER BY time, id"
	err = s.rows(ctx, find, []any{workspace, traceID[:]}, func(v []driver.Value) error {
		list = append(list, store.Annotation{
			ID: asUUID(v[0]), TraceID: traceID, SpanID: asUUID(v[1]), Time: at(asInt(v[2])),
			Name: asText(v[3]), DataType: asText(v[4]), Value: asBytes(v[5]), Comment: asText(v[6]),
		})
		return nil
	})
	return list, err
}

// LastIngestion implements [store.Store].
func (s *Store) LastIngestion(ctx context.Context, workspace string) (last time.Time, err error) {
	const find = "SELECT ingested FROM workspaces WHERE slug = ? AND ingested > 0"
	err = s.rows(ctx, find, []any{workspace}, func(v []driver.Value) error {
		last = at(asInt(v[0]))
		return nil
	})
	return last, err
}
