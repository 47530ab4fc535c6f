package replay_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// run is one recorded run of an agent.
type run struct {
	ID      string  `json:"id"`
	Source  string  `json:"source"`
	Model   *string `json:"model"`
	Domain  string  `json:"domain"`
	Task    string  `json:"task"`
	Outcome struct {
		Success *bool    `json:"success"`
		Reward  *float64 `json:"reward"`
	} `json:"outcome"`
	Messages []message `json:"messages"`
	Failures []struct {
		Step     int    `json:"step"`
		Category string `json:"category"`
		Reason   string `json:"reason"`
	} `json:"failures"`
	ExitStatus string `json:"exit_status"`
}

type message struct {
	Role       string     `json:"role"`
	Content    *string    `json:"content"`
	ToolCalls  []toolCall `json:"tool_calls"`
	ToolCallID string     `json:"tool_call_id"`
	Error      string     `json:"error"`
	Action     string     `json:"action"` // a command, where the model wrote it into its text
}

type toolCall struct {
	ID            string          `json:"id"`
	Name          string          `json:"name"`
	Arguments     json.RawMessage `json:"arguments"`
	ArgumentsText string          `json:"arguments_text"`
}

// loadRuns reads all recorded runs, or skips the test where there are none.
func loadRuns(t *testing.T) []run {
	t.Helper()
	const folder = "../../../../../shared/agent_runs"
	files, err := filepath.Glob(filepath.Join(folder, "*.jsonl"))
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skipf("there are no recorded runs in %s beside the repository", filepath.Base(folder))
	}
	var runs []run
	for _, name := range files {
		runs = append(runs, readRuns(t, name)...)
	}
	return runs
}

func readRuns(t *testing.T, name string) (runs []run) {
	t.Helper()
	file, err := os.Open(name)
	require.NoError(t, err)
	defer file.Close()
	for lines := bufio.NewReader(file); ; {
		line, err := lines.ReadBytes('\n')
		if len(line) > 1 {
			var r run
			require.NoError(t, json.Unmarshal(line, &r), "%s, run %d", filepath.Base(name), len(runs)+1)
			runs = append(runs, r)
		}
		if errors.Is(err, io.EOF) {
			return runs
		}
		require.NoError(t, err)
	}
}

// databasePath is where the store is kept: in a folder that goes with the test, or
// where the variable says, so that the runs can be looked at afterwards.
func databasePath(t *testing.T) string {
	t.Helper()
	const variable = "STASO_REPLAY_DB"
	path := os.Getenv(variable)
	if path == "" {
		return filepath.Join(t.TempDir(), "replay.db")
	}
	_, err := os.Stat(path)
	require.ErrorIs(t, err, fs.ErrNotExist, "%s must name a file that is not there yet", variable)
	t.Logf("look at the runs with: staso serve --db %s", path)
	return path
}
