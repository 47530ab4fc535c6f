package ui_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// spanRows are the rows of a trace's chart.
func spanRows(t *testing.T, page *node) []*node {
	t.Helper()
	return page.one(t, "#rows").all(".row")
}

func TestTraceAnswersTheThreeQuestions(t *testing.T) {
	s := newStore(t)
	page := document(t, newPages(t, s), "/traces/"+richTrace(t, s).String())
	glance := page.one(t, "#glance")
	assert.Equal(t, "repo-guide", glance.one(t, "h1").text())
	did := glance.all(".did")[0].text()
	assert.Contains(t, did, "Asked What does the pipeline do when the backend is down")
	assert.Contains(t, did, "Answered It keeps up to 10,000 spans")
	assert.Contains(t, did, "Recovered read_file : read internal/pipeline/sender.go: line 120")
	assert.Contains(t, did, "Judged helpful true named the line")
	cost := glance.all(".cost")[0].text()
	assert.Contains(t, cost, "Duration 9.14 s")
	assert.Contains(t, cost, "Tokens 10,691 10,391 in, 300 out")
	assert.Contains(t, cost, "Spans 15 5 llm, 5 tool")
	assert.Contains(t, cost, "Errors 1")
	assert.Equal(t, "repo-guide · staso", page.one(t, "title").text())
}

func TestTraceOpensOnTheFirstError(t *testing.T) {
	s := newStore(t)
	id := richTrace(t, s).String()
	h := newPages(t, s)
	page := document(t, h, "/traces/"+id)
	for _, row := range spanRows(t, page) {
		assert.Equal(t, row.attr("data-id") == spanID(6).String(), row.is(".selected"), row.text())
	}
	details := page.one(t, "#details")
	assert.Contains(t, details.text(), "Failed read internal/pipeline/sender.go: line 120 is beyond the end")
	assert.False(t, details.is(".chosen"), "nobody chose it: on a phone it does not cover the tree")
	assert.Equal(t, spanID(6).String(), page.one(t, "#rows").attr("data-errors"))
}

func TestAddressChoosesTheSpan(t *testing.T) {
	s := newStore(t)
	id := richTrace(t, s).String()
	h := newPages(t, s)
	page := document(t, h, "/traces/"+id+"?span="+spanID(15).String())
	details := page.one(t, "#details")
	assert.True(t, details.is(".chosen"))
	text := details.text()
	assert.Contains(t, text, "Model gpt-4o-2024-11-20")
	assert.Contains(t, text, "First token 284 ms")
	assert.Contains(t, text, "Tokens 2,976 2,905 in, 71 out")
	assert.Contains(t, text, "groundedness 0.92")
	assert.Contains(t, text, "TestBackendDown stops the backend half way")
	calls := details.all(".call")
	require.Len(t, calls, 4)
	assert.Contains(t, calls[1].text(), "search query backoff path . result internal/retry/retry.go:38")
	assert.True(t, calls[2].is(".failed"))
	none := document(t, h, "/traces/"+id+"?span=none")
	assert.True(t, none.one(t, "#details").has("hidden"))
	assert.True(t, none.one(t, "#split").is(".alone"))
	unknown := document(t, h, "/traces/"+id+"?span="+uuid.NewString())
	assert.Contains(t, unknown.one(t, "#details").text(), "read_file", "an unknown span is as good as none")
}

func TestDetailsAreThereAsAFragment(t *testing.T) {
	s := newStore(t)
	target := fmt.Sprintf("/traces/%s/spans/%s", richTrace(t, s), spanID(6))
	h := newPages(t, s)
	w := get(h, target, "X-Fragment", "details")
	require.Equal(t, http.StatusOK, w.Code)
	assert.NotContains(t, w.Body.String(), "<html")
	whole := document(t, h, fmt.Sprintf("/traces/%s?span=%s", newSketch(1, now()).trace, spanID(6)))
	assert.Equal(t, whole.one(t, "#details-body").text(), parse(t, w.Body.String()).one(t, "body").text())
	assert.Equal(t, http.StatusFound, get(h, target).Code, "for a visitor it is the trace's page")
	assert.Equal(t, http.StatusNotFound, get(h, fmt.Sprintf("/traces/%s/spans/%s", newSketch(1, now()).trace, uuid.NewString()), "X-Fragment", "details").Code)
}

