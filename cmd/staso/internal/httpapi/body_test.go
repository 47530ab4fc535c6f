package httpapi_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func gzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(data)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func zstded(t *testing.T, data []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, w.Close()) }()
	return w.EncodeAll(data, nil)
}

// read reads one body; a length of -1 hides how long it is.
func read(b *httpapi.Bodies, encoding string, body io.Reader, length int64) (*httpapi.Body, error) {
	r := httptest.NewRequest(http.MethodPost, "/", body)
	r.ContentLength = length
	if encoding != "" {
		r.Header.Set("Content-Encoding", encoding)
	}
	return b.Read(r)
}

func TestReadDecompresses(t *testing.T) {
	bodies := httpapi.NewBodies(0, 0)
	content := bytes.Repeat([]byte("span "), 50_000)
	for encoding, sent := range map[string][]byte{
		"": content, "identity": content, "gzip": gzipped(t, content), "GZIP": gzipped(t, content),
		"x-gzip": gzipped(t, content), "zstd": zstded(t, content),
	} {
		for _, length := range []int64{int64(len(sent)), -1} {
			for range 2 { // the second time with a decompressor that was used
				body, err := read(bodies, encoding, iotest.HalfReader(bytes.NewReader(sent)), length)
				require.NoError(t, err, encoding)
				assert.Equal(t, content, body.Bytes)
				assert.GreaterOrEqual(t, bodies.InFlight(), int64(len(content)))
				body.Release()
				body.Release()
				assert.Zero(t, bodies.InFlight())
			}
		}
	}
}

func TestReadTakesAnEmptyBody(t *testing.T) {
	body, err := read(httpapi.NewBodies(0, 0), "", http.NoBody, 0)
	require.NoError(t, err)
	assert.Empty(t, body.Bytes)
	body.Release()
}

func TestReadRefuses(t *testing.T) {
	const limit = 100_000
	exact := bytes.Repeat([]byte("x"), limit)
	over := append(exact, 'x')
	bomb := bytes.Repeat([]byte{0}, 64<<20)
	for name, c := range map[string]struct {
		encoding string
		body     io.Reader
		length   int64
		status   int
		detail   string
	}{
		"too long, and says so":  {"", bytes.NewReader(over), limit + 1, 413, "larger than 100000 bytes: send it in several requests"},
		"too long, unsaid":       {"", bytes.NewReader(over), -1, 413, "larger than"},
		"gzip of too much":       {"gzip", bytes.NewReader(gzipped(t, over)), -1, 413, "larger than"},
		"zstd of too much":       {"zstd", bytes.NewReader(zstded(t, over)), -1, 413, "larger than"},
		"gzip bomb":              {"gzip", bytes.NewReader(gzipped(t, bomb)), -1, 413, "larger than"},
		"zstd bomb":              {"zstd", bytes.NewReader(zstded(t, bomb)), -1, 413, "larger than"},
		"not gzip":               {"gzip", strings.NewReader("plain text"), -1, 400, "is not what its Content-Encoding says"},
		"not zstd":               {"zstd", strings.NewReader("plain text"), -1, 400, "is not what its Content-Encoding says"},
		"nothing as gzip":        {"gzip", strings.NewReader(""), -1, 400, "ends early"},
		"half of a gzip":         {"gzip", bytes.NewReader(gzipped(t, exact)[:50]), -1, 400, "ends early"},
		"gzip with a tail":       {"gzip", io.MultiReader(bytes.NewReader(gzipped(t, exact[:10])), strings.NewReader("tail")), -1, 400, "body"},
		"unknown encoding":       {"br", strings.NewReader("x"), -1, 415, "use gzip, zstd or none"},
		"encoded twice":          {"gzip, gzip", strings.NewReader("x"), -1, 415, "use gzip, zstd or none"},
		"a client that is slow":  {"", iotest.ErrReader(os.ErrDeadlineExceeded), -1, 408, "did not arrive in time"},
		"a client that is slow2": {"gzip", iotest.ErrReader(os.ErrDeadlineExceeded), -1, 408, "did not arrive in time"},
		"a client that is gone":  {"", iotest.ErrReader(errors.New("reset")), -1, 400, "ends early"},
	} {
		t.Run(name, func(t *testing.T) {
			bodies := httpapi.NewBodies(limit, 0)
			_, err := read(bodies, c.encoding, c.body, c.length)
			require.Error(t, err)
			assert.Equal(t, c.status, httpapi.ErrorOf(err).Status)
			assert.Contains(t, httpapi.ErrorOf(err).Detail, c.detail)
			assert.Zero(t, bodies.InFlight())
		})
	}
	body, err := read(httpapi.NewBodies(limit, 0), "", bytes.NewReader(exact), -1)
	require.NoError(t, err, "the limit itself is allowed")
	body.Release()
}

