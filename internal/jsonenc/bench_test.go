package jsonenc_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/staso-go/staso/internal/jsonenc"
)

type chat struct {
	Role string `json:"role"`
	Text string `json:"text"`
}

func BenchmarkAppend(b *testing.B) {
	text := strings.Repeat("Where is the order? ", 8)
	for _, bench := range []struct {
		name string
		v    any
	}{
		{"messages", []chat{{"system", text}, {"user", text}}},
		{"maps", []map[string]any{{"role": "system", "content": text}, {"role": "user", "content": text}}},
		{"any", []any{map[string]any{"role": "user", "content": text, "n": 1.5}}},
		{"pointers", []*chat{{"system", text}, {"user", text}}},
		{"10MB", strings.Repeat(text, 1<<16)},
		{"graph", graph(12)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			var e jsonenc.Encoder
			var buf []byte
			b.ReportAllocs()
			for b.Loop() {
				buf = e.Append(buf[:0], bench.v, 256<<10)
			}
		})
	}
}

// BenchmarkEncodingJSON is what there is to compare with.
func BenchmarkEncodingJSON(b *testing.B) {
	text := strings.Repeat("Where is the order? ", 8)
	v := []chat{{"system", text}, {"user", text}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := json.Marshal(v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendCut(b *testing.B) {
	raw := []byte(`{"a":"` + strings.Repeat(`é\n`, 1<<18) + `"}`)
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = jsonenc.AppendCut(buf[:0], raw, 256<<10)
	}
}

func BenchmarkImmutable(b *testing.B) {
	var e jsonenc.Encoder
	var v any = chat{"user", "hi"}
	b.ReportAllocs()
	for b.Loop() {
		if !e.Immutable(v) || e.Footprint(v) == 0 {
			b.Fatal()
		}
	}
}
