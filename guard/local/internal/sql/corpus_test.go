package sql_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// lines calls each with every line of a file that lies beside the repository.
func lines(t *testing.T, name string, each func(line []byte)) {
	t.Helper()
	file, err := os.Open(filepath.Join("../../../../../shared", name))
	if err != nil {
		t.Skip("no labelled calls here:", err)
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<24)
	for scanner.Scan() {
		each(scanner.Bytes())
	}
	require.NoError(t, scanner.Err())
}

func TestLabelledCalls(t *testing.T) {
	t.Parallel()
	hits, totals := map[string]int{}, map[string]int{}
	lines(t, "guard_corpus/sql.jsonl", func(line []byte) {
		var s struct {
			Label string            `json:"label"`
			Tier  int               `json:"tier"`
			Input map[string]string `json:"tool_input"`
		}
		require.NoError(t, json.Unmarshal(line, &s))
		group := fmt.Sprint(s.Label, " tier ", s.Tier)
		arg := detect.Arg{Field: "query", Key: "query", Kinds: detect.SQL, Text: s.Input["query"]}
		if name, ok := s.Input["username"]; ok {
			arg = detect.Arg{Field: "username", Key: "username", Kinds: detect.Value, Text: name}
		}
		totals[group]++
		found := code(t, "", arg)
		if found != "" {
			hits[group]++
		}
		if (found != "") != (s.Label == "dangerous") {
			t.Logf("%s: %q %s", group, arg.Text, found)
		}
	})
	for group, total := range totals {
		t.Logf("%s: %d of %d found", group, hits[group], total)
	}
	assert.Equal(t, totals["dangerous tier 1"], hits["dangerous tier 1"])
	assert.GreaterOrEqual(t, hits["dangerous tier 2"]*10, totals["dangerous tier 2"]*9)
	assert.Zero(t, hits["safe tier 1"])
}

// What real agents passed to their tools, and texts of all kinds: none of it is
// SQL, and next to none of it may be taken for it.
func TestHarmlessTexts(t *testing.T) {
	t.Parallel()
	total, hits := 0, 0
	check := func(text string) {
		total++
		if found := code(t, "", detect.Arg{Kinds: detect.Value, Text: text}); found != "" {
			hits++
			t.Logf("%s %.160q", found, text)
		}
	}
	for _, name := range []string{"tau-bench", "agentrx-tau-retail", "swe-agent"} {
		lines(t, "agent_runs/"+name+".jsonl", func(line []byte) {
			var run struct {
				Messages []struct {
					Content   string `json:"content"`
					ToolCalls []struct {
						Arguments map[string]any `json:"arguments"`
					} `json:"tool_calls"`
				} `json:"messages"`
			}
			require.NoError(t, json.Unmarshal(line, &run))
			for _, message := range run.Messages {
				for sentence := range strings.SplitSeq(message.Content, "\n") {
					check(sentence)
				}
				for _, call := range message.ToolCalls {
					for _, argument := range call.Arguments {
						check(fmt.Sprint(argument))
					}
				}
			}
		})
	}
	for _, name := range []string{"pii", "prompt_injection"} {
		lines(t, "guard_corpus/"+name+".jsonl", func(line []byte) {
			var s struct {
				Input map[string]string `json:"tool_input"`
			}
			require.NoError(t, json.Unmarshal(line, &s))
			check(s.Input["body"] + s.Input["content"])
		})
	}
	t.Logf("%d of %d found", hits, total)
	assert.LessOrEqual(t, hits*1000, total)
}
