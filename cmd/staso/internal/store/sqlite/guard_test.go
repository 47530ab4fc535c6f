package sqlite_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
)

func sampleDecision(n int) store.Decision {
	id := uuid.New()
	return store.Decision{
		ID: id, Request: store.Digest(append(id[:], id[:]...)), Time: time.Unix(1_700_000_000, int64(n)), Origin: store.OriginBackend, Action: "block",
		Tool: "run_shell", Input: []byte(fmt.Sprintf(`{"command":"rm -rf /","n":%d}`, n)), Result: []byte(`{"action":"block"}`),
		Hits: []store.Hit{{Rule: "dangerous", Outcome: store.Enforced}}, TraceID: uuid.New(), ConversationID: "c",
	}
}

func record(t *testing.T, s *sqlite.Store, n int) {
	t.Helper()
	list := make([]store.Decision, n)
	for i := range list {
		list[i] = sampleDecision(i)
	}
	_, err := s.RecordDecisions(t.Context(), "default", list)
	require.NoError(t, err)
}

// TestOpenBringsAnOldStoreUpToDate opens a file that was written before there was
// a guard.
func TestOpenBringsAnOldStoreUpToDate(t *testing.T) {
	packed, err := os.Open("testdata/v1.db.gz")
	require.NoError(t, err)
	defer packed.Close()
	unpacked, err := gzip.NewReader(packed)
	require.NoError(t, err)
	old, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "staso.db")
	require.NoError(t, os.WriteFile(path, old, 0o600))
	trace := uuid.MustParse("0af76519-16cd-43dd-8448-eb211c80319c")
	for range 2 {
		s, err := sqlite.Open(t.Context(), path)
		require.NoError(t, err)
		sum, err := s.Trace(t.Context(), "default", trace)
		require.NoError(t, err)
		assert.Equal(t, int64(5), sum.SpanCount)
		assert.Equal(t, int64(1), sum.AnnotationCount)
		page, err := s.Traces(t.Context(), "default", store.TraceQuery{Text: "search_docs"})
		require.NoError(t, err)
		assert.Len(t, page.Traces, 1)
		record(t, s, 2)
		report, err := s.VerifyDecisions(t.Context(), "default")
		require.NoError(t, err)
		assert.Zero(t, report.Broken)
		require.NoError(t, s.Close())
	}
	requireSound(t, path)
	var version int
	require.NoError(t, raw(t, path).QueryRow("PRAGMA user_version").Scan(&version))
	assert.Equal(t, 2, version)
}

// TestChangedDecisionsAreFound does to the file what a hand could that wants to
// hide something.
func TestChangedDecisionsAreFound(t *testing.T) {
	for name, c := range map[string]struct {
		change string
		broken int64
		reason string
	}{
		"another verdict":       {"UPDATE decisions SET action = 1 WHERE id & 0xff = 3", 3, "not what was written"},
		"another reason":        {"UPDATE decisions SET reason = 'fine' WHERE id & 0xff = 3", 3, "not what was written"},
		"other arguments":       {"UPDATE decision_bodies SET input = '{}' WHERE id & 0xff = 4", 4, "not what was written"},
		"no arguments":          {"DELETE FROM decision_bodies WHERE id & 0xff = 5", 5, "not what was written"},
		"a hit less":            {"UPDATE decisions SET hits = NULL WHERE id & 0xff = 1", 1, "not what was written"},
		"one removed":           {"DELETE FROM decisions WHERE id & 0xff = 2", 2, "is missing"},
		"the first removed":     {"DELETE FROM decisions WHERE id & 0xff = 1", 1, "is missing"},
		"the end cut off":       {"DELETE FROM decisions WHERE id & 0xff > 3", 4, "is missing, and all after it"},
		"all removed":           {"DELETE FROM decisions", 1, "is missing, and all after it"},
		"the place of one":      {"UPDATE decisions SET id = id + 100 WHERE id & 0xff = 6", 6, "is missing"},
		"a hash that fits less": {"UPDATE decisions SET prev = zeroblob(32) WHERE id & 0xff = 2", 2, "does not follow"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "staso.db")
			s, err := sqlite.Open(t.Context(), path)
			require.NoError(t, err)
			record(t, s, 6)
			require.NoError(t, s.Close())
			_, err = raw(t, path).Exec(c.change)
			require.NoError(t, err)
			s, err = sqlite.Open(t.Context(), path)
			require.NoError(t, err)
			defer func() { require.NoError(t, s.Close()) }()
			report, err := s.VerifyDecisions(t.Context(), "default")
			require.NoError(t, err)
			assert.Equal(t, c.broken, report.Broken)
			assert.Contains(t, report.Reason, c.reason)
		})
	}
}

