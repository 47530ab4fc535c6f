package jsonl_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/jsonl"
)

const plan = `{"type":"span","name":"plan","from_the_future":1}`

func TestReadPassesOverWhatItCannotRead(t *testing.T) {
	text := strings.Join([]string{
		plan,
		"",
		"not JSON",
		`{"type":"metric"}`,
		`{"type":"span","kind":"dream"}`,
		`"` + strings.Repeat("x", jsonl.MaxLineBytes) + `"`,
		plan,
		`{"type":"span","na`,
	}, "\n")
	read, errs := readAll(strings.NewReader(text))
	assert.Equal(t, []string{"plan", "plan"}, read)
	require.Len(t, errs, 4)
	for i, want := range []struct {
		line int
		text string
	}{{3, "invalid character"}, {4, `type "metric"`}, {5, `kind "dream"`}, {6, "longer than"}} {
		var line *jsonl.LineError
		require.ErrorAs(t, errs[i], &line)
		assert.Equal(t, want.line, line.Line)
		assert.ErrorContains(t, line, want.text)
	}
}

func TestReadTakesALastLineWithoutEnd(t *testing.T) {
	read, errs := readAll(strings.NewReader(plan))
	assert.Equal(t, []string{"plan"}, read)
	assert.Empty(t, errs)
}

func TestReadEndsWithItsReader(t *testing.T) {
	broken := errors.New("broken disk")
	read, errs := readAll(iotest.TimeoutReader(strings.NewReader(plan + "\n")))
	assert.Equal(t, []string{"plan"}, read)
	require.Len(t, errs, 1)
	require.ErrorIs(t, errs[0], iotest.ErrTimeout)

	read, errs = readAll(iotest.ErrReader(broken))
	assert.Empty(t, read)
	assert.Equal(t, []error{broken}, errs)
}

func TestReadCanBeLeft(t *testing.T) {
	for range jsonl.Read(strings.NewReader(plan + "\n" + plan)) {
		break
	}
}

func FuzzRead(f *testing.F) {
	var out bytes.Buffer
	e, err := jsonl.NewWriter(&out)
	require.NoError(f, err)
	b := batch("plan")
	b.Annotations = []*exporter.Annotation{annotation()}
	require.NoError(f, e.Export(f.Context(), b))
	f.Add(out.Bytes())
	f.Add([]byte(plan))
	f.Add([]byte("\n\r\n{}\n[]\nnull\n{\"type\":\"span\",\"input\":{\"a\""))
	f.Fuzz(func(t *testing.T, data []byte) {
		records := 0
		for record, err := range jsonl.Read(bytes.NewReader(data)) {
			records++
			if err != nil {
				var line *jsonl.LineError
				require.ErrorAs(t, err, &line)
				continue
			}
			require.NotEqual(t, record.Span == nil, record.Annotation == nil, "exactly one is set")
			writeAgain(t, record)
		}
		require.LessOrEqual(t, records, bytes.Count(data, []byte{'\n'})+1)
	})
}

// writeAgain holds that what was read can be written, and reads the same.
func writeAgain(t *testing.T, record jsonl.Record) {
	b := exporter.Batch{Resource: record.Resource}
	if record.Span != nil {
		b.Spans = []*exporter.SpanData{record.Span}
	} else {
		b.Annotations = []*exporter.Annotation{record.Annotation}
	}
	var first, second bytes.Buffer
	export(t, &first, b)
	for again, err := range jsonl.Read(bytes.NewReader(first.Bytes())) {
		require.NoError(t, err)
		b = exporter.Batch{Resource: again.Resource}
		if again.Span != nil {
			b.Spans = []*exporter.SpanData{again.Span}
		} else {
			b.Annotations = []*exporter.Annotation{again.Annotation}
		}
	}
	export(t, &second, b)
	require.Equal(t, first.String(), second.String())
}

func export(t *testing.T, to *bytes.Buffer, b exporter.Batch) {
	e, err := jsonl.NewWriter(to)
	require.NoError(t, err)
	require.NoError(t, e.Export(t.Context(), b))
}
