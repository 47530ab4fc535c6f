package jsonl_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/exportertest"
	"github.com/staso-go/staso/exporter/jsonl"
)

func TestConformance(t *testing.T) {
	paths := make(map[exporter.Exporter]string)
	exportertest.Run(t, exportertest.Harness{
		New: func(t exportertest.TestingT) exporter.Exporter {
			path := filepath.Join(t.TempDir(), "traces.jsonl")
			e, err := jsonl.New(path)
			require.NoError(t, err)
			paths[e] = path
			return e
		},
		Received: func(t exportertest.TestingT, e exporter.Exporter) (all exportertest.Received) {
			file, err := os.Open(paths[e])
			require.NoError(t, err)
			defer file.Close()
			for record, err := range jsonl.Read(file) {
				require.NoError(t, err)
				if record.Span != nil {
					all.Spans = append(all.Spans, record.Span)
				} else {
					all.Annotations = append(all.Annotations, record.Annotation)
				}
			}
			return all
		},
	})
}
