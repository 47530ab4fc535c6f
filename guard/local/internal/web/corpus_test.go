package web_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

func TestLabelledCalls(t *testing.T) {
	t.Parallel()
	file, err := os.Open("../../../../../shared/guard_corpus/ssrf.jsonl")
	if err != nil {
		t.Skip("no labelled calls here:", err)
	}
	defer file.Close()
	hits, totals := map[string]int{}, map[string]int{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var s struct {
			Label string            `json:"label"`
			Tier  int               `json:"tier"`
			Input map[string]string `json:"tool_input"`
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &s))
		group := fmt.Sprint(s.Label, " tier ", s.Tier)
		totals[group]++
		found := code(t, "", detect.URL, s.Input["url"]) != ""
		if found {
			hits[group]++
		}
		if found != (s.Label == "dangerous") {
			t.Logf("%s: %q", group, s.Input["url"])
		}
	}
	for group, total := range totals {
		t.Logf("%s: %d of %d found", group, hits[group], total)
	}
	assert.GreaterOrEqual(t, hits["dangerous tier 2"]*10, totals["dangerous tier 2"]*9)
	assert.Zero(t, hits["safe tier 1"])
}
