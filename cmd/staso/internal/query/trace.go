package query

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// A trace is read and sent in pieces, so that a large one does not take the
// memory of all of it at a time. The pieces are not small either: for each of
// them the store looks through the whole trace.
const (
	firstSpans = 128 // until the spans' size is known
	mostSpans  = 16_384
	pieceBytes = 16 << 20 // aim of a piece
	flushBytes = 64 << 10
)

func traceError(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return httpapi.NotFound("there is no trace with this id in this workspace")
	}
	return err
}

// GetTrace is GET /v1/traces/{trace_id}.
func (h *Handlers) GetTrace(w http.ResponseWriter, r *http.Request) error {
	found, err := h.find(r)
	if err != nil {
		return err
	}
	annotations, err := h.store.Annotations(r.Context(), found.workspace, found.summary.TraceID)
	if err != nil {
		return err
	}
	shown := make([]httpapi.Annotation, len(annotations))
	for i := range annotations {
		shown[i] = httpapi.AnnotationOf(&annotations[i])
	}
	head, err := appendJSON(nil, summaryOf(&found.summary))
	if err != nil {
		return err
	}
	tail, err := appendJSON([]byte(`],"annotations":`), shown)
	if err != nil {
		return err
	}
	out := h.stream(w)
	out.write(bytes.TrimSuffix(head, []byte("}")))
	out.write([]byte(`,"spans":[`))
	first := true
	for sp := range found.spans(r.Context(), h.store, out) {
		out.separate(&first)
		out.buf = appendSpan(out.buf, sp, readForm)
		out.flushIfFull()
	}
	out.write(append(tail, "}\n"...))
	return out.end()
}

// GetExport is GET /v1/traces/{trace_id}/export: the trace in the form in which
// it was sent. A trace whose spans name several environments takes an entry for
// each run of them.
func (h *Handlers) GetExport(w http.ResponseWriter, r *http.Request) error {
	found, err := h.find(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="trace-%s.json"`, found.summary.TraceID))
	out := h.stream(w)
	out.write([]byte(`{"traces":[`))
	environment, first := "", true
	for sp := range found.spans(r.Context(), h.store, out) {
		switch {
		case first:
			out.buf = found.appendHead(out.buf, sp)
		case sp.Environment != environment:
			out.buf = append(out.buf, "]},"...)
			out.buf = found.appendHead(out.buf, sp)
		default:
			out.buf = append(out.buf, ',')
		}
		environment, first = sp.Environment, false
		out.buf = appendSpan(out.buf, sp, ingestForm)
		out.flushIfFull()
	}
	if first && out.err == nil { // deleted meanwhile
		out.err = traceError(store.ErrNotFound)
	}
	out.write([]byte("]}]}\n"))
	return out.end()
}

// found is a trace that is there.
type found struct {
	workspace string
	summary   store.TraceSummary
}

func (h *Handlers) find(r *http.Request) (*found, error) {
	workspace, err := httpapi.Workspace(r)
	if err != nil {
		return nil, err
	}
	id, err := httpapi.PathID(r, "trace_id")
	if err != nil {
		return nil, err
	}
	summary, err := h.store.Trace(r.Context(), workspace, id)
	if err != nil {
		return nil, traceError(err)
	}
	return &found{workspace, summary}, nil
}

func (f *found) appendHead(b []byte, sp *store.Span) []byte {
	b = append(b, `{"trace_id":`...)
	b = appendID(b, f.summary.TraceID)
	b = append(b, `,"timestamp":"`...)
	b = f.summary.Start.UTC().AppendFormat(b, time.RFC3339Nano)
	b = append(b, '"')
	b = appendField(b, "environment", sp.Environment)
	b = appendField(b, "workspace_slug", f.workspace)
	return append(b, `,"spans":[`...)
}

// spans reads the trace's spans piece by piece. An error goes to out.
func (f *found) spans(ctx context.Context, st store.Store, out *stream) iter.Seq[*store.Span] {
	return func(yield func(*store.Span) bool) {
		q := store.SpanQuery{Payloads: true, Limit: firstSpans}
		var last position
		for out.err == nil {
			piece, err := st.Spans(ctx, f.workspace, f.summary.TraceID, q)
			if err != nil {
				out.err = err
				return
			}
			for i := range piece {
				// What arrived meanwhile may have moved spans that were sent
				// already into this piece.
				if at := positionOf(&piece[i]); at.after(last) {
					last = at
					if !yield(&piece[i]) || out.err != nil {
						return
					}
				}
			}
			if len(piece) < q.Limit {
				return
			}
			q.Offset += len(piece)
			q.Limit = nextLimit(piece)
		}
	}
}

// nextLimit asks for as many spans as make a piece of the size that is aimed at.
func nextLimit(piece []store.Span) int {
	size := 1
	for i := range piece {
		size += len(piece[i].Input) + len(piece[i].Output) + len(piece[i].Attributes)
	}
	return min(max(len(piece)*pieceBytes/size, 8), mostSpans)
}

// position is a span's place in the order of its trace.
type position struct {
	start time.Time
	id    uuid.UUID
}

func positionOf(sp *store.Span) position { return position{sp.Start, sp.SpanID} }

func (p position) after(q position) bool {
	if c := p.start.Compare(q.start); c != 0 {
		return c > 0
	}
	return bytes.Compare(p.id[:], q.id[:]) > 0
}
