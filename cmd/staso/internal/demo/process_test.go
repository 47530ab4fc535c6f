//go:build unix

package demo_test

import (
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheProcessStopsOnAnInterrupt(t *testing.T) {
	tmp := t.TempDir()
	out := newScreen()
	child := exec.CommandContext(t.Context(), os.Args[0], "demo")
	child.Dir = project(t)
	child.Env = []string{childVariable + "=1", "TMPDIR=" + tmp} // no HOME, no PATH: no git
	child.Stdout, child.Stderr = out, out
	require.NoError(t, child.Start())
	out.waitFor(t, "running")
	require.NoError(t, child.Process.Signal(syscall.SIGINT))
	assert.NoError(t, child.Wait(), "it ends well")
	left, err := os.ReadDir(tmp)
	require.NoError(t, err)
	assert.Empty(t, left, "the temporary store is left behind")
}
