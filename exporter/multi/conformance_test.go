package multi_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/exportertest"
	"github.com/staso-go/staso/exporter/multi"
)

func TestConformance(t *testing.T) {
	before := goleak.IgnoreCurrent()
	for name, pick := range map[string]func(primary, secondary *child) *child{
		"primary":   func(primary, _ *child) *child { return primary },
		"secondary": func(_, secondary *child) *child { return secondary },
	} {
		t.Run(name, func(t *testing.T) {
			seen := make(map[exporter.Exporter]*child)
			exportertest.Run(t, exportertest.Harness{
				New: func(t exportertest.TestingT) exporter.Exporter {
					primary, secondary := new(child), new(child)
					e, err := multi.New(primary, multi.WithSecondary("other", secondary))
					require.NoError(t, err)
					seen[e] = pick(primary, secondary)
					return e
				},
				NewBlocked: func(t exportertest.TestingT) exporter.Exporter {
					e, err := multi.New(&child{answer: hang}, multi.WithSecondary("hung too", &child{answer: hang}))
					require.NoError(t, err)
					return e
				},
				Received: func(_ exportertest.TestingT, e exporter.Exporter) exportertest.Received {
					return exportertest.Received{Spans: seen[e].spans, Annotations: seen[e].annotations}
				},
				Leaks: func() error { return goleak.Find(before) },
			})
		})
	}
}
