package cli_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTraceShowsATree(t *testing.T) {
	url := backend(t)
	ingest(t, url, oneTrace)
	for _, id := range []string{"0af76519-16cd-43dd-8448-eb211c80319c", "0AF7651916CD43DD8448EB211C80319C", "0af7", "0af76519-16"} {
		code, stdout, stderr := run("trace", id, "--url", url)
		require.Equal(t, 0, code, stderr)
		lines := strings.SplitAfter(stdout, "\n")
		assert.Equal(t, "✗ error  support-bot  1.2s  3 spans  1 errors  150 tokens\n", lines[0])
		assert.True(t, strings.HasPrefix(lines[1], "0af76519-16cd-43dd-8448-eb211c80319c  2026-01-31 "), lines[1])
		assert.Equal(t, "└─ ✓ agent support-bot  1.2s\n"+
			"   ├─ ✓ llm chat  gpt-4o  820ms  150 tokens\n"+
			"   └─ ✗ error tool lookup  0.5ms\n"+
			"      no such order␛]0;owned\uFFFD␛[2J\uFFFD\n", strings.Join(lines[2:], ""))
	}
}

func TestTraceAsJSON(t *testing.T) {
	url := backend(t)
	ingest(t, url, oneTrace)
	code, stdout, _ := run("trace", "0af7", "--json", "--url", url)
	require.Equal(t, 0, code)
	var trace struct{ Spans []struct{ Name string } }
	require.NoError(t, json.Unmarshal([]byte(stdout), &trace))
	assert.Len(t, trace.Spans, 3)
}

func TestTraceShowsEverySpanOnceWhateverTheirParents(t *testing.T) {
	url := backend(t)
	span := func(n, parent int) string {
		return fmt.Sprintf(`{"span_id":"00000000-0000-0000-0000-%012d","parent_span_id":"00000000-0000-0000-0000-%012d","name":"s%d","timestamp":"2026-01-31T09:00:%02dZ"}`, n, parent, n, n%60)
	}
	var spans []string
	for _, pair := range [][2]int{{1, 1}, {2, 3}, {3, 2}, {4, 99}, {5, 4}} {
		spans = append(spans, span(pair[0], pair[1]))
	}
	for n := 10; n < 3000; n++ { // deeper than one would like to recurse or indent
		spans = append(spans, span(n, n-1))
	}
	ingest(t, url, `{"traces":[{"trace_id":"0af76519-16cd-43dd-8448-eb211c80319c","spans":[`+strings.Join(spans, ",")+`]}]}`)
	code, stdout, stderr := run("trace", "0af7", "--url", url)
	require.Equal(t, 0, code, stderr)
	assert.Equal(t, 2+5+2990, strings.Count(stdout, "\n"))
	for _, name := range []string{" s1 ", " s2 ", " s3 ", " s4 ", " s5 ", " s2999 "} {
		assert.Equal(t, 1, strings.Count(stdout, "custom"+name), name)
	}
}

func TestTraceSaysWhatItMisses(t *testing.T) {
	url := backend(t)
	assert.Contains(t, failed(t, "trace", "0af76519-16cd-43dd-8448-eb211c80319c", "--url", url), "there is no trace with this id")
	assert.Contains(t, failed(t, "trace", "0af7", "--url", url), "none of the 5000 newest traces has an id that begins with 0af7")
	assert.Contains(t, failed(t, "trace", "latest", "--url", url), `"latest" is not a trace's id`)
	assert.Contains(t, failed(t, "trace", "0af7", "--url", "http://127.0.0.1:1"), "nothing answers at http://127.0.0.1:1: is `staso serve` running")
	assert.NotContains(t, failed(t, "traces", "--url", "http://me:secret@127.0.0.1:1"), "secret")
	assert.Contains(t, failed(t, "trace", "0af7", "--url", "localhost:7600"), `--url "localhost:7600" is not an address`)
	failed(t, "trace")

	ingest(t, url, oneTrace)
	ingest(t, url, strings.Replace(oneTrace, "0af76519", "0af7ffff", 1))
	assert.Contains(t, failed(t, "trace", "0af7", "--url", url), "both begin with 0af7: give more of it")
}

func TestTracesListsTheNewest(t *testing.T) {
	url := backend(t)
	code, stdout, _ := run("traces", "--url", url)
	require.Equal(t, 0, code)
	assert.Equal(t, "no traces\n", stdout)
	ingest(t, url, oneTrace)
	for _, args := range [][]string{nil, {"--status", "error"}, {"--limit", "1"}} {
		code, stdout, stderr := run(append([]string{"traces", "--url", url}, args...)...)
		require.Equal(t, 0, code, stderr)
		assert.Regexp(t, `^0af76519  2026-01-31 \d\d:00:00  ✗ error  support-bot  support-bot  1.2s  3 spans  150 tokens\n$`, stdout)
	}
	assert.Contains(t, failed(t, "traces", "--url", url, "--status", "bad"), `parameter status: "bad" is none of its values`)
	code, stdout, _ = run("traces", "--json", "--url", url)
	require.Equal(t, 0, code)
	assert.True(t, json.Valid([]byte(stdout)))
}

func TestHelpHasExamples(t *testing.T) {
	for _, args := range [][]string{{}, {"serve"}, {"trace"}, {"traces"}, {"version"}} {
		code, stdout, _ := run(append(args, "--help")...)
		assert.Equal(t, 0, code)
		assert.Contains(t, stdout, "Examples:\n  staso", args)
	}
	code, stdout, _ := run("version")
	assert.Equal(t, 0, code)
	assert.Regexp(t, `^staso \d+\.\d+\.\d+`, stdout)
	assert.Contains(t, failed(t, "nonsense"), "nonsense")
	assert.Contains(t, failed(t, "serve", "--nonsense"), "--nonsense")
}
