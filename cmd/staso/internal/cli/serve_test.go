package cli_test

import (
	"database/sql"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/loadtest"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
)

func TestServeRefusesAddressesThatOthersReach(t *testing.T) {
	db := filepath.Join(t.TempDir(), "staso.db")
	for _, addr := range []string{"0.0.0.0:7600", ":7600", "[::]:7600", "192.168.1.1:80", "example.com:80"} {
		assert.Contains(t, failed(t, "serve", "--db", db, "--addr", addr), "others could reach that address, and staso knows no keys yet")
	}
	assert.Contains(t, failed(t, "serve", "--db", db, "--addr", "7600"), `--addr "7600" is not HOST:PORT`)
	assert.Contains(t, failed(t, "serve", "--db", db, "--addr", "127.0.0.1:99999"), "--addr 127.0.0.1:99999")
	assert.NoFileExists(t, db)
}

func TestServeSaysWhyItCannotStart(t *testing.T) {
	folder := t.TempDir()
	db := filepath.Join(folder, "staso.db")

	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	assert.Contains(t, failed(t, "serve", "--db", db, "--addr", taken.Addr().String()), "is taken by another program")
	require.NoError(t, taken.Close())

	assert.Contains(t, failed(t, "serve", "--addr", "127.0.0.1:0", "--db", filepath.Join(folder, "no", "such", "staso.db")), "no/such/staso.db")

	st, err := sqlite.Open(t.Context(), db)
	require.NoError(t, err)
	assert.Contains(t, failed(t, "serve", "--addr", "127.0.0.1:0", "--db", db), db+" is in use by another process")
	require.NoError(t, st.Close())

	raw, err := sql.Open("sqlite", db)
	require.NoError(t, err)
	_, err = raw.Exec("PRAGMA user_version = 9999")
	require.NoError(t, err)
	require.NoError(t, raw.Close())
	assert.Contains(t, failed(t, "serve", "--addr", "127.0.0.1:0", "--db", db), "its schema has version 9999")

	other := filepath.Join(folder, "notes.txt")
	require.NoError(t, os.WriteFile(other, []byte(strings.Repeat("not a database\n", 1000)), 0o600))
	assert.Contains(t, failed(t, "serve", "--addr", "127.0.0.1:0", "--db", other), "is no sound staso store")
}

func TestServeEndsGracefullyOnASignal(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		p := serveProcess(t, filepath.Join(t.TempDir(), "staso.db"))
		ingest(t, p.url, oneTrace)
		require.NoError(t, p.cmd.Process.Signal(signal))
		assert.Equal(t, 0, p.wait(t), "%s", p.stderr)
		assert.Contains(t, p.stderr.String(), "stopped: all that was acknowledged is in")
	}
}

func TestASecondSignalEndsAtOnce(t *testing.T) {
	p := serveProcess(t, filepath.Join(t.TempDir(), "staso.db"))
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "POST /v1/traces/ingest HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return strings.Contains(fetch(t, p.url+"/metrics"), "requests_in_flight 2\n") }, 5*time.Second, time.Millisecond)

	require.NoError(t, p.cmd.Process.Signal(os.Interrupt))
	require.Eventually(t, func() bool { // it has seen the first: it takes no more requests
		c, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	}, 5*time.Second, time.Millisecond)
	ended := make(chan int, 1)
	go func() { ended <- p.wait(t) }()
	code := 0
	require.Eventually(t, func() bool { // at once, or a moment after it has seen the first
		_ = p.cmd.Process.Signal(os.Interrupt)
		select {
		case code = <-ended:
			return true
		default:
			return false
		}
	}, 5*time.Second, 10*time.Millisecond, "not after the ten seconds that requests get to end")
	assert.Equal(t, -1, code)
}

func TestKillUnderLoadLosesNothingAcknowledged(t *testing.T) {
	db := filepath.Join(t.TempDir(), "staso.db")
	p := serveProcess(t, db)
	shape := loadtest.Shape{Traces: 2, Spans: 10}
	template, err := loadtest.NewTemplate(shape, time.Now())
	require.NoError(t, err)

	const clients, enough = 4, 25
	var acknowledged [clients]atomic.Int64
	ended := make(chan struct{}, clients)
	for c := range clients {
		go func() { // ends with the server
			defer func() { ended <- struct{}{} }()
			for n := int64(0); ; n++ {
				body := string(template.Body(nil, uint64(c)<<20|uint64(n)))
				response, err := client.Post(p.url+"/v1/traces/ingest", "application/json", strings.NewReader(body))
				if err != nil {
					return
				}
				answer, err := io.ReadAll(response.Body)
				_ = response.Body.Close()
				if err != nil || !strings.Contains(string(answer), `"accepted":2`) {
					return
				}
				acknowledged[c].Store(n + 1)
			}
		}()
	}
	require.Eventually(t, func() bool {
		for c := range clients {
			if acknowledged[c].Load() < enough {
				return false
			}
		}
		return true
	}, 30*time.Second, time.Millisecond)
	require.NoError(t, p.cmd.Process.Kill())
	assert.Equal(t, -1, p.wait(t))
	for range clients {
		<-ended
	}
	client.CloseIdleConnections()

	st, err := sqlite.Open(t.Context(), db)
	require.NoError(t, err)
	defer func() { assert.NoError(t, st.Close()) }()
	for c := range clients {
		for n := range acknowledged[c].Load() {
			for trace := range shape.Traces {
				id := loadtest.TraceID(uint64(c)<<20|uint64(n), trace)
				summary, err := st.Trace(t.Context(), store.DefaultWorkspace, id)
				require.NoError(t, err, "client %d, request %d of %d", c, n, acknowledged[c].Load())
				require.EqualValues(t, shape.Spans, summary.SpanCount)
			}
		}
	}
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	response, err := client.Get(url)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(body)
}

// oneTrace is a request with the trace that the other tests look at.
const oneTrace = `{"traces":[{"trace_id":"0af76519-16cd-43dd-8448-eb211c80319c","timestamp":"2026-01-31T09:00:00Z","spans":[
	{"span_id":"00000000-0000-0000-0000-000000000001","name":"support-bot","kind":"agent","duration_ms":1234,"agent_name":"support-bot"},
	{"span_id":"00000000-0000-0000-0000-000000000002","parent_span_id":"00000000-0000-0000-0000-000000000001","timestamp":"2026-01-31T09:00:00.01Z",
		"name":"chat","kind":"llm","model":"gpt-4o","duration_ms":820,"input_tokens":120,"output_tokens":30,"total_tokens":150},
	{"span_id":"00000000-0000-0000-0000-000000000003","parent_span_id":"00000000-0000-0000-0000-000000000001","timestamp":"2026-01-31T09:00:00.9Z",
		"name":"lookup","kind":"tool","duration_ms":0.5,"status":"error","error_message":"no such order\u001b]0;owned\u0007\u001b[2J\u202e"}]}]}`
