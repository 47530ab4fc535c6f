package httpexport_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/exportertest"
	"github.com/staso-go/staso/exporter/httpexport"
	"github.com/staso-go/staso/testutil"
)

func TestConformance(t *testing.T) {
	for name, opts := range map[string][]testutil.BackendOption{
		"as it is":    nil,
		"compressed":  {testutil.WithGzip()},
		"plain":       {testutil.WithoutBulk(), testutil.WithoutReceipts()},
		"very plain":  {testutil.WithoutBulk(), testutil.WithoutReceipts(), testutil.WithoutSetupCheck()},
		"with a name": {testutil.WithKey("sk_test_key")},
	} {
		t.Run(name, func(t *testing.T) {
			var backend *testutil.Backend
			newExporter := func(t exportertest.TestingT, opts ...testutil.BackendOption) exporter.Exporter {
				backend = testutil.NewBackend(opts...)
				t.Cleanup(backend.Close)
				e, err := httpexport.New(httpexport.WithBaseURL(backend.URL()), httpexport.WithAPIKey("sk_test_key"))
				require.NoError(t, err)
				return e
			}
			before := goleak.IgnoreCurrent()
			exportertest.Run(t, exportertest.Harness{
				New: func(t exportertest.TestingT) exporter.Exporter { return newExporter(t, opts...) },
				NewBlocked: func(t exportertest.TestingT) exporter.Exporter {
					e := newExporter(t, opts...)
					backend.FailAlways(testutil.Hang())
					return e
				},
				Received: func(exportertest.TestingT, exporter.Exporter) exportertest.Received {
					return exportertest.Received{Spans: backend.Spans(), Annotations: backend.Annotations()}
				},
				Leaks: func() error {
					backend.Close()
					return goleak.Find(before)
				},
			})
		})
	}
}
