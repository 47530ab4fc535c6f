package exportertest_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/exportertest"
)

// fakeT runs the suite and keeps what it says.
type fakeT struct {
	t      *testing.T
	mu     *sync.Mutex
	failed map[string][]string
	name   string
	undo   []func()
}

func (f *fakeT) Helper()                  {}
func (f *fakeT) Logf(string, ...any)      {}
func (f *fakeT) FailNow()                 { runtime.Goexit() }
func (f *fakeT) Cleanup(undo func())      { f.undo = append(f.undo, undo) }
func (f *fakeT) TempDir() string          { return f.t.TempDir() }
func (f *fakeT) Context() context.Context { return f.t.Context() }

func (f *fakeT) Errorf(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failed[f.name] = append(f.failed[f.name], fmt.Sprintf(format, args...))
}

func (f *fakeT) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	f.FailNow()
}

// Run runs check on a goroutine of its own, as FailNow wants it.
func (f *fakeT) Run(name string, check func(*fakeT)) bool {
	sub := &fakeT{t: f.t, mu: f.mu, failed: f.failed, name: name}
	done := make(chan struct{})
	go func() {
		defer close(done)
		check(sub)
	}()
	<-done
	for _, undo := range sub.undo {
		undo()
	}
	return len(f.failed[name]) == 0
}

// model is an exporter that is right, but for what spoils it.
type model struct {
	mu      sync.Mutex
	got     exportertest.Received
	closed  bool
	blocked bool

	keepsMemory, changesBatch, ignoresContext, hidesContext bool
	losesAnnotations, losesProvisional, refusesEmpty        bool
	worksAfterShutdown, shutsDownOnce                       bool
	roundsTimes, refusesHostile, smallOnly, doubles         bool
}

var errSpoilt = errors.New("spoilt")

func (m *model) Export(ctx context.Context, batch exporter.Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed && !m.worksAfterShutdown {
		return exporter.ErrShutdown
	}
	if err := m.waits(ctx); err != nil {
		return err
	}
	if m.refusesEmpty && len(batch.Spans)+len(batch.Annotations) == 0 || m.smallOnly && len(batch.Spans) > 1000 {
		return errSpoilt
	}
	for _, s := range batch.Spans {
		if m.refusesHostile && strings.Contains(s.Name, "\xff") {
			return errSpoilt
		}
		if m.changesBatch {
			s.Name = strings.ToUpper(s.Name)
		}
		m.keepSpan(s)
	}
	for _, a := range batch.Annotations {
		if !m.losesAnnotations {
			m.got.Annotations = append(m.got.Annotations, a.Clone())
		}
	}
	return nil
}

func (m *model) waits(ctx context.Context) error {
	if m.blocked {
		m.mu.Unlock()
		<-ctx.Done()
		m.mu.Lock()
	}
	if err := ctx.Err(); err != nil && !m.ignoresContext {
		if m.hidesContext {
			return errSpoilt
		}
		return err
	}
	return nil
}

func (m *model) keepSpan(s *exporter.SpanData) {
	if !m.keepsMemory {
		s = s.Clone()
	}
	if m.losesProvisional {
		s.Provisional = false
	}
	if m.roundsTimes {
		s.StartTime = s.StartTime.Truncate(1000)
	}
	m.got.Spans = append(m.got.Spans, s)
	if m.doubles {
		m.got.Spans = append(m.got.Spans, s)
	}
}

func (m *model) Shutdown(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed && m.shutsDownOnce {
		return errSpoilt
	}
	m.closed = true
	return nil
}

// broken returns what the suite says of the model that spoil spoils.
func broken(t *testing.T, spoil func(*model)) map[string][]string {
	t.Helper()
	fake := &fakeT{t: t, mu: &sync.Mutex{}, failed: make(map[string][]string)}
	var current *model
	build := func(blocked bool) func(exportertest.TestingT) exporter.Exporter {
		return func(exportertest.TestingT) exporter.Exporter {
			current = &model{blocked: blocked}
			spoil(current)
			return current
		}
	}
	exportertest.Run(fake, exportertest.Harness{
		New: build(false), NewBlocked: build(true),
		Received: func(exportertest.TestingT, exporter.Exporter) exportertest.Received { return current.got },
	})
	return fake.failed
}

func TestSuitePassesWhatIsRight(t *testing.T) {
	t.Parallel()
	assert.Empty(t, broken(t, func(*model) {}))
}

func TestSuiteFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*model)
		check string
		says  string
	}{
		"keeps memory":         {func(m *model) { m.keepsMemory = true }, "ownership", "did not arrive"},
		"changes the batch":    {func(m *model) { m.changesBatch = true }, "read-only", "Name is"},
		"ignores the context":  {func(m *model) { m.ignoresContext = true }, "cancelled", "does not wrap"},
		"hides the context":    {func(m *model) { m.hidesContext = true }, "cancelled midway", "does not wrap"},
		"loses annotations":    {func(m *model) { m.losesAnnotations = true }, "delivers", "did not arrive"},
		"loses provisional":    {func(m *model) { m.losesProvisional = true }, "provisional", "Provisional is"},
		"refuses empty":        {func(m *model) { m.refusesEmpty = true }, "empty", "spoilt"},
		"works after shutdown": {func(m *model) { m.worksAfterShutdown = true }, "after shutdown", "returned <nil>"},
		"shuts down once":      {func(m *model) { m.shutsDownOnce = true }, "shutdown twice", "spoilt"},
		"rounds times":         {func(m *model) { m.roundsTimes = true }, "delivers", "StartTime is"},
		"refuses hostile":      {func(m *model) { m.refusesHostile = true }, "hostile", "spoilt"},
		"small only":           {func(m *model) { m.smallOnly = true }, "big", "spoilt"},
		"doubles":              {func(m *model) { m.doubles = true }, "delivers", "arrived twice"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failed := broken(t, c.spoil)
			said := strings.Join(failed[c.check], "\n")
			assert.Contains(t, said, c.says, "%v", failed)
			assert.Contains(t, said, "rule: ")
		})
	}
}
