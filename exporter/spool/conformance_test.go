package spool_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/exportertest"
	"github.com/staso-go/staso/exporter/spool"
)

func TestConformance(t *testing.T) {
	before := goleak.IgnoreCurrent()
	next := make(map[exporter.Exporter]*receiver)
	exportertest.Run(t, exportertest.Harness{
		New: func(t exportertest.TestingT) exporter.Exporter {
			r := new(receiver)
			e, err := spool.New(t.TempDir(), r)
			require.NoError(t, err)
			next[e] = r
			return e
		},
		Received: func(_ exportertest.TestingT, e exporter.Exporter) (all exportertest.Received) {
			for _, batch := range next[e].received() {
				all.Spans = append(all.Spans, batch.Spans...)
				all.Annotations = append(all.Annotations, batch.Annotations...)
			}
			return all
		},
		Leaks: func() error { return goleak.Find(before) },
	})
}
