package console_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/console"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	theTrace = uuid.MustParse("5e1f0c3a-8d0e-4b6e-9a51-0d9a4f3f6c11")
	began    = time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
)

// id is a span id with one digit.
func id(n byte) (id uuid.UUID) {
	id[15] = n
	return id
}

// span n below parent, 0 for none, that starts at the nth second.
func span(n, parent byte, kind exporter.Kind, name string) *exporter.SpanData {
	return &exporter.SpanData{
		TraceID: theTrace, SpanID: id(n), ParentSpanID: id(parent), Kind: kind, Name: name,
		StartTime: began.Add(time.Duration(n) * time.Second), Duration: time.Duration(n) * 1500 * time.Microsecond,
	}
}

func batch(spans ...*exporter.SpanData) exporter.Batch {
	return exporter.Batch{ID: uuid.New(), Resource: exporter.Resource{Environment: "test"}, Spans: spans}
}

func numeric(span byte, comment string) *exporter.Annotation {
	a := exporter.Numeric("helpful", 0.25)
	a.TraceID, a.SpanID, a.Comment = theTrace, id(span), comment
	return &a
}

func build(t testing.TB, opts ...console.Option) (*console.Exporter, *output) {
	t.Helper()
	out := new(output)
	e, err := console.New(append([]console.Option{console.WithWriter(out)}, opts...)...)
	require.NoError(t, err)
	return e, out
}

// output is a terminal that can break.
type output struct {
	mu     sync.Mutex
	text   bytes.Buffer
	broken bool
}

var errBroken = errors.New("broken pipe")

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.broken {
		return 0, errBroken
	}
	return o.text.Write(p)
}

// take returns what was printed since the last take.
func (o *output) take() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer o.text.Reset()
	return o.text.String()
}

func raw(text string) json.RawMessage { return json.RawMessage(text) }
