package jsonenc_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/internal/jsonenc"
)

const marker = "…[cut at "

// requireCut asserts what holds of every value that was cut.
func requireCut(t *testing.T, got []byte, limit int) {
	t.Helper()
	require.True(t, jsonenc.Valid(got), "%s", got)
	require.LessOrEqual(t, len(got), limit)
	require.Contains(t, string(got), fmt.Sprintf("%s%d bytes]", marker, limit))
}

// graph is n nodes of which each knows all: its paths cannot be counted.
func graph(n int) any {
	type node struct {
		Name  string
		Peers []*node
		Any   map[string]any
	}
	nodes := make([]*node, n)
	for i := range nodes {
		nodes[i] = &node{Name: fmt.Sprint("n", i), Any: map[string]any{}}
	}
	for _, n := range nodes {
		n.Peers = nodes
		for i, peer := range nodes {
			n.Any[fmt.Sprint(i)] = peer
		}
	}
	return nodes[0]
}

func large() map[string]any {
	return map[string]any{
		"string":        strings.Repeat("x", 1<<16),
		"runes":         strings.Repeat("世é😀", 1<<13),
		"escapes":       strings.Repeat("\x01", 1<<16),
		"quotes":        strings.Repeat(`"\`, 1<<15),
		"bad UTF-8":     strings.Repeat("\xff", 1<<16),
		"bytes":         make([]byte, 1<<16),
		"numbers":       make([]int, 1<<15),
		"long numbers":  floats(),
		"strings":       strings.Split(strings.Repeat("a,", 1<<15), ","),
		"any":           make([]any, 1<<15),
		"empty objects": make([]struct{}, 1<<15),
		"map":           bigMap(1 << 14),
		"typed map":     bigIntMap(1 << 14),
		"long keys":     map[string]any{strings.Repeat("k", 1<<16): 1, strings.Repeat("l", 1<<16): 1},
		"escaped keys":  map[string]int{strings.Repeat("\x01", 1<<16): 1},
		"deep":          nested(90, strings.Repeat("x", 1<<16)),
		"placeholders":  []any{panics(), panics(), panics(), panics(), panics(), panics(), panics(), panics(), panics(), panics(), panics(), panics()},
		"raw":           json.RawMessage(`{"a":"` + strings.Repeat("x", 1<<16) + `"}`),
		"raw spaces":    []any{json.RawMessage("[" + strings.Repeat(" ", 1<<16) + "1]")},
		"error":         errors.New(strings.Repeat("e", 1<<16)),
		"Number":        json.Number("1" + strings.Repeat("0", 1<<16)),
		"string option": struct {
			S string `json:",string"`
		}{strings.Repeat("x", 1<<16)},
		"struct":         struct{ A, B, C string }{strings.Repeat("x", 1<<14), strings.Repeat("y", 1<<14), "z"},
		"wide graph":     graph(12),
		"billion laughs": laughs(30),
	}
}

func panics() any { return panickingJSON{strings.Repeat("\x01", 1<<10)} }

func floats() []float64 {
	list := make([]float64, 1<<12)
	for i := range list {
		list[i] = -math.SmallestNonzeroFloat64 * float64(i+1)
	}
	return list
}

func bigMap(n int) map[string]any {
	m := make(map[string]any, n)
	for i := range n {
		m[fmt.Sprint("key", i)] = i
	}
	return m
}

func bigIntMap(n int) map[int]string {
	m := make(map[int]string, n)
	for i := range n {
		m[i] = "v"
	}
	return m
}

func laughs(depth int) any {
	var v any = "ha"
	for range depth {
		v = []any{v, v}
	}
	return v
}

func TestLimitHolds(t *testing.T) {
	var e jsonenc.Encoder
	for name, v := range large() {
		t.Run(name, func(t *testing.T) {
			for limit := 256; limit <= 512; limit += 8 {
				requireCut(t, e.Append(nil, v, limit), limit)
			}
			for _, limit := range []int{1 << 10, 4096, 10_000} {
				requireCut(t, e.Append(nil, v, limit), limit)
			}
		})
	}
}

func TestLimitHoldsAtRandom(t *testing.T) {
	var e jsonenc.Encoder
	random := rand.New(rand.NewPCG(1, 2))
	for range 3_000 {
		v, limit := randomValue(random, 5), 256+random.IntN(1000)
		got := e.Append(nil, v, limit)
		require.True(t, jsonenc.Valid(got), "%s", got)
		require.LessOrEqual(t, len(got), limit)
		if whole := e.Append(nil, v, wide); len(whole) <= limit {
			require.Equal(t, string(whole), string(got))
		} else {
			requireCut(t, got, limit)
			require.Equal(t, string(jsonenc.AppendCut(nil, whole, limit)), string(got), "as if encoded first and cut then")
		}
	}
}

func randomValue(random *rand.Rand, depth int) any {
	if depth == 0 || random.IntN(4) == 0 {
		return []any{
			nil, true, random.Int(), random.Float64(), make(chan int), "é\n\x01😀",
			strings.Repeat("世", random.IntN(100)), json.RawMessage(`{"a": [1,"x"] }`),
			[]string{"a", "\xff"},
		}[random.IntN(9)]
	}
	n := random.IntN(6)
	switch random.IntN(3) {
	case 0:
		list := make([]any, n)
		for i := range list {
			list[i] = randomValue(random, depth-1)
		}
		return list
	case 1:
		m := map[string]any{}
		for i := range n {
			m[strings.Repeat("k", i)] = randomValue(random, depth-1)
		}
		return m
	}
	return &pair[any, any]{randomValue(random, depth-1), randomValue(random, depth-1)}
}

func TestTinyLimitsLeaveAMarker(t *testing.T) {
	var e jsonenc.Encoder
	for _, limit := range []int{-1, 0, 1, 10, 60, 255} {
		for name, v := range large() {
			got := e.Append(nil, v, limit)
			assert.True(t, json.Valid(got), "%s at %d: %s", name, limit, got)
			assert.LessOrEqual(t, len(got), max(limit, 60), "%s at %d", name, limit)
		}
	}
	assert.Equal(t, `7`, string(e.Append(nil, 7, 1)), "what fits is left alone")
}

func TestCutKeepsWhatIsInFront(t *testing.T) {
	var e jsonenc.Encoder
	got := e.Append([]byte("front"), strings.Repeat("x", 1000), 300)
	assert.Equal(t, `front"xxx`, string(got[:9]))
	requireCut(t, got[5:], 300)
}

func TestCutShowsTheStart(t *testing.T) {
	var e jsonenc.Encoder
	got := e.Append(nil, map[string]any{"a": "short", "b": strings.Repeat("é", 1000), "c": 1}, 256)
	var read map[string]string
	require.NoError(t, json.Unmarshal(got, &read))
	assert.Equal(t, "short", read["a"])
	text, isCut := strings.CutSuffix(read["b"], marker+"256 bytes]")
	assert.True(t, isCut)
	assert.Greater(t, len(text), 150)
	assert.Empty(t, strings.Trim(text, "é"))
	assert.NotContains(t, read, "c")
}

// TestWorkIsBoundedByTheLimit: what is made of a huge value takes memory in
// proportion to the limit.
func TestWorkIsBoundedByTheLimit(t *testing.T) {
	var e jsonenc.Encoder
	const limit = 4 << 10
	buf := make([]byte, 0, 16*limit)
	for name, v := range map[string]any{
		"string":    strings.Repeat("x", 10<<20),
		"bytes":     make([]byte, 10<<20),
		"slice":     make([]int, 10<<20),
		"any slice": make([]any, 1<<20),
		"map":       bigMap(200_000),
		"typed map": bigIntMap(200_000),
	} {
		t.Run(name, func(t *testing.T) {
			e.Append(buf[:0], v, limit)
			const runs = 5
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			for range runs {
				e.Append(buf[:0], v, limit)
			}
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			assert.Less(t, (after.TotalAlloc-before.TotalAlloc)/runs, uint64(64*limit))
			assert.Less(t, took/runs, 50*time.Millisecond)
		})
	}
}

func TestFootprintCountsStrings(t *testing.T) {
	var e jsonenc.Encoder
	type message struct {
		Role, Text string
		N          [4]struct{ S string }
	}
	long := strings.Repeat("x", 1000)
	for _, c := range []struct {
		v    any
		want int
	}{
		{nil, 8},
		{1, 8},
		{long, 1000},
		{[64]byte{}, 64},
		{message{Role: "user", Text: long}, 1000 + 4 + 6*16},
		{[2]message{{Text: long}, {Text: long}}, 2000 + 12*16},
	} {
		assert.Equal(t, c.want, e.Footprint(c.v))
	}
}
