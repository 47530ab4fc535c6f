package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
)

// writeSample writes one trace of n spans and returns its id.
func writeSample(t *testing.T, s *sqlite.Store, n int) uuid.UUID {
	t.Helper()
	spans := sampleTrace(rand.New(rand.NewPCG(uint64(n), 1)), n, time.Unix(1_700_000_000, 0))
	require.NoError(t, s.Write(t.Context(), "default", store.Write{Spans: spans}))
	return spans[0].TraceID
}

// childPath names the variable that makes this test binary the process that is
// killed.
const childPath = "STASO_TEST_CHILD_STORE"

// TestKilledProcessLosesNothingAcknowledged kills a process in the midst of its
// writing, and finds all that it said was stored, and the sums right.
func TestKilledProcessLosesNothingAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "staso.db")
	for round := range 3 {
		var acknowledged []uuid.UUID
		child := exec.Command(os.Args[0], "-test.run=^TestChildWrites$")
		child.Env = append(os.Environ(), childPath+"="+path)
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if id, err := uuid.Parse(lines.Text()); err == nil {
				acknowledged = append(acknowledged, id)
			}
			if len(acknowledged) == 100*(round+1) {
				require.NoError(t, child.Process.Kill())
			}
		}
		require.Error(t, child.Wait(), "the child must have been killed")
		require.GreaterOrEqual(t, len(acknowledged), 100*(round+1))

		s, err := sqlite.Open(t.Context(), path)
		require.NoError(t, err)
		for _, id := range acknowledged {
			sum, err := s.Trace(t.Context(), "default", id)
			require.NoError(t, err, "trace %s was acknowledged", id)
			spans, err := s.Spans(t.Context(), "default", id, store.SpanQuery{Payloads: true})
			require.NoError(t, err)
			require.Len(t, spans, 10)
			require.Equal(t, int64(10), sum.SpanCount)
		}
		require.NoError(t, s.Close())
	}
	requireSound(t, path)
}

// requireSound checks the whole file by SQLite's own means.
func requireSound(t *testing.T, path string) {
	t.Helper()
	var verdict string
	require.NoError(t, raw(t, path).QueryRow("PRAGMA integrity_check").Scan(&verdict))
	require.Equal(t, "ok", verdict)
}

// TestChildWrites is the process that is killed; by itself it does nothing.
func TestChildWrites(t *testing.T) {
	path := os.Getenv(childPath)
	if path == "" {
		t.Skip("only runs as a child of TestKilledProcessLosesNothingAcknowledged")
	}
	s, err := sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	for range 4 {
		go func() {
			r := rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
			for {
				spans := sampleTrace(r, 10, time.Now())
				if s.Write(context.Background(), "default", store.Write{Spans: spans}) == nil {
					fmt.Println(spans[0].TraceID)
				}
			}
		}()
	}
	select {}
}

func TestFullDisk(t *testing.T) {
	s := openStore(t, sqlite.WithMaxBytes(2<<20))
	kept := writeSample(t, s, 10)
	big := sampleTrace(rand.New(rand.NewPCG(1, 1)), 50, time.Now())
	r := rand.New(rand.NewPCG(4, 4))
	for i := range big {
		big[i].Input = make([]byte, 100_000)
		for j := range big[i].Input {
			big[i].Input[j] = byte(r.Uint32())
		}
	}
	err := s.Write(t.Context(), "default", store.Write{Spans: big})
	require.ErrorIs(t, err, store.ErrFull)
	require.ErrorIs(t, s.Ready(t.Context()), store.ErrFull)
	_, err = s.Trace(t.Context(), "default", big[0].TraceID)
	assert.ErrorIs(t, err, store.ErrNotFound, "nothing of it is stored")
	sum, err := s.Trace(t.Context(), "default", kept)
	require.NoError(t, err)
	assert.Equal(t, int64(10), sum.SpanCount)

	again := writeSample(t, s, 11) // a small one has room
	require.NoError(t, s.Ready(t.Context()))
	require.NoError(t, s.Write(t.Context(), "default", store.Write{Spans: big[:10]}))
	_, err = s.Trace(t.Context(), "default", again)
	assert.NoError(t, err)
	require.NoError(t, s.DeleteTrace(t.Context(), "default", big[0].TraceID))
	require.NoError(t, s.Write(t.Context(), "default", store.Write{Spans: big[10:20]}), "room that was given back is used")
}

