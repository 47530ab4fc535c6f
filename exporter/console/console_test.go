package console_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/console"
)

func TestATreeIsPrintedOnceItsRootHasCome(t *testing.T) {
	e, out := build(t, console.WithContent())
	model := span(2, 1, exporter.KindLLM, "plan")
	model.RequestedModel, model.Model = "gpt-4o", "gpt-4o-2024-11-20"
	model.Usage = &exporter.Usage{InputTokens: 1200, OutputTokens: 340}
	model.Input, model.Output = raw(`{"q":"where is\nmy order?"}`), raw(`"let me look"`)
	tool := span(4, 3, exporter.KindTool, "lookup_order")
	tool.Status, tool.ErrorMessage = exporter.StatusError, "order not found"

	require.NoError(t, e.Export(t.Context(), batch(model)))
	require.NoError(t, e.Export(t.Context(), batch(tool, span(3, 1, exporter.KindChain, "tools"))))
	b := batch()
	b.Annotations = []*exporter.Annotation{numeric(2, "so so"), numeric(0, "")}
	require.NoError(t, e.Export(t.Context(), b))
	assert.Empty(t, out.take(), "the root has not come")

	require.NoError(t, e.Export(t.Context(), batch(span(1, 0, exporter.KindAgent, "support-bot"))))
	assert.Equal(t, `
trace 5e1f0c3a-8d0e-4b6e-9a51-0d9a4f3f6c11  test
agent support-bot  ok  1.5ms
├─ llm plan  ok  3ms  gpt-4o-2024-11-20  1200 in, 340 out
│     in  {"q":"where is\nmy order?"}
│     out "let me look"
│     ★ helpful = 0.25  so so
└─ chain tools  ok  4.5ms
   └─ tool lookup_order  error  6ms  order not found
★ helpful = 0.25

`, "\n"+out.take())
	require.NoError(t, e.Shutdown(t.Context()))
	assert.Empty(t, out.take())
}

func TestAnAnnotationThatComesLaterIsALineOfItsOwn(t *testing.T) {
	e, out := build(t)
	b := batch()
	b.Annotations = []*exporter.Annotation{numeric(7, "")}
	require.NoError(t, e.Export(t.Context(), b))
	assert.Equal(t, "★ helpful = 0.25  span 0000000000000007 of trace "+theTrace.String()+"\n", out.take())
}

func TestWhatWaitsTooLongIsPrintedAsItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, out := build(t, console.WithMaxWait(10*time.Second))
		running := span(1, 0, exporter.KindAgent, "support-bot")
		running.Provisional = true
		require.NoError(t, e.Export(t.Context(), batch(running)))
		time.Sleep(6 * time.Second)
		require.NoError(t, e.Export(t.Context(), batch(span(2, 1, exporter.KindLLM, "plan"))))
		time.Sleep(6 * time.Second)
		synctest.Wait()
		assert.Empty(t, out.take(), "counted from the last span")
		time.Sleep(4 * time.Second)
		synctest.Wait()
		assert.Equal(t, "trace "+theTrace.String()+"  test\nagent support-bot  running\n└─ llm plan  ok  3ms\n\n", out.take())

		require.NoError(t, e.Export(t.Context(), batch(span(1, 0, exporter.KindAgent, "support-bot"))))
		assert.Contains(t, out.take(), "agent support-bot  ok  1.5ms\n")
		time.Sleep(time.Hour)
		require.NoError(t, e.Shutdown(t.Context()))
	})
}

func TestAFinalRootReplacesItsProvisionalOne(t *testing.T) {
	e, out := build(t)
	running, final := span(1, 0, exporter.KindAgent, "bot"), span(1, 0, exporter.KindAgent, "bot")
	running.Provisional = true
	require.NoError(t, e.Export(t.Context(), batch(running, final, running)))
	text := out.take()
	assert.Equal(t, 1, strings.Count(text, "agent bot"))
	assert.NotContains(t, text, "running")
}

func TestTooMuchHeldIsPrintedOldestFirst(t *testing.T) {
	e, out := build(t, console.WithMaxHeld(3))
	older, newer := span(2, 1, exporter.KindTool, "older"), span(2, 1, exporter.KindTool, "newer")
	newer.TraceID = uuid.New()
	require.NoError(t, e.Export(t.Context(), batch(older, newer)))
	assert.Empty(t, out.take())
	another := *newer
	another.SpanID = id(3)
	last := *newer
	last.SpanID = id(4)
	require.NoError(t, e.Export(t.Context(), batch(&another, &last)))
	text := out.take()
	assert.Contains(t, text, "tool older")
	assert.NotContains(t, text, "tool newer")
	require.NoError(t, e.Shutdown(t.Context()))
	assert.Equal(t, 3, strings.Count(out.take(), "tool newer"))
}

