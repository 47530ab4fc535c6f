package console_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/console"
	"github.com/staso-go/staso/exporter/exportertest"
)

func TestConformance(t *testing.T) {
	before := goleak.IgnoreCurrent()
	exportertest.Run(t, exportertest.Harness{
		New: func(t exportertest.TestingT) exporter.Exporter {
			e, err := console.New(console.WithWriter(io.Discard), console.WithContent())
			require.NoError(t, err)
			return e
		},
		Leaks: func() error { return goleak.Find(before) },
	})
}
