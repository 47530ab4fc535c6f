package jsonl_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/jsonl"
)

// childVariable makes the test binary, when it is started again by itself, the
// process of fullChild.
const childVariable = "STASO_JSONL_TEST_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childVariable); path != "" {
		if err := fullChild(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// fullChild has files that may not grow beyond a limit: a write is then cut off
// in the middle, as it is on a full disk.
func fullChild(path string) error {
	signal.Ignore(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	small := syscall.Rlimit{Cur: 10_000, Max: limit.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small); err != nil {
		return err
	}
	e, err := jsonl.New(path)
	if err != nil {
		return err
	}
	for err == nil {
		err = e.Export(context.Background(), batch("a", "b"))
	}
	var retryable *exporter.RetryableError
	if !errors.As(err, &retryable) || !errors.Is(err, syscall.EFBIG) {
		return fmt.Errorf("want a RetryableError that wraps EFBIG, got %w", err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.HasSuffix(content, []byte("\n")) {
		return fmt.Errorf("a torn line is left: %.40q", content[bytes.LastIndexByte(content, '\n')+1:])
	}
	if lines := bytes.Count(content, []byte("\n")); lines%2 != 0 {
		return fmt.Errorf("a part of a batch is left: %d lines", lines)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	return e.Export(context.Background(), batch("last"))
}

func TestAFullDiskLeavesNoTornLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "traces.jsonl")
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+path)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)

	got := names(t, path)
	require.NotEmpty(t, got)
	assert.Equal(t, "last", got[len(got)-1])
	assert.Equal(t, strings.Repeat("ab", (len(got)-1)/2), strings.Join(got[:len(got)-1], ""))
	assert.Greater(t, len(got), 5)
}
