package multi

import (
	"context"
	"errors"
	"fmt"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/panics"
)

// member is a child with its name. What it panics with becomes an error.
type member struct {
	name     string
	exporter exporter.Exporter
}

func (m *member) export(ctx context.Context, batch exporter.Batch) (err error) {
	defer contain(&err)
	return panics.Safe(m.exporter.Export(ctx, batch))
}

func (m *member) shutdown(ctx context.Context) (err error) {
	defer contain(&err)
	return panics.Safe(m.exporter.Shutdown(ctx))
}

func contain(err *error) {
	if p := recover(); p != nil {
		*err = &exporter.ReasonError{Reason: exporter.ReasonExporterFailed, Err: fmt.Errorf("exporter panicked: %s", panics.Text(p))}
	}
}

// settle writes the end of n, which the child answered with err, into the
// ledger. cut says that Shutdown's deadline was behind the error.
func (l *ledger) settle(n Count, err error, cut bool) {
	var partial *exporter.PartialError
	var reason *exporter.ReasonError
	var retryable *exporter.RetryableError
	l.lastError = err
	switch {
	case err == nil:
		l.export(n, nil)
	case errors.As(err, &partial):
		l.export(n, partial)
	case cut:
		l.drop(exporter.ReasonShutdown, n)
	case errors.As(err, &reason):
		l.drop(reason.Reason, n)
	case errors.As(err, &retryable):
		l.drop(exporter.ReasonRetriesExhausted, n)
	default:
		l.drop(exporter.ReasonExporterFailed, n)
	}
}
