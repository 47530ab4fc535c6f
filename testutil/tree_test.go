package testutil_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/testutil"
)

func TestTreeOrder(t *testing.T) {
	root := treeSpan(1, 0, exporter.KindAgent, "bot", 10)
	late, early := treeSpan(2, 1, exporter.KindTool, "late", 30), treeSpan(3, 1, exporter.KindTool, "early", 20)
	tie := treeSpan(4, 1, exporter.KindTool, "tie", 20)
	leaf := treeSpan(5, 3, exporter.KindLLM, "leaf", 21)
	orphan := treeSpan(6, 99, exporter.KindCustom, "orphan", 5)
	odd := treeSpan(7, 1, exporter.KindCustom, "two\nlines", 40)
	elsewhere := treeSpan(8, 1, exporter.KindRetriever, "other trace", 1)
	elsewhere.TraceID[15] = 7
	rec := testutil.NewRecorder()
	export(t, rec, late, leaf, early, tie, odd, root, orphan, elsewhere)
	rec.AssertTree(t, `
		retriever other trace
		custom orphan
		agent bot
		  tool early
		    llm leaf
		  tool tie
		  tool late
		  custom "two\nlines"
	`)
}

func TestTreeOfCycles(t *testing.T) {
	rec := testutil.NewRecorder()
	export(t, rec,
		treeSpan(1, 1, exporter.KindTool, "own parent", 1),
		treeSpan(2, 4, exporter.KindTool, "a", 2),
		treeSpan(3, 2, exporter.KindTool, "b", 3),
		treeSpan(4, 3, exporter.KindTool, "c", 4),
	)
	rec.AssertTree(t, `
		tool own parent
		tool a
		  tool b
		    tool c
	`)
}

func TestAssertTreeShowsTheDifference(t *testing.T) {
	rec := testutil.NewRecorder()
	export(t, rec,
		treeSpan(1, 0, exporter.KindAgent, "bot", 1),
		treeSpan(2, 1, exporter.KindTool, "lookup", 2),
		treeSpan(3, 1, exporter.KindTool, "refund", 3),
	)
	var told failures
	rec.AssertTree(&told, `
		agent bot
		  tool refund
		  tool mail error`)
	_, diff, _ := strings.Cut(told.only(t), "\n")
	assert.Equal(t, ""+
		"  agent bot\n"+
		"+   tool lookup\n"+
		"    tool refund\n"+
		"-   tool mail error\n", diff)
}

func TestAssertTreeForgivesIndentation(t *testing.T) {
	rec := testutil.NewRecorder()
	export(t, rec,
		treeSpan(1, 0, exporter.KindAgent, "bot", 1),
		treeSpan(2, 1, exporter.KindTool, "lookup", 2),
	)
	rec.AssertTree(t, "agent bot\n  tool lookup")
	rec.AssertTree(t, "\n\n    agent bot  \n\t\t\ttool lookup\n")
	var told failures
	rec.AssertTree(&told, "agent bot\ntool lookup")
	rec.AssertTree(&told, "")
	assert.Len(t, told.said, 2, "the levels matter")
}

func TestGolden(t *testing.T) {
	record := func() *testutil.Recorder {
		rec := testutil.NewRecorder()
		root := treeSpan(1, 0, exporter.KindAgent, "bot", 1)
		root.Attributes = raw(`{"vcs.commit.sha":"0123","code.lineno":12,"tier":"gold","took":0.31}`)
		call := treeSpan(2, 1, exporter.KindLLM, "plan", 2)
		call.Model, call.Usage = "gpt-4o", &exporter.Usage{InputTokens: 12, OutputTokens: 3}
		call.Input = raw(`{"z":1,"trace":"` + call.TraceID.String() + `","parent":"0000000000000001","a":12.50}`)
		call.Status, call.ErrorMessage = exporter.StatusError, "two\nlines"
		export(t, rec, call, root)
		return rec
	}
	path := filepath.Join(t.TempDir(), "testdata", "bot.golden")
	var told failures
	record().Golden(&told, path, false)
	assert.Contains(t, told.only(t), "there is no "+path)

	record().Golden(t, path, true, "took")
	record().Golden(t, path, false, "took")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, `agent bot
    id: span-1 in trace-1
    attributes: {"tier":"gold","took":"*"}
  llm plan error
      id: span-2 in trace-1
      error: two\nlines
      model: gpt-4o
      tokens: 12 in, 3 out
      input: {"a":12.50,"parent":"span-1","trace":"trace-1","z":1}
`, string(text))

	told = failures{}
	record().Golden(&told, path, false)
	assert.Contains(t, told.only(t), `+     attributes: {"tier":"gold","took":0.31}`)
}
