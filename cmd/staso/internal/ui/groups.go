package ui

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/staso-go/staso/cmd/staso/internal/query"
	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// groupKind is one of the lists of roll-ups.
type groupKind struct {
	By      store.GroupBy
	Section string
	Title   string
	One     string
	Hint    string // what makes one appear
	href    func(key string) string
}

func conversationGroups() groupKind {
	return groupKind{
		By: store.ByConversation, Section: "conversations", Title: "Conversations", One: "Conversation",
		Hint: "Traces that carry a conversation id are gathered here, turn by turn.", href: conversationPath,
	}
}

func agentGroups() groupKind {
	return groupKind{
		By: store.ByAgent, Section: "agents", Title: "Agents", One: "Agent",
		Hint: "Every agent that sends a trace is listed here.", href: tracesOf("agent_name"),
	}
}

func userGroups() groupKind {
	return groupKind{
		By: store.ByUser, Section: "users", Title: "Users", One: "User",
		Hint: "Traces that carry a user id are gathered here.", href: tracesOf("user_id"),
	}
}

func tracesOf(name string) func(string) string {
	return func(key string) string { return "/traces?" + url.Values{name: {key}}.Encode() }
}

type groupsView struct {
	groupKind
	Rows  []groupRow
	Older string
	First string // the first page, where this is another
}

type groupRow struct {
	store.Group
	Href string
}

func (u *pages) groupsPage(kind groupKind) func(http.ResponseWriter, *request) error {
	return func(w http.ResponseWriter, r *request) error {
		paging, err := query.ParsePageQuery(r.URL.Query())
		if err != nil {
			return err
		}
		page, err := u.store.Groups(r.Context(), r.workspace, kind.By, paging)
		if err != nil {
			return fmt.Errorf("list by %s: %w", kind.By, err)
		}
		data := &groupsView{groupKind: kind}
		for _, g := range page.Groups {
			data.Rows = append(data.Rows, groupRow{Group: g, Href: kind.href(g.Key)})
		}
		if page.NextCursor != "" {
			data.Older = "?" + url.Values{"cursor": {page.NextCursor}}.Encode()
		}
		if paging.Cursor != "" {
			data.First = "/" + kind.Section
		}
		return u.show(w, r, view{Page: "groups", Title: kind.Title, Section: kind.Section, Data: data})
	}
}