func TestImpossibleParents(t *testing.T) {
	e, out := build(t)
	self := span(1, 1, exporter.KindTool, "self")
	require.NoError(t, e.Export(t.Context(), batch(self,
		span(2, 4, exporter.KindTool, "two"), span(3, 2, exporter.KindTool, "three"), span(4, 3, exporter.KindTool, "four"),
		span(5, 9, exporter.KindTool, "orphan"))))
	require.NoError(t, e.Shutdown(t.Context()))
	assert.Contains(t, out.take(), `
tool self  ok  1.5ms
tool orphan  ok  7.5ms
tool two  ok  3ms
└─ tool three  ok  4.5ms
   └─ tool four  ok  6ms
`)
}

func TestHostileTextIsNeutralised(t *testing.T) {
	hostile := "\x1b[2J\r\n\x00\u202e\u2028\xff\a" + strings.Repeat("\u0301", 500) + strings.Repeat("界", 500)
	e, out := build(t, console.WithContent(), console.WithWidth(80), console.WithColor(false))
	s := span(1, 0, exporter.KindAgent, hostile)
	s.ErrorMessage, s.Model, s.Input, s.Kind, s.Status = hostile, hostile, raw(hostile), 99, 99
	b := batch(s)
	b.Resource.Workspace = hostile
	note := numeric(1, hostile)
	note.Name, note.Value = hostile, raw(hostile)
	b.Annotations = []*exporter.Annotation{note}
	require.NoError(t, e.Export(t.Context(), b))

	text := out.take()
	assert.Contains(t, text, `\x1b[2J\r\n\x00\u202e\u2028\xff\a`)
	assert.True(t, utf8.ValidString(text))
	for _, r := range text {
		assert.True(t, r == '\n' || unicode.IsPrint(r), "%q", r)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	assert.Len(t, lines, 4)
	for _, line := range lines {
		assert.LessOrEqual(t, utf8.RuneCountInString(line), 3*80)
	}
}

func TestADeepTreeStaysWithinTheWidth(t *testing.T) {
	e, out := build(t, console.WithWidth(40))
	var spans []*exporter.SpanData
	for i := byte(1); i <= 100; i++ {
		spans = append(spans, span(i, i-1, exporter.KindChain, fmt.Sprintf("level-%d", i)))
	}
	require.NoError(t, e.Export(t.Context(), batch(spans...)))
	lines := strings.Split(strings.TrimSpace(out.take()), "\n")
	require.Len(t, lines, 101)
	for i, line := range lines[1:] {
		assert.LessOrEqual(t, utf8.RuneCountInString(line), 40)
		assert.Contains(t, line, fmt.Sprintf("chain level-%d", i+1))
	}
}

func TestColor(t *testing.T) {
	for _, on := range []bool{true, false} {
		e, out := build(t, console.WithColor(on))
		require.NoError(t, e.Export(t.Context(), batch(span(1, 0, exporter.KindAgent, "bot"))))
		assert.Equal(t, on, strings.Contains(out.take(), "\x1b[1mbot\x1b[0m"))
	}
	e, out := build(t)
	require.NoError(t, e.Export(t.Context(), batch(span(1, 0, exporter.KindAgent, "bot"))))
	assert.NotContains(t, out.take(), "\x1b", "a buffer is no terminal")
}

func TestWriteErrorsAreReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, out := build(t, console.WithMaxWait(time.Second))
		root := span(1, 0, exporter.KindAgent, "bot")
		out.broken = true
		require.ErrorIs(t, e.Export(t.Context(), batch(root)), errBroken)

		require.NoError(t, e.Export(t.Context(), batch(span(2, 1, exporter.KindTool, "late"))))
		time.Sleep(2 * time.Second)
		synctest.Wait()
		out.broken = false
		require.ErrorIs(t, e.Export(t.Context(), batch()), errBroken, "what the timer met")
		require.NoError(t, e.Export(t.Context(), batch(root)))

		require.NoError(t, e.Export(t.Context(), batch(span(2, 1, exporter.KindTool, "late"))))
		out.broken = true
		require.ErrorIs(t, e.Shutdown(t.Context()), errBroken)
		assert.ErrorIs(t, e.Export(t.Context(), batch(root)), exporter.ErrShutdown)
	})
}

func TestNothingIsPrintedForAContextThatHasEnded(t *testing.T) {
	e, out := build(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, e.Export(ctx, batch(span(1, 0, exporter.KindAgent, "bot"))), context.Canceled)
	assert.Empty(t, out.take())
}

func TestBadOptionsAreSaidAllAtOnce(t *testing.T) {
	_, err := console.New(console.WithWriter(nil), console.WithWidth(3), console.WithMaxWait(0), console.WithMaxHeld(0), nil)
	require.ErrorIs(t, err, console.ErrInvalidOption)
	for _, part := range []string{"the writer is nil", "WithWidth(3)", "WithMaxWait(0s)", "WithMaxHeld(0)", "option 4 is nil"} {
		assert.ErrorContains(t, err, part)
	}
}
