package spool_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/exporter/spool"
)

// childVariable names the part that the test binary plays when it is started
// again by itself.
const childVariable = "STASO_SPOOL_TEST_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(childVariable) {
	case "crash":
		crashingChild(os.Args[1], os.Args[2])
	case "full":
		fullChild(os.Args[1])
	default:
		goleak.VerifyTestMain(m)
	}
}

func childCommand(t *testing.T, part string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), childVariable+"="+part)
	cmd.Stderr = os.Stderr
	return cmd
}

// crashingChild exports from several goroutines until it is killed. It tells on
// standard output what it is about to export and what was accepted, and in a log
// what it has delivered.
func crashingChild(dir, log string) {
	delivered, err := os.OpenFile(log, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	exitOn(err)
	e, err := spool.New(dir, &killedReceiver{log: delivered}, spool.WithMaxBytes(32<<20), spool.WithMaxBackoff(time.Millisecond))
	exitOn(err)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				batch := derivedBatch(uuid.New())
				fmt.Printf("try %s\n", batch.ID)
				exitOn(e.Export(context.Background(), batch))
				if dropped := e.Stats().Dropped; dropped != nil {
					exitOn(fmt.Errorf("the budget is too small for the test: %v", dropped))
				}
				fmt.Printf("accepted %s\n", batch.ID)
			}
		})
	}
	wg.Wait()
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// derivedBatch follows from its id alone, so that its content can be checked.
func derivedBatch(id uuid.UUID) exporter.Batch {
	random := rand.New(rand.NewPCG(binary.LittleEndian.Uint64(id[:]), 1))
	b := exporter.Batch{ID: id}
	for range 1 + random.IntN(20) {
		var span exporter.SpanData
		binary.LittleEndian.PutUint64(span.SpanID[8:], random.Uint64())
		span.TraceID, span.Name = id, strings.Repeat("n", random.IntN(3000))
		b.Spans = append(b.Spans, &span)
	}
	return b
}

// killedReceiver delivers into a log, and is down half of the time.
type killedReceiver struct{ log *os.File }

func (r *killedReceiver) Export(_ context.Context, batch exporter.Batch) error {
	if rand.IntN(2) == 0 {
		return &exporter.RetryableError{Err: errors.New("down")}
	}
	if err := sameAsDerived(batch); err != nil {
		exitOn(err)
	}
	_, err := fmt.Fprintf(r.log, "%s\n", batch.ID)
	exitOn(err)
	return nil
}

func (r *killedReceiver) Shutdown(context.Context) error { return nil }

func sameAsDerived(batch exporter.Batch) error {
	if !assert.ObjectsAreEqual(derivedBatch(batch.ID), batch) {
		return fmt.Errorf("batch %s is not the one that was exported", batch.ID)
	}
	return nil
}

// history is what is known of all children.
type history struct {
	tried, accepted map[string]bool
}

// run starts a child and kills it once it has accepted n batches.
func (h *history) run(t *testing.T, n int, dir, log string) {
	t.Helper()
	cmd := childCommand(t, "crash", dir, log)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		word, id, whole := strings.Cut(lines.Text(), " ")
		if !whole || len(id) != len(uuid.Nil.String()) {
			continue // the kill cut this line off
		}
		h.tried[id] = true
		if word != "accepted" {
			continue
		}
		h.accepted[id] = true
		if n--; n == 0 {
			require.NoError(t, cmd.Process.Kill())
		}
	}
	require.Error(t, cmd.Wait())
	require.LessOrEqual(t, n, 0, "the child ended by itself")
}

const (
	kills            = 8
	spoolConcurrency = 4 // the default
)

func TestWhatWasAcceptedSurvivesAKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir, log := t.TempDir(), filepath.Join(t.TempDir(), "delivered")
	h := &history{tried: map[string]bool{}, accepted: map[string]bool{}}
	for range kills {
		h.run(t, 1+rand.IntN(60), dir, log)
	}
	next := new(receiver)
	e := open(t, dir, next)
	require.NoError(t, e.Drain(t.Context()))
	require.NoError(t, e.Shutdown(t.Context()), "nothing was dropped")
	assert.Zero(t, e.Stats().Unreadable)

	delivered := make(map[string]bool)
	twice := 0
	content, err := os.ReadFile(log)
	require.NoError(t, err)
	for id := range bytes.Lines(content) {
		id := string(bytes.TrimSpace(id))
		if delivered[id] {
			twice++
		}
		delivered[id] = true
	}
	for _, batch := range next.received() {
		require.NoError(t, sameAsDerived(batch))
		if delivered[batch.ID.String()] {
			twice++
		}
		delivered[batch.ID.String()] = true
	}
	for id := range h.accepted {
		assert.True(t, delivered[id], "batch %s was accepted and is lost", id)
	}
	for id := range delivered {
		assert.True(t, h.tried[id], "batch %s was delivered and never exported", id)
	}
	assert.LessOrEqual(t, twice, kills*spoolConcurrency, "a kill costs what was on its way, sent once more")
	t.Logf("%d tried, %d accepted, %d recovered after the last kill, %d delivered, %d of them twice",
		len(h.tried), len(h.accepted), e.Stats().Recovered.Batches, len(delivered), twice)
}