// TestOneBadWriteFailsAlone puts a write that cannot fit in company with ones
// that can.
func TestOneBadWriteFailsAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "staso.db")
	s, err := sqlite.Open(t.Context(), path, sqlite.WithMaxBytes(2<<20))
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	release := holdWriter(t, s, path)
	big := sampleTrace(rand.New(rand.NewPCG(1, 1)), 10, time.Now())
	noise := make([]byte, 3<<20)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	big[0].Input = noise
	results := map[string]chan error{"good": make(chan error, 1), "big": make(chan error, 1), "fine": make(chan error, 1)}
	for i, name := range []string{"good", "big", "fine"} {
		spans := sampleTrace(rand.New(rand.NewPCG(uint64(i), 9)), 3, time.Now())
		if name == "big" {
			spans = big
		}
		go func() { results[name] <- s.Write(context.Background(), "default", store.Write{Spans: spans}) }()
	}
	require.Eventually(t, func() bool { return s.Waiting() >= 3 }, 5*time.Second, time.Millisecond)
	release()
	assert.NoError(t, <-results["good"])
	assert.ErrorIs(t, <-results["big"], store.ErrFull)
	assert.NoError(t, <-results["fine"])
}

// holdWriter keeps the store's writer from its next commit, by a lock on the
// file such as a database shell would take, until release is called.
func holdWriter(t *testing.T, s *sqlite.Store, path string) (release func()) {
	t.Helper()
	conn, err := raw(t, path).Conn(t.Context())
	require.NoError(t, err)
	_, err = conn.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	require.NoError(t, err)
	blocked := make(chan error, 1)
	go func() {
		spans := sampleTrace(rand.New(rand.NewPCG(77, 77)), 1, time.Now())
		blocked <- s.Write(context.Background(), "default", store.Write{Spans: spans})
	}()
	require.Eventually(t, func() bool { return s.Waiting() == 0 && len(blocked) == 0 && s.Writing() }, 5*time.Second, time.Millisecond)
	return func() {
		_, err := conn.ExecContext(context.Background(), "ROLLBACK")
		require.NoError(t, err)
		require.NoError(t, conn.Close())
		require.NoError(t, <-blocked)
	}
}

func TestFullQueueIsBusyAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "staso.db")
	s, err := sqlite.Open(t.Context(), path, sqlite.WithQueue(25, 1<<20))
	require.NoError(t, err)
	release := holdWriter(t, s, path)
	r := rand.New(rand.NewPCG(5, 5))
	done := make(chan error, 10)
	write := func() { // 10 spans
		spans := sampleTrace(r, 10, time.Now())
		go func() { done <- s.Write(context.Background(), "default", store.Write{Spans: spans}) }()
	}
	write()
	write()
	require.Eventually(t, func() bool { return s.Waiting() == 2 }, 5*time.Second, time.Millisecond)
	began := time.Now()
	err = s.Write(t.Context(), "default", store.Write{Spans: sampleTrace(r, 10, time.Now())})
	assert.ErrorIs(t, err, store.ErrBusy)
	assert.Less(t, time.Since(began), time.Second)

	ctx, cancel := context.WithCancel(t.Context())
	cancelled := make(chan error, 1)
	go func() {
		cancelled <- s.Write(ctx, "default", store.Write{Spans: sampleTrace(rand.New(rand.NewPCG(6, 6)), 2, time.Now())})
	}()
	require.Eventually(t, func() bool { return s.Waiting() == 3 }, 5*time.Second, time.Millisecond)
	assert.ErrorIs(t, s.Ready(t.Context()), store.ErrBusy)
	cancel()
	assert.ErrorIs(t, <-cancelled, context.Canceled, "a wait ends with its context")

	closed := make(chan error, 1)
	go func() { closed <- s.Close() }()
	release()
	assert.NoError(t, <-done, "Close writes what was accepted")
	assert.NoError(t, <-done)
	assert.NoError(t, <-closed)
}

func TestQueueBoundsBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "staso.db")
	s, err := sqlite.Open(t.Context(), path, sqlite.WithQueue(1000, 10_000))
	require.NoError(t, err)
	release := holdWriter(t, s, path)
	done := make(chan error, 1)
	large := sampleTrace(rand.New(rand.NewPCG(1, 1)), 30, time.Now())
	go func() { done <- s.Write(context.Background(), "default", store.Write{Spans: large}) }()
	require.Eventually(t, func() bool { return s.Waiting() == 1 }, 5*time.Second, time.Millisecond,
		"a write beyond the bound is taken where nothing waits")
	err = s.Write(t.Context(), "default", store.Write{Spans: large[:1]})
	assert.ErrorIs(t, err, store.ErrBusy)
	release()
	assert.NoError(t, <-done)
	assert.NoError(t, s.Close())
}

// TestBusyFile is a file whose lock another process does not give up.
func TestBusyFile(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the busy timeout")
	}
	path := filepath.Join(t.TempDir(), "staso.db")
	s, err := sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	conn, err := raw(t, path).Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	_, err = conn.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	require.NoError(t, err)
	spans := sampleTrace(rand.New(rand.NewPCG(1, 1)), 1, time.Now())
	assert.ErrorIs(t, s.Write(t.Context(), "default", store.Write{Spans: spans}), store.ErrBusy)
	_, err = conn.ExecContext(t.Context(), "ROLLBACK")
	require.NoError(t, err)
	assert.NoError(t, s.Write(t.Context(), "default", store.Write{Spans: spans}), "the store goes on afterwards")
}