func TestReadBoundsAllBodiesTogether(t *testing.T) {
	bodies := httpapi.NewBodies(1000, 2500)
	content := bytes.Repeat([]byte("x"), 999)
	first, err := read(bodies, "", bytes.NewReader(content), 999)
	require.NoError(t, err)
	second, err := read(bodies, "", bytes.NewReader(content), 999)
	require.NoError(t, err)
	_, err = read(bodies, "", bytes.NewReader(content), 999)
	require.Error(t, err)
	refusal := httpapi.ErrorOf(err)
	assert.Equal(t, 503, refusal.Status)
	assert.Equal(t, "capacity_exhausted", refusal.Code)
	assert.Positive(t, refusal.RetryAfter)
	first.Release()
	third, err := read(bodies, "", bytes.NewReader(content), 999)
	require.NoError(t, err, "what was released is free again")
	third.Release()
	second.Release()
	assert.Zero(t, bodies.InFlight())
}

// TestReadTakesARefusedBodyToItsEnd holds for clients that read no answer before
// they have sent everything.
func TestReadTakesARefusedBodyToItsEnd(t *testing.T) {
	const limit = 10_000
	for name, c := range map[string]struct {
		held, sent int
		length     int64
		status     int
	}{
		"too large, and says so": {0, 3 * limit, 3 * limit, 413},
		"too large, unsaid":      {0, 3 * limit, -1, 413},
		"too much in work":       {limit, limit, limit, 503},
	} {
		bodies := httpapi.NewBodies(limit, limit+10)
		first, err := read(bodies, "", strings.NewReader(strings.Repeat("x", c.held)), int64(c.held))
		require.NoError(t, err)
		sent := strings.NewReader(strings.Repeat("x", c.sent))
		_, err = read(bodies, "", sent, c.length)
		assert.Equal(t, c.status, httpapi.ErrorOf(err).Status, name)
		assert.Zero(t, sent.Len(), name)
		first.Release()
	}
}

func TestReadAnswersBeforeABodyThatIsTooLargeIsSent(t *testing.T) {
	sent := strings.NewReader(strings.Repeat("x", 30_000))
	r := httptest.NewRequest(http.MethodPost, "/", sent)
	r.Header.Set("Expect", "100-continue")
	_, err := httpapi.NewBodies(10_000, 0).Read(r)
	assert.Equal(t, 413, httpapi.ErrorOf(err).Status)
	assert.Equal(t, 30_000, sent.Len(), "the client waits to be asked for it")
}

func TestReadConcurrentSafe(t *testing.T) {
	bodies := httpapi.NewBodies(0, 0)
	var wg sync.WaitGroup
	for i := range 8 {
		content := bytes.Repeat([]byte{byte('a' + i)}, 100_000)
		sent := map[string][]byte{"gzip": gzipped(t, content), "zstd": zstded(t, content)}
		wg.Go(func() {
			for encoding, data := range sent {
				body, err := read(bodies, encoding, bytes.NewReader(data), -1)
				if assert.NoError(t, err) {
					assert.Equal(t, content, body.Bytes)
					body.Release()
				}
			}
		})
	}
	wg.Wait()
	assert.Zero(t, bodies.InFlight())
}
