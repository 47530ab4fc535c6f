package payload_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/cmd/staso/internal/ui/payload"
)

// marked writes runs down with <> around code in a line and [] around blocks.
func marked(runs []payload.Run) string {
	var b strings.Builder
	for _, r := range runs {
		switch {
		case r.Block:
			b.WriteString("[" + r.Text + "]")
		case r.Code:
			b.WriteString("<" + r.Text + ">")
		default:
			b.WriteString(r.Text)
		}
	}
	return b.String()
}

func TestRunsFindCode(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "",
		"no code":                           "no code",
		"run `go test` and `go vet`":        "run <go test> and <go vet>",
		"`a``b`":                            "<a><b>",
		"an odd ` mark":                     "an odd ` mark",
		"over `two\nlines` of it":           "over `two\nlines` of it",
		"``":                                "``",
		"so:\n```go\nx := `y`\n```\n`done`": "so:\n[x := `y`\n]<done>",
		"```\nnever closed":                 "[never closed]",
		"```\n```":                          "[]",
		"a ``` in the line":                 "a ``` in the line",
	} {
		assert.Equal(t, want, marked(payload.Text{Head: text}.Runs()), "%q", text)
	}
}

func TestRunsAreBounded(t *testing.T) {
	runs := payload.Text{Head: strings.Repeat("`a` ", 10_000)}.Runs()
	assert.LessOrEqual(t, len(runs), 1002)
	assert.True(t, strings.HasSuffix(runs[len(runs)-1].Text, "`a` "), "the rest stays words")
}

func FuzzRuns(f *testing.F) {
	for _, text := range []string{"`a`", "```go\nx\n```\n", "``````", "`\n`", "a `b` ```c"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var b strings.Builder
		for _, r := range (payload.Text{Head: text}).Runs() {
			b.WriteString(r.Open + r.Text + r.Close)
		}
		assert.Equal(t, text, b.String())
	})
}
