package staso

import (
	"errors"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/panics"
)

// trouble tells of what went wrong, at most once a minute for each kind.
type trouble struct {
	logger *zap.Logger

	mu   sync.Mutex
	told map[string]time.Time
}

const troubleInterval = time.Minute

func newTrouble(logger *zap.Logger, debug bool) *trouble {
	if logger == nil && debug {
		logger, _ = zap.NewDevelopment() //nolint:errcheck // nil on an error, which is silence
	}
	if logger == nil {
		logger = zap.NewNop()
	}
	return &trouble{logger: logger.Named("staso"), told: map[string]time.Time{}}
}

// lost tells of a batch that the exporter did not deliver.
func (t *trouble) lost(err error) {
	kind := "export"
	var reasoned *exporter.ReasonError
	var partial *exporter.PartialError
	switch {
	case errors.As(err, &reasoned):
		kind = string(reasoned.Reason)
	case errors.As(err, &partial):
		kind = string(exporter.ReasonRejected)
	}
	t.tell(kind, "spans were not delivered", zap.Error(err))
}

// panicked tells of code of the user's that panicked where the library called it.
func (t *trouble) panicked(what string, r any) {
	t.tell(what, what+" panicked", zap.String("panic", cutText(panics.Text(r), 1<<10)))
}

func (t *trouble) tell(kind, message string, fields ...zap.Field) {
	now := time.Now()
	t.mu.Lock()
	last, ok := t.told[kind]
	quiet := ok && now.Sub(last) < troubleInterval
	if !quiet {
		t.told[kind] = now
	}
	t.mu.Unlock()
	if !quiet {
		t.logger.Warn(message, append(fields, zap.String("kind", kind))...)
	}
}
