package staso

import (
	"context"

	"github.com/google/uuid"
)

// ContextWithConversation returns a context whose spans, in whatever goroutine,
// belong to the conversation with that id. An empty id makes a new one, a UUID;
// [ConversationFromContext] tells it. Identifiers are cut at 256 bytes.
func ContextWithConversation(ctx context.Context, id string) context.Context {
	if id == "" {
		id = uuid.NewString()
	}
	return withAbout(ctx, func(a *about) { a.conversation = cutText(id, maxIdentifier) })
}

// ConversationFromContext returns the id of the conversation that ctx is part
// of, or "".
func ConversationFromContext(ctx context.Context) string { return aboutOf(ctx).conversation }

// ContextWithUser returns a context whose spans work for the user with that id.
// An empty id says that the user is not known. Identifiers are cut at 256 bytes.
func ContextWithUser(ctx context.Context, id string) context.Context {
	return withAbout(ctx, func(a *about) { a.user = cutText(id, maxIdentifier) })
}

// UserFromContext returns the id of the user that ctx works for, or "".
func UserFromContext(ctx context.Context) string { return aboutOf(ctx).user }
