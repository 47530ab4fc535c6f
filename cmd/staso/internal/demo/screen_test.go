package demo_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/demo"
)

const patience = 60 * time.Second

// screen is what a demo prints.
type screen struct {
	mu      sync.Mutex
	text    strings.Builder
	changed chan struct{}
}

func newScreen() *screen { return &screen{changed: make(chan struct{}, 1)} }

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Write(p)
	select {
	case s.changed <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// waitFor waits until the screen shows the text.
func (s *screen) waitFor(t *testing.T, text string) {
	t.Helper()
	deadline := time.After(patience)
	for !strings.Contains(s.String(), text) {
		select {
		case <-s.changed:
		case <-deadline:
			require.FailNowf(t, "never shown", "%q in:\n%s", text, s)
		}
	}
}

func (s *screen) lines() []string {
	return strings.Split(strings.TrimRight(s.String(), "\n"), "\n")
}

// show is a demo under way.
type show struct {
	*screen
	url  string
	stop context.CancelFunc
	done chan error
}

// start starts a demo and ends it with the test. Its store is in the folder that
// TMPDIR names, which must be empty at the end.
func start(t *testing.T, o demo.Options) *show {
	t.Helper()
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &show{screen: newScreen(), url: "http://" + listener.Addr().String(), done: make(chan error, 1)}
	o.Listener, o.Out = listener, s.screen
	if o.LookupEnv == nil {
		o.LookupEnv = func(string) (string, bool) { return "", false }
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	s.stop = stop
	go func() { s.done <- demo.Run(ctx, o) }()
	t.Cleanup(func() {
		stop()
		<-s.done
		left, err := os.ReadDir(tmp)
		require.NoError(t, err)
		require.Empty(t, left, "the temporary store is left behind")
	})
	return s
}

// wait returns what the demo ended with.
func (s *show) wait(t *testing.T) error {
	t.Helper()
	select {
	case err := <-s.done:
		s.done <- nil
		return err
	case <-time.After(patience):
		require.FailNowf(t, "the demo does not end", "it showed:\n%s", s)
		return nil
	}
}

// project makes a folder that is worth a look, with a link that leads out of it.
func project(t *testing.T) string {
	t.Helper()
	dir, outside := t.TempDir(), t.TempDir()
	write(t, outside, "secret.txt", "the word is mellon")
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret.txt"), filepath.Join(dir, "link.txt")))
	write(t, dir, "README.md", "# Kettle\n\nA kettle that boils water for people in a hurry.\n\n## Testing\n\nRun the tests with make test.\n")
	write(t, dir, "kettle.go", "// Package kettle boils water until it is hot.\npackage kettle\n\n// TO"+"DO: stop boiling\nfunc Boil() {}\n")
	write(t, dir, "docs/limits.md", "# Limits\n\nThe kettle holds a litre and a half.\n")
	write(t, dir, "Makefile", "# What can be made of the kettle.\ntest:\n\tgo test ./...\n")
	write(t, dir, "CHANGELOG.md", "# Changes\n\nThe lid closes now, which it did not before.\n")
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}
