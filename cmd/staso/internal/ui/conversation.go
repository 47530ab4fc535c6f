package ui

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/query"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/ui/payload"
)

// conversationTurns is how many traces one page of a transcript holds.
const conversationTurns = 40

// conversationView is a conversation's traces as a transcript.
type conversationView struct {
	ID      string
	Turns   []turn
	Later   string
	Earlier string
	AllHref string
	UserID  string
	Agent   string
}

// turn is one trace: what was asked, what was answered.
type turn struct {
	traceRow
	Asked, Replied payload.View
}

func (u *pages) conversationPage(w http.ResponseWriter, r *request) error {
	id := r.PathValue("id")
	paging, err := query.ParsePageQuery(r.URL.Query())
	if err != nil {
		return err
	}
	paging.Limit = conversationTurns
	page, err := u.store.Traces(r.Context(), r.workspace, store.TraceQuery{
		PageQuery: paging, ConversationID: id, Ascending: true,
	})
	if err != nil {
		return fmt.Errorf("list the conversation's traces: %w", err)
	}
	if id == "" || len(page.Traces) == 0 {
		return store.ErrNotFound
	}
	data := &conversationView{ID: id, AllHref: tracesOf("conversation_id")(id)}
	for _, row := range traceRows(page.Traces, r.now) {
		if err := u.addTurn(r, data, row); err != nil {
			return err
		}
	}
	if page.NextCursor != "" {
		data.Later = conversationPath(id) + "?" + url.Values{"cursor": {page.NextCursor}}.Encode()
	}
	if paging.Cursor != "" {
		data.Earlier = conversationPath(id)
	}
	return u.show(w, r, view{Page: "conversation", Title: "Conversation", Section: "conversations", Data: data})
}

func (u *pages) addTurn(r *request, v *conversationView, row traceRow) error {
	t := turn{traceRow: row}
	v.UserID, v.Agent = row.UserID, row.AgentName
	if row.RootSpanID != uuid.Nil {
		span, err := u.store.Span(r.Context(), r.workspace, row.TraceID, row.RootSpanID)
		if err != nil {
			return fmt.Errorf("root of trace %s: %w", row.TraceID, err)
		}
		d := detailsView{Span: &span}
		t.Asked = payload.Build(span.Input, payload.Options{Model: span.Kind == "llm", Source: d.source("input")})
		t.Replied = payload.Build(span.Output, payload.Options{Model: span.Kind == "llm", Source: d.source("output")})
	}
	v.Turns = append(v.Turns, t)
	return nil
}
