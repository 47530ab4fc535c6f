package path_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// sample is a line of the labelled calls that lie beside the repository.
type sample struct {
	Label string            `json:"label"`
	Tier  int               `json:"tier"`
	Tool  string            `json:"tool_name"`
	Input map[string]string `json:"tool_input"`
}

func samples(t *testing.T, name string) []sample {
	t.Helper()
	file, err := os.Open(filepath.Join("../../../../../shared/guard_corpus", name))
	if err != nil {
		t.Skip("no labelled calls here:", err)
	}
	defer file.Close()
	var all []sample
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var s sample
		require.NoError(t, json.Unmarshal(lines.Bytes(), &s))
		all = append(all, s)
	}
	return all
}

func TestLabelledCalls(t *testing.T) {
	t.Parallel()
	hits, totals := map[string]int{}, map[string]int{}
	for _, s := range samples(t, "paths.jsonl") {
		group := fmt.Sprint(s.Label, " tier ", s.Tier)
		text := s.Input["path"]
		totals[group]++
		found := find(t, "", s.Tool, detect.Arg{Field: "path", Key: "path", Kinds: detect.Path, Text: text})
		if len(found) > 0 {
			hits[group]++
		}
		if (len(found) > 0) != (s.Label == "dangerous") {
			t.Logf("%s: %q %v", group, text, codes(found))
		}
	}
	for group, total := range totals {
		t.Logf("%s: %d of %d found", group, hits[group], total)
	}
	assert.Equal(t, totals["dangerous tier 1"], hits["dangerous tier 1"])
	assert.GreaterOrEqual(t, hits["dangerous tier 2"]*10, totals["dangerous tier 2"]*9)
	assert.Zero(t, hits["safe tier 1"])
}
