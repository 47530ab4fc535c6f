package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/cmd/staso/internal/cli"
	"github.com/staso-go/staso/cmd/staso/internal/server"
	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
)

// client is the tests' own, so that they can close its connections.
var client = &http.Client{Transport: &http.Transport{}}

// asCommand makes the test's own binary the command, so that it can be run,
// interrupted and killed as a process.
const asCommand = "STASO_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	goleak.VerifyTestMain(m)
}

// run runs the command in this process.
func run(args ...string) (code int, stdout, stderr string) { return runWith("", args...) }

// runWith runs the command with something on its standard input.
func runWith(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = cli.Run(args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

// failed runs a command that must fail, with one line that says why.
func failed(t *testing.T, args ...string) string {
	t.Helper()
	code, stdout, stderr := run(args...)
	require.Equal(t, 1, code, "%v: %s", args, stdout)
	assert.Empty(t, stdout)
	assert.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
	assert.True(t, strings.HasPrefix(stderr, "staso: "), stderr)
	return stderr
}

// backend is a server in this process.
func backend(t *testing.T) string {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "staso.db"))
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.New(db, server.Options{}).Serve(ctx, listener) }()
	t.Cleanup(func() {
		client.CloseIdleConnections()
		stop()
		assert.NoError(t, <-done)
		assert.NoError(t, db.Close())
	})
	return "http://" + listener.Addr().String()
}

func ingest(t *testing.T, url, body string) {
	t.Helper()
	response, err := client.Post(url+"/v1/traces/ingest", "application/json", strings.NewReader(body))
	require.NoError(t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Contains(t, string(answer), `"rejected":0`)
}

// process is the command in a process of its own.
type process struct {
	cmd    *exec.Cmd
	url    string
	stderr *bytes.Buffer
	rest   chan string // what it printed after its first lines
}

// serveProcess starts `staso serve` and waits until it answers.
func serveProcess(t *testing.T, db string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(os.Args[0], "serve", "--addr", "127.0.0.1:0", "--db", db), stderr: new(bytes.Buffer), rest: make(chan string, 1)}
	p.cmd.Env = append(os.Environ(), asCommand+"=1")
	p.cmd.Stderr = p.stderr
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	lines := bufio.NewReader(stdout)
	first, err := lines.ReadString('\n')
	require.NoError(t, err, "%s", p.stderr)
	_, p.url, _ = strings.Cut(strings.TrimSpace(first), "http://")
	p.url = "http://" + p.url
	go func() {
		rest, _ := io.ReadAll(lines)
		p.rest <- string(rest)
	}()
	return p
}

// wait returns the process's exit code; -1 means that a signal ended it.
func (p *process) wait(t *testing.T) int {
	t.Helper()
	select {
	case <-p.rest:
	case <-time.After(20 * time.Second):
		t.Fatal("the process does not end")
	}
	_ = p.cmd.Wait() // its code says it
	return p.cmd.ProcessState.ExitCode()
}
