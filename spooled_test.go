package staso_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/exporter/httpexport"
	"github.com/staso-go/staso/exporter/spool"
	"github.com/staso-go/staso/testutil"
)

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// spooledTracer has a spool in dir in front of the backend at url.
func spooledTracer(dir, url string) (*staso.Tracer, *spool.Exporter, error) {
	next, err := httpexport.New(httpexport.WithBaseURL(url))
	if err != nil {
		return nil, nil, err
	}
	spooled, err := spool.New(dir, next)
	if err != nil {
		return nil, nil, err
	}
	tracer, err := staso.New(staso.WithAgentName("a"), staso.WithLookupEnv(nil), staso.WithCaptureVCS(false),
		staso.WithExporter(spooled), staso.WithFlushInterval(10*time.Millisecond))
	return tracer, spooled, err
}

// child starts the test binary again in another part.
func child(t *testing.T, part string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), childVariable+"="+part)
	cmd.Stderr = os.Stderr
	return cmd
}

// killedChild ends spans until it is killed. It tells how many are exported
// for sure, which with a spool is on disk.
func killedChild(dir, url string) {
	tracer, _, err := spooledTracer(dir, url)
	exitOn(err)
	for i := 0; ; i++ {
		_, span := tracer.Start(context.Background(), strconv.Itoa(i))
		span.SetInput([]int{i})
		span.End()
		if i%10 == 0 {
			exitOn(tracer.Flush(context.Background()))
			fmt.Println(i + 1)
		}
	}
}

func TestWhatWasExportedToASpoolSurvivesKill9(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	down := newBackend(t)
	down.FailAlways(testutil.Hang())
	cmd := child(t, "killed", dir, down.URL())
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	exported := 0
	for lines := bufio.NewScanner(stdout); exported < 300 && lines.Scan(); {
		exported, err = strconv.Atoi(lines.Text())
		require.NoError(t, err)
	}
	require.NoError(t, cmd.Process.Kill()) // SIGKILL
	require.Error(t, cmd.Wait())
	require.GreaterOrEqual(t, exported, 300)
	assert.Empty(t, down.Spans())

	up := newBackend(t)
	tracer, spooled, err := spooledTracer(dir, up.URL())
	require.NoError(t, err)
	require.NoError(t, tracer.Shutdown(t.Context()))
	arrived := map[string]string{}
	for _, span := range up.Spans() {
		arrived[span.Name] = string(span.Input)
	}
	for i := range exported {
		assert.Equal(t, fmt.Sprintf("[%d]", i), arrived[strconv.Itoa(i)])
	}
	stats := spooled.Stats()
	assert.Equal(t, stats.Recovered, stats.Delivered)
	assert.Zero(t, stats.Pending)
}