func TestGuardPlans(t *testing.T) {
	s := openStore(t)
	record(t, s, 10)
	for name, c := range map[string]struct {
		query store.DecisionQuery
		index string
	}{
		"default":      {store.DecisionQuery{}, "decisions_time"},
		"time":         {store.DecisionQuery{From: time.Unix(1, 0), To: time.Unix(2, 0)}, "decisions_time (ws=? AND time>? AND time<?)"},
		"tool":         {store.DecisionQuery{Tool: "x", WouldBlock: true}, "decisions_time"},
		"trace":        {store.DecisionQuery{TraceID: uuid.New()}, "SEARCH d USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
		"conversation": {store.DecisionQuery{ConversationID: "c"}, "SEARCH d USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
		"rule":         {store.DecisionQuery{Rule: "dangerous", From: time.Unix(1, 0)}, "PRIMARY KEY (ws=? AND rule=? AND time>?)"},
	} {
		plan, err := s.DecisionPlan(t.Context(), "default", c.query)
		require.NoError(t, err)
		text := strings.Join(plan, "\n")
		assert.Contains(t, text, c.index, name)
		assert.NotContains(t, text, "SCAN d", "%s must not go through a whole table:\n%s", name, text)
		assert.Equal(t, name == "trace" || name == "conversation", strings.Contains(text, "B-TREE"), "%s: only these few may be sorted:\n%s", name, text)
	}
}

const guardChildPath = "STASO_TEST_CHILD_GUARD"

// TestKilledProcessLosesNoDecision kills a process in the midst of its deciding.
func TestKilledProcessLosesNoDecision(t *testing.T) {
	path := filepath.Join(t.TempDir(), "staso.db")
	var acknowledged []uuid.UUID
	child := exec.Command(os.Args[0], "-test.run=^TestChildDecides$")
	child.Env = append(os.Environ(), guardChildPath+"="+path)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if id, err := uuid.Parse(lines.Text()); err == nil {
			acknowledged = append(acknowledged, id)
		}
		if len(acknowledged) == 200 {
			require.NoError(t, child.Process.Kill())
		}
	}
	require.Error(t, child.Wait(), "the child must have been killed")
	s, err := sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	for _, id := range acknowledged {
		_, err := s.Decision(t.Context(), "default", id)
		require.NoError(t, err, "decision %s was acknowledged", id)
	}
	report, err := s.VerifyDecisions(t.Context(), "default")
	require.NoError(t, err)
	assert.Zero(t, report.Broken, report.Reason)
	assert.GreaterOrEqual(t, report.Checked, int64(len(acknowledged)))
	record(t, s, 1)
	require.NoError(t, s.Close())
	requireSound(t, path)
}

// TestChildDecides is the process that is killed; by itself it does nothing.
func TestChildDecides(t *testing.T) {
	path := os.Getenv(guardChildPath)
	if path == "" {
		t.Skip("only runs as a child of TestKilledProcessLosesNoDecision")
	}
	s, err := sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	for range 4 {
		go func() {
			for n := 0; ; n++ {
				d := sampleDecision(n)
				if _, err := s.RecordDecisions(context.Background(), "default", []store.Decision{d}); err == nil {
					fmt.Println(d.ID)
				}
			}
		}()
	}
	select {}
}