func TestTreeAndTime(t *testing.T) {
	s := newStore(t)
	page := document(t, newPages(t, s), "/traces/"+richTrace(t, s).String())
	var outline []string
	for _, row := range spanRows(t, page) {
		kind := row.all(".kind")[0].text()
		outline = append(outline, row.attr("aria-level")+" "+kind+" "+row.all("bdi")[0].text())
	}
	assert.Equal(t, []string{
		"1 agent repo-guide", "2 chain plan", "3 llm chat gpt-4o", "2 tool list_files", "2 tool search", "2 tool read_file",
		"2 llm chat gpt-4o", "2 tool read_file", "2 agent test-finder", "3 retriever index.lookup", "3 llm chat gpt-4o", "3 tool shell",
		"4 modified guard:modified:shell", "3 llm chat gpt-4o", "2 llm chat gpt-4o",
	}, outline)
	bars := spanRows(t, page)[8].all(".bar")
	assert.Equal(t, "39.168%", bars[0].attr("x"))
	assert.Equal(t, "32.932%", bars[0].attr("width"))
	assert.Len(t, page.all("text"), 5)
}

func TestRealRunsAreTrees(t *testing.T) {
	s := newStore(t)
	traces := replayed(t, s)
	h := newPages(t, s)
	for _, id := range traces[:20] {
		page := document(t, h, "/traces/"+id.String())
		summary, err := s.Trace(t.Context(), store.DefaultWorkspace, id)
		require.NoError(t, err)
		rows := spanRows(t, page)
		assert.Len(t, rows, int(summary.SpanCount))
		assert.Equal(t, "1", rows[0].attr("aria-level"))
		for _, row := range rows[1:] {
			assert.Equal(t, "2", row.attr("aria-level"))
		}
	}
}

func TestRunningTraceSaysSo(t *testing.T) {
	s := newStore(t)
	h := newPages(t, s)
	page := document(t, h, "/traces/"+runningTrace(t, s).String())
	assert.True(t, page.one(t, "main").has("data-running"))
	assert.Contains(t, page.one(t, "#glance").text(), "Answered not yet")
	assert.Contains(t, spanRows(t, page)[0].text(), "running")
	assert.True(t, spanRows(t, page)[0].all("svg")[2].is(".running"))
	k := newSketch(2, now())
	k.add(1, 0, "agent", "repo-guide", 0, 4000).Output = []byte(`{"result":"httpexport"}`)
	write(t, s, k.spans...)
	page = document(t, h, "/traces/"+k.trace.String())
	assert.False(t, page.one(t, "main").has("data-running"))
	assert.Contains(t, page.one(t, "#glance").text(), "Answered httpexport")
}

func TestBrokenTraceIsShownWhole(t *testing.T) {
	s := newStore(t)
	id := brokenTrace(t, s)
	page := document(t, newPages(t, s), "/traces/"+id.String())
	rows := spanRows(t, page)
	assert.Len(t, rows, 32)
	var odd []string
	for _, row := range rows {
		for _, mark := range row.all(".odd") {
			if mark.has("title") && mark.attr("title") != "Level" {
				odd = append(odd, mark.text()+" "+row.all("bdi")[0].text())
			}
		}
	}
	assert.Equal(t, []string{"orphan orphan", "cycle own parent", "cycle cyc‹U+200B›le-a"}, odd)
	assert.Contains(t, page.text(), "1d 01h after")
	assert.Contains(t, page.one(t, "h1").text(), "import‹U+202E›gpj.exe")
	assert.Contains(t, page.text(), "unnamed")
}

