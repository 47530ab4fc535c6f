package staso_test

import (
	"context"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso"
)

func TestContextReachesSpansInAnyGoroutine(t *testing.T) {
	tracer, sink := newTracer(t)
	ctx := staso.ContextWithConversation(t.Context(), "conv-42")
	ctx = staso.ContextWithUser(ctx, "user-alice")
	ctx = staso.ContextWithAgent(ctx, "support-bot")
	ctx = staso.ContextWithTags(ctx, "vip", "eu")
	ctx = staso.ContextWithTags(ctx, "vip", "beta")
	ctx = staso.ContextWithMetadata(ctx, "tier", "silver")
	ctx = staso.ContextWithMetadata(ctx, "tier", map[string]string{"name": "gold"})
	ctx, root := tracer.Start(ctx, "root")

	var wg sync.WaitGroup
	wg.Go(func() {
		_, child := tracer.Start(ctx, "child", staso.WithTags("late"), staso.WithMetadata("own", 1))
		child.End()
	})
	wg.Wait()
	root.End()
	flush(t, tracer)

	got := sink.named(t, "child")
	assert.Equal(t, root.ID(), got.ParentSpanID)
	assert.Equal(t, "conv-42", got.ConversationID)
	assert.Equal(t, "user-alice", got.UserID)
	assert.Equal(t, "support-bot", got.AgentName)
	assert.Equal(t, uuid.MustParse("db9640e0-b131-55a4-a5cd-0ded511b7f92"), got.AgentID)
	assert.JSONEq(t, `{"tags":["vip","eu","beta","late"],"tier":{"name":"gold"},"own":1}`, string(got.Attributes))
	assert.JSONEq(t, `{"tags":["vip","eu","beta"],"tier":{"name":"gold"}}`, string(sink.named(t, "root").Attributes))

	assert.Equal(t, "conv-42", staso.ConversationFromContext(ctx))
	assert.Equal(t, "user-alice", staso.UserFromContext(ctx))
	assert.Equal(t, "support-bot", staso.AgentFromContext(ctx))
	assert.Equal(t, []string{"vip", "eu", "beta"}, staso.TagsFromContext(ctx))
	assert.Same(t, root, staso.SpanFromContext(ctx))
	assert.Same(t, tracer, staso.TracerFromContext(ctx))
}

func TestAnUntouchedContextHasNothing(t *testing.T) {
	ctx := t.Context()
	assert.Nil(t, staso.TracerFromContext(ctx))
	assert.Nil(t, staso.SpanFromContext(ctx))
	assert.Empty(t, staso.ConversationFromContext(ctx))
	assert.Empty(t, staso.UserFromContext(ctx))
	assert.Empty(t, staso.AgentFromContext(ctx))
	assert.Empty(t, staso.TagsFromContext(ctx))
}

func TestAnEmptyConversationIDMakesOne(t *testing.T) {
	a := staso.ConversationFromContext(staso.ContextWithConversation(t.Context(), ""))
	b := staso.ConversationFromContext(staso.ContextWithConversation(t.Context(), ""))
	assert.NoError(t, uuid.Validate(a))
	assert.NotEqual(t, a, b)
}

func TestDerivedContextsDoNotShareTags(t *testing.T) {
	base := staso.ContextWithTags(t.Context(), "a")
	left := staso.ContextWithTags(base, "left")
	right := staso.ContextWithTags(base, "right")
	assert.Equal(t, []string{"a", "left"}, staso.TagsFromContext(left))
	assert.Equal(t, []string{"a", "right"}, staso.TagsFromContext(right))
	staso.TagsFromContext(left)[0] = "changed"
	assert.Equal(t, []string{"a", "left"}, staso.TagsFromContext(left))
}

func TestMetadataOfAContextIsReadWhenItIsSet(t *testing.T) {
	tracer, sink := newTracer(t)
	value := []int{1}
	ctx := staso.ContextWithMetadata(t.Context(), "k", value)
	value[0] = 2
	_, span := tracer.Start(ctx, "op")
	span.End()
	flush(t, tracer)
	assert.JSONEq(t, `{"k":[1]}`, string(sink.named(t, "op").Attributes))
}

func TestRecordingIgnoresCancellation(t *testing.T) {
	tracer, sink := newTracer(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ctx, span := tracer.Start(ctx, "op")
	assert.ErrorIs(t, ctx.Err(), context.Canceled)
	span.End()
	flush(t, tracer)
	sink.named(t, "op")
}

func TestASpanCanCrossToAnotherContext(t *testing.T) {
	tracer, sink := newTracer(t)
	_, span := tracer.Start(t.Context(), "parent")
	_, child := tracer.Start(staso.ContextWithSpan(context.Background(), span), "child")
	child.End()
	span.End()
	flush(t, tracer)
	assert.Equal(t, span.ID(), sink.named(t, "child").ParentSpanID)
}

func TestTheTracerInAContext(t *testing.T) {
	tracer, _ := newTracer(t)
	assert.Same(t, tracer, staso.TracerFromContext(staso.ContextWithTracer(t.Context(), tracer)))
	assert.Equal(t, "test", staso.AgentFromContext(staso.ContextWithTracer(t.Context(), tracer)))
}

func TestTheSessionVariableIsTheConversationOutsideAny(t *testing.T) {
	tracer, sink := newTracer(t, withEnv(map[string]string{"STASO_SESSION_ID": "nightly"}))
	_, span := tracer.Start(t.Context(), "outside")
	span.End()
	_, span = tracer.Start(staso.ContextWithConversation(t.Context(), "c"), "inside")
	span.End()
	flush(t, tracer)
	assert.Equal(t, "nightly", sink.named(t, "outside").ConversationID)
	assert.Equal(t, "c", sink.named(t, "inside").ConversationID)
}
