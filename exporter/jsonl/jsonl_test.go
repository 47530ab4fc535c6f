package jsonl_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/jsonl"
)

func TestWhatIsWrittenIsReadBackUnchanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "traces.jsonl")
	e := open(t, path)
	b := batch("plan", "act")
	b.Annotations = []*exporter.Annotation{annotation()}
	require.NoError(t, e.Export(t.Context(), b))
	require.NoError(t, e.Shutdown(t.Context()))

	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	var records []jsonl.Record
	for record, err := range jsonl.Read(file) {
		require.NoError(t, err)
		records = append(records, record)
	}
	assert.Equal(t, []jsonl.Record{
		{Type: jsonl.TypeSpan, Resource: b.Resource, Span: b.Spans[0]},
		{Type: jsonl.TypeSpan, Resource: b.Resource, Span: b.Spans[1]},
		{Type: jsonl.TypeAnnotation, Resource: b.Resource, Annotation: b.Annotations[0]},
	}, records)
	info, err := file.Stat()
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestALineIsOneFlatObject(t *testing.T) {
	var out bytes.Buffer
	e, err := jsonl.NewWriter(&out)
	require.NoError(t, err)
	b := batch("plan")
	b.Spans[0].Input = []byte("{\n  \"pretty\": \"<printed>\"\n}")
	require.NoError(t, e.Export(t.Context(), b))

	line := out.String()
	assert.Equal(t, 1, strings.Count(line, "\n"))
	assert.True(t, strings.HasPrefix(line, `{"type":"span","environment":"test","workspace_slug":"team","trace_id":"`), line)
	assert.Contains(t, line, `"input":{"pretty":"<printed>"}`)
}

func TestALineIsUTF8(t *testing.T) {
	var out bytes.Buffer
	e, err := jsonl.NewWriter(&out)
	require.NoError(t, err)
	b := batch("\xff")
	b.Spans[0].Input = []byte("\"\xff\"")
	require.NoError(t, e.Export(t.Context(), b))
	assert.True(t, utf8.Valid(out.Bytes()))
	assert.Contains(t, out.String(), "\"input\":\"\ufffd\"")
}

func TestAppendAcrossRestarts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "traces.jsonl")
	for _, name := range []string{"one", "two"} {
		e := open(t, path)
		require.NoError(t, e.Export(t.Context(), batch(name)))
		require.NoError(t, e.Shutdown(t.Context()))
	}
	assert.Equal(t, []string{"one", "two"}, names(t, path))
}

func TestRotation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "traces.jsonl")
	e := open(t, path, jsonl.WithMaxBytes(2500), jsonl.WithMaxFiles(3))
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		require.NoError(t, e.Export(t.Context(), batch(name, name)))
	}
	assert.Equal(t, []string{"g", "g"}, names(t, path), "a batch is not split")
	assert.Equal(t, []string{"f", "f"}, names(t, path+".1"))
	assert.Equal(t, []string{"e", "e"}, names(t, path+".2"))
	assert.NoFileExists(t, path+".3")

	require.NoError(t, e.Export(t.Context(), batch(strings.Repeat("x", 5000))))
	assert.Len(t, names(t, path), 1, "a batch larger than a file has one of its own")
}

func TestOneFileThatIsFullStartsAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "traces.jsonl")
	e := open(t, path, jsonl.WithMaxBytes(1500), jsonl.WithMaxFiles(1))
	for _, name := range []string{"a", "b", "c"} {
		require.NoError(t, e.Export(t.Context(), batch(name)))
	}
	assert.Equal(t, []string{"c"}, names(t, path))
	entries, err := filepath.Glob(path + "*")
	require.NoError(t, err)
	assert.Equal(t, []string{path, path + ".lock"}, entries)
}

func TestATornTailIsEndedFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "traces.jsonl")
	e := open(t, path)
	require.NoError(t, e.Export(t.Context(), batch("whole", "torn")))
	require.NoError(t, e.Shutdown(t.Context()))
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.Truncate(path, int64(len(content)-10)))

	assert.Equal(t, []string{"whole"}, names(t, path), "a torn tail is passed over")
	e = open(t, path)
	require.NoError(t, e.Export(t.Context(), batch("next")))

	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	read, errs := readAll(file)
	assert.Equal(t, []string{"whole", "next"}, read)
	require.Len(t, errs, 1)
	var line *jsonl.LineError
	require.ErrorAs(t, errs[0], &line)
	assert.Equal(t, 2, line.Line)
}

func TestAFileBelongsToOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "traces.jsonl")
	open(t, path)
	_, err := jsonl.New(path)
	require.ErrorIs(t, err, jsonl.ErrLocked)
	require.ErrorContains(t, err, path)
}

func TestOneBadSpanCostsOnlyItself(t *testing.T) {
	var out bytes.Buffer
	e, err := jsonl.NewWriter(&out)
	require.NoError(t, err)
	b := batch("good", "not JSON", "also good", "huge")
	b.Spans[1].Input = []byte(`{"broken`)
	b.Spans[3].Output = []byte(`"` + strings.Repeat("x", jsonl.MaxLineBytes) + `"`)
	err = e.Export(t.Context(), b)

	var partial *exporter.PartialError
	require.ErrorAs(t, err, &partial)
	assert.Equal(t, map[exporter.Reason]int{exporter.ReasonExporterFailed: 1, exporter.ReasonOversized: 1}, partial.Rejected)
	read, errs := readAll(&out)
	assert.Equal(t, []string{"good", "also good"}, read)
	assert.Empty(t, errs)
}

// limited takes so many bytes, then fails.
type limited struct {
	bytes.Buffer
	left int
	err  error
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.left -= n
	l.Buffer.Write(p[:n])
	if n < len(p) {
		return n, l.err
	}
	return n, nil
}

func TestAWriterThatTakesAPart(t *testing.T) {
	full := errors.New("full")
	out := &limited{left: 2000, err: full}
	e, err := jsonl.NewWriter(out)
	require.NoError(t, err)
	b := batch("a", "b", "c")
	b.Annotations = []*exporter.Annotation{annotation()}

	err = e.Export(t.Context(), b)
	var partial *exporter.PartialError
	require.ErrorAs(t, err, &partial)
	require.ErrorIs(t, err, full)
	assert.Equal(t, map[exporter.Reason]int{exporter.ReasonExporterFailed: 1}, partial.Rejected)
	assert.Equal(t, map[exporter.Reason]int{exporter.ReasonExporterFailed: 1}, partial.RejectedAnnotations)

	var retryable *exporter.RetryableError
	require.ErrorAs(t, e.Export(t.Context(), batch("d")), &retryable, "nothing was taken")
	out.left = 1 << 20
	require.NoError(t, e.Export(t.Context(), batch("d")))
	read, errs := readAll(&out.Buffer)
	assert.Equal(t, []string{"a", "b", "d"}, read)
	assert.Len(t, errs, 1, "the line that was cut off")
}

func TestAClosedPipeIsFinal(t *testing.T) {
	r, w := io.Pipe()
	require.NoError(t, r.Close())
	e, err := jsonl.NewWriter(w)
	require.NoError(t, err)
	err = e.Export(t.Context(), batch("a"))
	require.ErrorIs(t, err, io.ErrClosedPipe)
	var retryable *exporter.RetryableError
	assert.NotErrorAs(t, err, &retryable)
}

func TestShutdownAndContext(t *testing.T) {
	e := open(t, filepath.Join(t.TempDir(), "x"), jsonl.WithSync())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, e.Export(ctx, batch("a")), context.Canceled)
	require.NoError(t, e.Export(t.Context(), exporter.Batch{ID: uuid.New()}), "an empty batch")
	require.NoError(t, e.Shutdown(t.Context()))
	require.NoError(t, e.Shutdown(t.Context()))
	assert.ErrorIs(t, e.Export(t.Context(), batch("a")), exporter.ErrShutdown)
}

func TestBadOptionsAreSaidAllAtOnce(t *testing.T) {
	_, err := jsonl.New("", jsonl.WithMaxBytes(-1), jsonl.WithMaxFiles(0), nil)
	require.ErrorIs(t, err, jsonl.ErrInvalidOption)
	for _, part := range []string{"name is empty", "WithMaxBytes(-1)", "WithMaxFiles(0)", "option 2 is nil"} {
		assert.ErrorContains(t, err, part)
	}
	_, err = jsonl.New(t.TempDir())
	require.ErrorIs(t, err, jsonl.ErrInvalidOption)
	require.ErrorContains(t, err, "not a regular file")
	_, err = jsonl.NewWriter(nil)
	require.ErrorIs(t, err, jsonl.ErrInvalidOption)
	_, err = jsonl.New(filepath.Join(t.TempDir(), "missing", "file"))
	require.ErrorContains(t, err, "missing: make it first")
	require.ErrorContains(t, err, "make it first")
	require.NotErrorIs(t, err, jsonl.ErrInvalidOption)
}