func TestTraceWithOnlyAChild(t *testing.T) {
	s := newStore(t)
	k := newSketch(4, now())
	k.add(2, 1, "llm", "child", 0, 5)
	write(t, s, k.spans...)
	rows := spanRows(t, document(t, newPages(t, s), "/traces/"+k.trace.String()))
	require.Len(t, rows, 1)
	assert.Contains(t, rows[0].text(), "orphan")
}

func TestTenThousandSpansComeInPages(t *testing.T) {
	s := newStore(t)
	k := newSketch(5, now().Add(-time1m))
	k.add(1, 0, "agent", "big", 0, 60_000)
	for n := 2; n <= 10_000; n++ {
		k.add(n, 1, "tool", fmt.Sprintf("call %d", n), n, 3)
	}
	k.spans[7000].Status = "error"
	write(t, s, k.spans...)
	h := newPages(t, s)
	page := document(t, h, "/traces/"+k.trace.String()+"?span="+spanID(1).String())
	assert.Len(t, spanRows(t, page), 2000)
	next := ""
	for _, a := range page.all("a") {
		if strings.Contains(a.attr("href"), "row=") {
			next = a.attr("href")
		}
	}
	require.NotEmpty(t, next)
	assert.Equal(t, spanID(2001).String(), spanRows(t, document(t, h, next))[0].attr("data-id"))
	w := get(h, "/traces/"+k.trace.String())
	assert.Less(t, w.Body.Len(), 3<<20)
	assert.Len(t, parse(t, w.Body.String()).one(t, "#rows").all(".selected"), 1, "it opens on the error's page of rows")
}

const time1m = 60_000_000_000

func TestNotesOfWhatWasNotCaptured(t *testing.T) {
	s := newStore(t)
	k := newSketch(6, now())
	span := k.add(1, 0, "llm", "quiet", 0, 5)
	span.Capture = []byte(`{"request":"suppressed","output":"suppressed","tool_schema":"captured"}`)
	write(t, s, k.spans...)
	text := document(t, newPages(t, s), "/traces/"+k.trace.String()).one(t, "#details").text()
	assert.Equal(t, 2, strings.Count(text, "Not captured: the client was told not to."))
	assert.Contains(t, text, "Not captured, as the client was told: request, output.")
	assert.Contains(t, text, "Tokens not told")
}

func TestFieldsCanBeHadWhole(t *testing.T) {
	s := newStore(t)
	k := newSketch(7, now())
	long := strings.Repeat("words \u202e ", 4000)
	span := k.add(1, 0, "tool", "reader", 0, 5)
	span.Output = encode(object{"result": long})
	write(t, s, k.spans...)
	h := newPages(t, s)
	page := document(t, h, "/traces/"+k.trace.String())
	more := page.one(t, ".more")
	assert.Regexp(t, `^show \d+ KB more$`, more.text())
	w := get(h, more.attr("href"))
	assert.Equal(t, long, w.Body.String())
	assert.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"))
	assert.Contains(t, w.Header().Get("Content-Security-Policy"), "sandbox")
	shown := get(h, more.attr("href")+"&shown=1").Body.String()
	assert.NotContains(t, shown, "\u202e")
	assert.True(t, strings.HasPrefix(shown, "words ‹U+202E›"))
	assert.Equal(t, string(span.Output), get(h, fmt.Sprintf("/traces/%s/spans/%s/output", k.trace, spanID(1))).Body.String())
	assert.Equal(t, http.StatusNotFound, get(h, fmt.Sprintf("/traces/%s/spans/%s/capture", k.trace, spanID(1))).Code)
}

func TestJSONCanBeATree(t *testing.T) {
	s := newStore(t)
	id := richTrace(t, s).String()
	h := newPages(t, s)
	page := document(t, h, "/traces/"+id+"?span="+spanID(15).String())
	var toggle string
	for _, a := range page.all("a") {
		if a.has("data-tree") {
			toggle = a.attr("href")
		}
	}
	tree := document(t, h, toggle)
	assert.Empty(t, tree.all(".message"))
	assert.NotEmpty(t, tree.all(".node"))
	assert.Contains(t, tree.one(t, "#details").text(), "tool_call_id call_1")
}
