package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

func testAnnotations(t *testing.T, s *suite) {
	note := store.Annotation{
		ID: spanID(1), TraceID: traceID(1), SpanID: spanID(3), Name: "tone", DataType: "categorical", Value: []byte(`"kind"`),
		Comment: "because", Time: base().Add(time.Second),
	}
	first := store.Annotation{ID: spanID(2), TraceID: traceID(1), Name: "good", DataType: "boolean", Value: []byte("true"), Time: base()}
	require.NoError(t, s.store.Write(s.ctx, "default", store.Write{Annotations: []store.Annotation{note, first}}))
	get := func(id uuid.UUID) []store.Annotation {
		list, err := s.store.Annotations(s.ctx, "default", id)
		require.NoError(t, err)
		return list
	}
	assert.Equal(t, []store.Annotation{first, note}, get(traceID(1)), "before the trace has come")
	assert.Empty(t, s.list("default", store.TraceQuery{}), "an annotation makes no trace")
	s.write("default", span(1, 3))
	assert.Equal(t, int64(2), s.trace("default", traceID(1)).AnnotationCount)

	note.Value, note.Comment = []byte(`"rude"`), ""
	require.NoError(t, s.store.Write(s.ctx, "default", store.Write{Annotations: []store.Annotation{note}}))
	assert.Equal(t, []store.Annotation{first, note}, get(traceID(1)), "the same id again replaces")
	note.TraceID = traceID(2)
	require.NoError(t, s.store.Write(s.ctx, "default", store.Write{Annotations: []store.Annotation{note}}))
	assert.Len(t, get(traceID(1)), 1, "also in another trace")
	assert.Equal(t, int64(1), s.trace("default", traceID(1)).AnnotationCount)
}

func testDelete(t *testing.T, s *suite) {
	labelled := func(trace, n byte) store.Span {
		return span(trace, n, func(s *store.Span) { s.ConversationID, s.Name = "c", "findme" })
	}
	s.write("default", labelled(1, 1), labelled(1, 2), labelled(2, 3))
	require.NoError(t, s.store.Write(s.ctx, "default", store.Write{Annotations: []store.Annotation{{ID: uuid.New(), TraceID: traceID(1), Time: base()}}}))
	s.settle()
	require.NoError(t, s.store.DeleteTrace(s.ctx, "default", traceID(1)))
	assert.ErrorIs(t, s.store.DeleteTrace(s.ctx, "default", traceID(1)), store.ErrNotFound)
	assert.Equal(t, []uuid.UUID{traceID(2)}, ids(s.list("default", store.TraceQuery{})))
	assert.Equal(t, []uuid.UUID{traceID(2)}, ids(s.list("default", store.TraceQuery{Text: "findme"})))
	assert.Equal(t, int64(1), s.groups("default", store.ByConversation, 0)[0].TraceCount)
	notes, err := s.store.Annotations(s.ctx, "default", traceID(1))
	assert.NoError(t, err)
	assert.Empty(t, notes)
	_, err = s.store.Span(s.ctx, "default", traceID(1), spanID(1))
	assert.ErrorIs(t, err, store.ErrNotFound)

	require.NoError(t, s.store.DeleteTrace(s.ctx, "default", traceID(2)))
	assert.Empty(t, s.groups("default", store.ByConversation, 0))
	s.reopen()
	s.write("default", labelled(1, 1))
	s.settle()
	assert.Len(t, s.list("default", store.TraceQuery{Text: "findme"}), 1, "a trace that comes again is new, and is found again")
}

func testWorkspaces(t *testing.T, s *suite) {
	here := span(1, 1, func(s *store.Span) { s.UserID, s.Attributes, s.Name = "u", []byte(`{"k":"v"}`), "secret" })
	s.write("here", here)
	s.write("there", span(2, 2))
	for _, q := range []store.TraceQuery{{}, {UserID: "u"}, {Text: "secret"}, {Meta: map[string]string{"k": "v"}}} {
		s.settle()
		assert.NotContains(t, ids(s.list("there", q)), traceID(1))
		assert.Equal(t, []uuid.UUID{traceID(1)}, ids(s.list("here", q)))
	}
	_, err := s.store.Trace(s.ctx, "there", traceID(1))
	assert.ErrorIs(t, err, store.ErrNotFound)
	_, err = s.store.Span(s.ctx, "there", traceID(1), spanID(1))
	assert.ErrorIs(t, err, store.ErrNotFound)
	assert.ErrorIs(t, s.store.DeleteTrace(s.ctx, "there", traceID(1)), store.ErrNotFound)
	assert.Empty(t, s.groups("there", store.ByUser, 0))

	s.write("there", span(1, 1, func(s *store.Span) { s.Name = "the same ids elsewhere" }))
	assert.Equal(t, "secret", s.trace("here", traceID(1)).RootSpanName)
	require.NoError(t, s.store.DeleteTrace(s.ctx, "there", traceID(1)))
	assert.Equal(t, "secret", s.trace("here", traceID(1)).RootSpanName)
}

func testLastIngestion(t *testing.T, s *suite) {
	last := func(workspace string) time.Time {
		at, err := s.store.LastIngestion(s.ctx, workspace)
		require.NoError(t, err)
		return at
	}
	assert.True(t, last("default").IsZero())
	s.write("default", span(1, 1))
	assert.Equal(t, s.clock.UTC(), last("default"))
	first := s.clock
	require.NoError(t, s.store.Write(s.ctx, "default", store.Write{Annotations: []store.Annotation{{ID: uuid.New(), TraceID: traceID(1)}}}))
	assert.Equal(t, first.UTC(), last("default"), "an annotation is no span")
	assert.True(t, last("other").IsZero())
	s.reopen()
	assert.Equal(t, first.UTC(), last("default"))
}

func testReopen(t *testing.T, s *suite) {
	want := fullSpan()
	s.write("default", want)
	before := s.list("default", store.TraceQuery{})
	s.reopen()
	assert.Equal(t, before, s.list("default", store.TraceQuery{}))
	assert.Equal(t, []store.Span{want}, s.spans("default", want.TraceID))
	s.write("default", span(1, 5))
	assert.Equal(t, int64(2), s.trace("default", traceID(1)).SpanCount)
}

func testClosed(t *testing.T, s *suite) {
	s.write("default", span(1, 1))
	require.NoError(t, s.store.Close())
	assert.NoError(t, s.store.Close(), "a second Close")
	assert.ErrorIs(t, s.store.Write(s.ctx, "default", store.Write{Spans: []store.Span{span(1, 1)}}), store.ErrClosed)
	assert.ErrorIs(t, s.store.DeleteTrace(s.ctx, "default", traceID(1)), store.ErrClosed)
	assert.ErrorIs(t, s.store.Ready(s.ctx), store.ErrClosed)
	_, err := s.store.Trace(s.ctx, "default", traceID(1))
	assert.ErrorIs(t, err, store.ErrClosed)
	_, err = s.store.Traces(s.ctx, "default", store.TraceQuery{})
	assert.ErrorIs(t, err, store.ErrClosed)
}

func testCancelled(t *testing.T, s *suite) {
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	assert.ErrorIs(t, s.store.Write(ctx, "default", store.Write{Spans: []store.Span{span(1, 1)}}), context.Canceled)
	assert.ErrorIs(t, s.store.DeleteTrace(ctx, "default", traceID(1)), context.Canceled)
	_, err := s.store.Traces(ctx, "default", store.TraceQuery{})
	assert.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, s.list("default", store.TraceQuery{}), "a write whose context had ended does not take place")
}
