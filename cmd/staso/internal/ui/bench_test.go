package ui_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// bigTrace is a trace of n spans with payloads.
func bigTrace(tb testing.TB, s store.Store, n int) string {
	tb.Helper()
	k := newSketch(5, now())
	k.add(1, 0, "agent", "big", 0, 60_000)
	for i := 2; i <= n; i++ {
		k.tool(i, i/2, fmt.Sprintf("call %d", i), i, 3, `{"path": "internal/pipeline", "query": "backoff"}`, "internal/retry/retry.go:38")
	}
	write(tb, s, k.spans...)
	return k.trace.String()
}

func BenchmarkPages(b *testing.B) {
	s := newStore(b)
	replayed(b, s)
	h := newPages(b, s)
	for name, target := range map[string]string{
		"list": "/traces", "trace of 15": "/traces/" + richTrace(b, s).String(), "trace of 10000": "/traces/" + bigTrace(b, s, 10_000),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if w := get(h, target); w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
			}
		})
	}
}
