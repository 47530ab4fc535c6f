package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/cmd/staso/internal/server"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// now is the clock of the servers that are tested.
var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const (
	traceID = "0af76519-16cd-43dd-8448-eb211c80319c"
	base    = "/v1/traces/" + traceID
)

// backend is a server on a port of its own, over SQLite unless another store is
// given.
type backend struct {
	t      *testing.T
	url    string
	store  store.Store
	client *http.Client
	stop   context.CancelFunc
	done   chan error
}

func start(t *testing.T, opts ...func(*server.Options)) *backend {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "staso.db"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return startOver(t, db, opts...)
}

func startOver(t *testing.T, st store.Store, opts ...func(*server.Options)) *backend {
	t.Helper()
	options := server.Options{Now: func() time.Time { return now }}
	for _, opt := range opts {
		opt(&options)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	b := &backend{
		t: t, url: "http://" + listener.Addr().String(), store: st, stop: stop, done: make(chan error, 1),
		client: &http.Client{Transport: &http.Transport{}},
	}
	go func() { b.done <- server.New(st, options).Serve(ctx, listener) }()
	t.Cleanup(func() {
		b.client.CloseIdleConnections()
		stop()
		assert.NoError(t, <-b.done)
		b.done <- nil
	})
	return b
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) json(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	require.NoError(t, json.Unmarshal(a.body, &v), "%s", a.body)
	return v
}

// code asserts a refusal and returns its sentence.
func (a answer) refused(t *testing.T, status int, code string) string {
	t.Helper()
	require.Equal(t, status, a.status, "%s", a.body)
	assert.Equal(t, "application/json", a.header.Get("Content-Type"))
	v := a.json(t)
	assert.Equal(t, code, v["code"])
	detail, _ := v["detail"].(string)
	assert.NotEmpty(t, detail)
	return detail
}

func (b *backend) do(method, path, body string, headers ...string) answer {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(body))
	require.NoError(b.t, err)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			request.Host = headers[i+1]
		}
	}
	response, err := b.client.Do(request)
	require.NoError(b.t, err)
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	require.NoError(b.t, err)
	return answer{response.StatusCode, response.Header, read}
}

func (b *backend) get(path string, headers ...string) map[string]any {
	b.t.Helper()
	a := b.do(http.MethodGet, path, "", headers...)
	require.Equal(b.t, 200, a.status, "%s", a.body)
	return a.json(b.t)
}

// ingest sends a request that must be taken whole.
func (b *backend) ingest(body string, headers ...string) map[string]any {
	b.t.Helper()
	a := b.do(http.MethodPost, "/v1/traces/ingest", body, headers...)
	require.Equal(b.t, 200, a.status, "%s", a.body)
	v := a.json(b.t)
	require.Zero(b.t, v["rejected"], "%s", a.body)
	return v
}

// spanOf is a span of the wire. Its id is its number.
func spanOf(n, parent int, fields string) string {
	parentID := "null"
	if parent > 0 {
		parentID = fmt.Sprintf(`"00000000-0000-0000-0000-%012x"`, parent)
	}
	if fields != "" {
		fields = "," + fields
	}
	start := now.Add(-time.Hour + time.Duration(n)*time.Millisecond).Format(time.RFC3339Nano)
	return fmt.Sprintf(`{"span_id":"00000000-0000-0000-0000-%012x","parent_span_id":%s,"name":"span-%d","timestamp":%q%s}`, n, parentID, n, start, fields)
}

// traceOf is a request of one trace.
func traceOf(spans ...string) string {
	return `{"traces":[{"trace_id":"` + traceID + `","spans":[` + strings.Join(spans, ",") + `]}]}`
}

// names are the names of a trace's spans, as they are read back.
func names(trace map[string]any) []string {
	var list []string
	for _, sp := range trace["spans"].([]any) {
		list = append(list, sp.(map[string]any)["name"].(string))
	}
	return list
}

func uuidOf(text string) uuid.UUID { return uuid.MustParse(text) }
