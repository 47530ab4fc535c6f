package shell_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard/local/internal/code"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/shell"
)

// corpus is where labelled commands may lie beside the repository.
const corpus = "../../../../../shared/guard_corpus"

type labelled struct {
	ID        string `json:"id"`
	Label     string `json:"label"`
	Category  string `json:"category"`
	Tier      int    `json:"tier"`
	Contested any    `json:"contested"`
	Input     struct {
		Command string `json:"command"`
	} `json:"tool_input"`
}

// TestCorpus counts what is found of labelled commands. Run with -v, and with
// SHELL_CORPUS=misses to see each that is judged otherwise than its label says.
func TestCorpus(t *testing.T) {
	for _, name := range []string{"shell.jsonl", "shell_attack_scripts.jsonl"} {
		t.Run(name, func(t *testing.T) {
			file, err := os.Open(filepath.Join(corpus, name))
			if err != nil {
				t.Skip("there are no labelled commands beside the repository")
			}
			defer file.Close()
			total, hit := map[string]int{}, map[string]int{}
			scanner := bufio.NewScanner(file)
			scanner.Buffer(nil, 1<<20)
			for scanner.Scan() {
				var row labelled
				require.NoError(t, json.Unmarshal(scanner.Bytes(), &row))
				key := fmt.Sprintf("tier %d %s", row.Tier, row.Label)
				total[key]++
				found := allFindings(row.Input.Command, 0)
				if len(found) > 0 {
					hit[key]++
				}
				show := os.Getenv("SHELL_CORPUS")
				if show != "" && (len(found) > 0) != (row.Label == "dangerous") && (row.Tier < 3 || show == "all") {
					t.Logf("%s %s %v: %.300q %v", key, row.Category, row.Contested, row.Input.Command, found)
				}
			}
			keys := make([]string, 0, len(total))
			for key := range total {
				keys = append(keys, key)
			}
			sort.Strings(keys)
			for _, key := range keys {
				t.Logf("%-18s %4d of %4d found", key, hit[key], total[key])
			}
		})
	}
}

// allFindings are the codes of what is found in source and in what stands within.
func allFindings(source string, depth int) []string {
	return codes(shell.Analyze(nil, source), depth)
}

func codes(a detect.Analysis, depth int) []string {
	var list []string
	for _, f := range a.Findings {
		if f.Detector != shell.Unparsed {
			list = append(list, f.Code)
		}
	}
	if depth > 3 {
		return list
	}
	for _, arg := range a.Derived {
		switch {
		case arg.Kinds&detect.Shell != 0:
			list = append(list, allFindings(arg.Text, depth+1)...)
		case arg.Kinds&detect.Code != 0:
			list = append(list, codes(code.Analyze(nil, arg.Text, arg.Lang), depth+1)...)
		}
	}
	return list
}
