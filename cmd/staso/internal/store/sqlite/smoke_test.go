package sqlite_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
	"github.com/stretchr/testify/require"
)

func TestSmoke(t *testing.T) {
	ctx := context.Background()
	s, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "s.db"))
	require.NoError(t, err)
	tr, root, child := uuid.New(), uuid.New(), uuid.New()
	t0 := time.Unix(1700000000, 5).UTC()
	require.NoError(t, s.Write(ctx, "default", store.Write{Spans: []store.Span{
		{TraceID: tr, SpanID: child, ParentSpanID: root, Name: "c", Kind: "llm", Status: "error", Start: t0.Add(time.Second), Duration: time.Second, TotalTokens: 7, Model: "m", ConversationID: "k", Input: []byte(`"hi"`)},
	}}))
	require.NoError(t, s.Write(ctx, "default", store.Write{Spans: []store.Span{
		{TraceID: tr, SpanID: root, Name: "r", Kind: "agent", Status: "ok", Start: t0, Duration: 3 * time.Second, AgentName: "a", Input: make([]byte, 9000)},
	}, Annotations: []store.Annotation{{ID: uuid.New(), TraceID: tr, Name: "x", DataType: "boolean", Value: []byte("true"), Time: t0}}}))
	p, err := s.Traces(ctx, "default", store.TraceQuery{Model: "m", Kind: "llm", Status: "error", From: t0, To: t0.Add(1)})
	require.NoError(t, err)
	t.Logf("%+v", p)
	sp, err := s.Spans(ctx, "default", tr, store.SpanQuery{})
	require.NoError(t, err)
	t.Logf("%+v", sp)
	sp, err = s.Spans(ctx, "default", tr, store.SpanQuery{Payloads: true})
	require.NoError(t, err)
	require.Len(t, sp[0].Input, 9000)
	g, err := s.Groups(ctx, "default", store.ByConversation, store.PageQuery{})
	require.NoError(t, err)
	t.Logf("%+v", g)
	an, err := s.Annotations(ctx, "default", tr)
	require.NoError(t, err)
	t.Logf("%+v", an)
	require.NoError(t, s.DeleteTrace(ctx, "default", tr))
	g, err = s.Groups(ctx, "default", store.ByConversation, store.PageQuery{})
	require.NoError(t, err)
	require.Empty(t, g.Groups)
	require.NoError(t, s.Close())
}
