package waterfall_test

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/ui/waterfall"
)

func id(n int) (u uuid.UUID) {
	binary.BigEndian.PutUint64(u[8:], uint64(n))
	return u
}

func noon() time.Time { return time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC) }

// span n, child of parent (0 is none), from ms on for ms.
func span(n, parent, from, length int) store.Span {
	s := store.Span{
		SpanID: id(n), Name: fmt.Sprint(n), Kind: "tool", Status: "ok",
		Start: noon().Add(time.Duration(from) * time.Millisecond), Duration: time.Duration(length) * time.Millisecond,
	}
	if parent != 0 {
		s.ParentSpanID = id(parent)
	}
	return s
}

func outline(c *waterfall.Chart) string {
	var b strings.Builder
	for _, r := range c.Rows {
		fmt.Fprintf(&b, "%s%s%s ", strings.Repeat(".", r.Level-1), r.Span.Name, r.Odd)
	}
	return strings.TrimSpace(b.String())
}

func TestOrder(t *testing.T) {
	for name, test := range map[string]struct {
		spans []store.Span
		want  string
	}{
		"tree":          {[]store.Span{span(1, 0, 0, 9), span(2, 1, 1, 1), span(3, 2, 1, 1), span(4, 1, 5, 1)}, "1 .2 ..3 .4"},
		"orphan":        {[]store.Span{span(1, 0, 0, 9), span(2, 77, 1, 1), span(3, 2, 2, 1)}, "1 2orphan .3"},
		"own parent":    {[]store.Span{span(1, 1, 0, 9), span(2, 1, 1, 1)}, "1cycle .2"},
		"cycle":         {[]store.Span{span(1, 0, 0, 9), span(2, 3, 1, 1), span(3, 2, 2, 1)}, "1 2cycle .3"},
		"cycle of tree": {[]store.Span{span(1, 3, 0, 9), span(2, 1, 1, 1), span(3, 2, 2, 1), span(4, 2, 3, 1)}, "1cycle .2 ..3 ..4"},
		"two roots":     {[]store.Span{span(1, 0, 0, 9), span(2, 0, 1, 1)}, "1 2"},
		"child first":   {[]store.Span{span(2, 1, 0, 1), span(1, 0, 5, 9)}, "1 .2"},
		"none":          {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := waterfall.New(test.spans)
			assert.Equal(t, test.want, outline(c))
			assert.Len(t, c.Rows, len(test.spans))
		})
	}
}

func TestDeepChain(t *testing.T) {
	spans := make([]store.Span, 50_000)
	for i := range spans {
		spans[i] = span(i+1, i, i, 1)
	}
	c := waterfall.New(spans)
	require.Len(t, c.Rows, len(spans))
	assert.Equal(t, 50_000, c.Rows[49_999].Level)
}

func TestFirstErrorIsTheDeepest(t *testing.T) {
	spans := []store.Span{span(1, 0, 0, 9), span(2, 1, 1, 1), span(3, 1, 2, 3), span(4, 3, 2, 1), span(5, 1, 6, 1)}
	c := waterfall.New(spans)
	assert.Equal(t, -1, c.FirstError())
	for _, i := range []int{0, 2, 3, 4} {
		spans[i].Status = "error"
	}
	c = waterfall.New(spans)
	assert.Equal(t, []int{0, 2, 3, 4}, c.Errors)
	assert.Equal(t, "4", c.Rows[c.FirstError()].Span.Name)
	assert.Equal(t, 3, c.Find(id(4)))
	assert.Equal(t, -1, c.Find(id(99)))
}

func TestBars(t *testing.T) {
	c := waterfall.New([]store.Span{span(1, 0, 0, 1000), span(2, 1, 250, 500), span(3, 1, 1000, 0)})
	assert.Equal(t, waterfall.Bar{X: 25, Width: 50}, c.Rows[1].Bar)
	assert.Equal(t, waterfall.Bar{X: 100}, c.Rows[2].Bar)
	assert.Equal(t, []string{"0", "200 ms", "400 ms", "600 ms", "800 ms", ""}, labels(c))
}

func labels(c *waterfall.Chart) []string {
	var out []string
	for _, tick := range c.Axis.Ticks {
		out = append(out, strings.ReplaceAll(tick.Label, "\u202f", " "))
	}
	return out
}

func TestClocksThatDisagreeDoNotSquashTheRest(t *testing.T) {
	day := 24 * 3600 * 1000
	c := waterfall.New([]store.Span{span(4, 1, -day, 5), span(1, 0, 0, 1000), span(2, 1, 400, 500), span(3, 1, day, 5)})
	assert.Greater(t, c.Rows[c.Find(id(2))].Bar.Width, 40.0)
	assert.Equal(t, 24*time.Hour-55*time.Millisecond, c.Rows[c.Find(id(4))].Bar.Early)
	assert.Positive(t, c.Rows[c.Find(id(3))].Bar.Late)
	assert.InDelta(t, 100, c.Rows[c.Find(id(3))].Bar.X, 0.01)
	for _, r := range waterfall.New([]store.Span{span(1, 0, 0, 1000), span(2, 1, -300, 500)}).Rows {
		assert.Zero(t, r.Bar.Early, "a little skew widens the axis")
	}
}

func TestRunningRootIsOpenToTheEnd(t *testing.T) {
	root := span(1, 0, 0, 0)
	root.Provisional = true
	c := waterfall.New([]store.Span{root, span(2, 1, 100, 300)})
	assert.Equal(t, waterfall.Bar{X: 0, Width: 100, Open: true}, c.Rows[0].Bar)
}

func TestNoLengthAtAll(t *testing.T) {
	c := waterfall.New([]store.Span{span(1, 0, 0, 0), span(2, 1, 0, 0)})
	assert.Empty(t, c.Axis.Ticks)
	assert.Zero(t, c.Rows[1].Bar)
}

func TestTicksAreFewAndRound(t *testing.T) {
	for _, ms := range []int{1, 3, 17, 999, 4321, 44_000, 46_000, 130_000, 3_600_000, 90_000_000, 900_000_000} {
		c := waterfall.New([]store.Span{span(1, 0, 0, ms)})
		assert.GreaterOrEqual(t, len(c.Axis.Ticks), 3, ms)
		assert.LessOrEqual(t, len(c.Axis.Ticks), 7, ms)
		for _, tick := range c.Axis.Ticks {
			assert.LessOrEqual(t, len(tick.Label), 12)
		}
	}
}
