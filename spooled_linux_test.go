package staso_test

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/testutil"
)

// fullDiskChild has files that may not grow beyond a limit, as on a full disk,
// until the limit is lifted.
func fullDiskChild(dir string) {
	signal.Ignore(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	exitOn(syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit))
	small := syscall.Rlimit{Cur: 100_000, Max: limit.Max}
	exitOn(syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small))
	backend := testutil.NewBackend()
	defer backend.Close()
	tracer, _, err := spooledTracer(dir, backend.URL())
	exitOn(err)

	endSpans(tracer, 8, strings.Repeat("x", 50_000))
	err = tracer.Flush(context.Background())
	var loss *staso.LossError
	if !errors.As(err, &loss) || !errors.Is(err, syscall.EFBIG) {
		exitOn(fmt.Errorf("want a loss by EFBIG, got %w", err))
	}
	exitOn(syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
	endSpans(tracer, 3, strings.Repeat("y", 50_000))
	exitOn(tracer.Flush(context.Background()))
	_ = tracer.Shutdown(context.Background()) // it tells of the loss once more
	stats := tracer.Stats().Spans
	fmt.Println(stats.Ended, stats.Exported, stats.Failed["retries_exhausted"], stats.Pending, len(backend.Spans()))
}

func TestAFullDiskUnderASpoolIsToldAndMayRecover(t *testing.T) {
	t.Parallel()
	out, err := child(t, "full", t.TempDir()).Output()
	require.NoError(t, err)
	var ended, exported, failed, pending, arrived int
	_, err = fmt.Sscan(string(out), &ended, &exported, &failed, &pending, &arrived)
	require.NoError(t, err, "%s", out)
	assert.Equal(t, 11, ended)
	assert.Positive(t, failed)
	assert.Equal(t, ended, exported+failed)
	assert.Zero(t, pending)
	assert.Equal(t, exported, arrived)
}
