package prompt_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// row is a line of the corpus of labelled calls that may stand beside the
// repository.
type row struct {
	Tool     string            `json:"tool_name"`
	Input    map[string]string `json:"tool_input"`
	Label    string            `json:"label"`
	Category string            `json:"category"`
	Tier     int               `json:"tier"`
}

func corpus(t *testing.T, name string) []row {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "..", "..", "..", "shared", "guard_corpus", name))
	if err != nil {
		t.Skip("the corpus is not beside the repository: ", err)
	}
	defer file.Close()
	var rows []row
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var r row
		require.NoError(t, json.Unmarshal(lines.Bytes(), &r))
		rows = append(rows, r)
	}
	require.NoError(t, lines.Err())
	return rows
}

func (r row) call() *detect.Call {
	c := &detect.Call{}
	if r.Tool == "tool_output" {
		c.Phase = guard.PhaseOutput
	}
	for _, key := range []string{"system", "content"} {
		if s := r.Input[key]; s != "" {
			c.Args = append(c.Args, detect.Arg{Field: key, Key: key, Kinds: detect.Text, Text: s})
		}
	}
	return c
}

func TestCorpus(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	found, all := map[int]int{}, map[int]int{}
	alarms, safe := 0, 0
	for _, r := range corpus(t, "prompt_injection.jsonl") {
		got := findings(d, r.call())
		if r.Label == "safe" {
			if safe++; len(got) > 0 {
				alarms++
				t.Logf("alarm %s %s: %.300s", r.Category, got[0].Code, r.Input["content"])
			}
			continue
		}
		if all[r.Tier]++; len(got) > 0 {
			found[r.Tier]++
		} else if r.Tier == 2 {
			t.Logf("miss  %s: %.200s | %.200s", r.Category, r.Input["system"], r.Input["content"])
		}
	}
	t.Logf("tier 2: %d of %d found; tier 3: %d of %d; safe: %d of %d stopped", found[2], all[2], found[3], all[3], alarms, safe)
	assert.LessOrEqual(t, alarms, 1)
	assert.GreaterOrEqual(t, float64(found[2]), 0.7*float64(all[2]))
}
