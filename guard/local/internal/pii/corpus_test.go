package pii_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/pii"
)

// row is a line of the corpus of labelled calls that may stand beside the
// repository.
type row struct {
	Input    map[string]any `json:"tool_input"`
	Label    string         `json:"label"`
	Category string         `json:"category"`
	Tier     int            `json:"tier"`
}

func corpus(t *testing.T, name string) []row {
	t.Helper()
	path := filepath.Join("..", "..", "..", "..", "..", "shared", "guard_corpus", name)
	file, err := os.Open(path)
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

func codes(d detect.Detector, arg detect.Arg) []string {
	var found []string
	d.Detect(&detect.Call{Args: []detect.Arg{arg}}, func(f detect.Finding) { found = append(found, f.Code) })
	return found
}

type tally struct{ found, exact, rows int }

func TestCorpus(t *testing.T) {
	t.Parallel()
	rows := corpus(t, "pii.jsonl")
	d, err := pii.New(nil)
	require.NoError(t, err)
	found := map[int]*tally{1: {}, 2: {}}
	alarms, safe := 0, 0
	for _, r := range rows {
		body, _ := r.Input["body"].(string)
		got := codes(d, detect.Arg{Field: "body", Key: "body", Kinds: detect.Text, Text: body})
		same := false
		for _, code := range got {
			same = same || code == r.Category
		}
		if r.Label == "safe" {
			safe++
			if same {
				alarms++
				t.Logf("alarm %s %q", r.Category, body)
			}
			continue
		}
		n := found[r.Tier]
		n.rows++
		if len(got) > 0 {
			n.found++
		}
		if same {
			n.exact++
		} else {
			t.Logf("miss  %s %q: %s", r.Category, body, strings.Join(got, " "))
		}
	}
	for tier, n := range found {
		t.Logf("tier %d: %d of %d found, %d as what they are", tier, n.found, n.rows, n.exact)
	}
	t.Logf("safe: %d of %d taken for what they are not", alarms, safe)
	assert.GreaterOrEqual(t, float64(found[1].found), 0.98*float64(found[1].rows))
	assert.GreaterOrEqual(t, float64(found[2].found), 0.95*float64(found[2].rows))
	assert.LessOrEqual(t, alarms, safe/50)
}
