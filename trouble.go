package staso

import (
	"errors"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/panics"
)

// trouble tells of what went wrong, at most once a minute for each kind; that the
// key is refused it tells once.
type trouble struct {
	logger *zap.Logger

	mu   sync.Mutex
	told map[string]time.Time
}

const troubleInterval = time.Minute

func newTrouble(logger *zap.Logger, debug bool) *trouble {
	if logger == nil && debug {
		logger = debugLogger()
	}
	if logger == nil {
		logger = zap.NewNop()
	}
	return &trouble{logger: logger.Named("staso"), told: map[string]time.Time{}}
}

// debugLogger writes to standard error, without the stack of our own code.
func debugLogger() *zap.Logger {
	c := zap.NewDevelopmentConfig()
	c.DisableCaller, c.DisableStacktrace = true, true
	logger, _ := c.Build() //nolint:errcheck // nil on an error, which is silence
	return logger
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
	if t.due(kind) {
		defer func() { _ = recover() }() //nolint:errcheck // a logger's fault is no reason to stop the agent
		t.logger.Warn(message, append(fields, zap.String("kind", kind))...)
	}
}

// due says whether that kind of trouble is to be told of now.
func (t *trouble) due(kind string) bool {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	last, told := t.told[kind]
	if told && (kind == string(exporter.ReasonUnauthorized) || now.Sub(last) < troubleInterval) {
		return false
	}
	t.told[kind] = now
	return true
}
