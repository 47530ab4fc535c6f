package ui_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func ids(page *node) []string {
	var found []string
	for _, row := range page.all("tr") {
		if row.is(".row") {
			found = append(found, row.attr("data-id"))
		}
	}
	return found
}

func TestListShowsWhatATraceWasAbout(t *testing.T) {
	s := newStore(t)
	id := richTrace(t, s)
	page := document(t, newPages(t, s), "/traces")
	row := page.all(".row")[0]
	assert.Equal(t, id.String(), row.attr("data-id"))
	assert.Equal(t, "recovered", row.all(".c-state")[0].text())
	assert.Equal(t, "4m ago", row.one(t, "time").text())
	assert.Contains(t, row.one(t, "time").attr("title"), "4 Mar 2026, 14:56:00")
	assert.Equal(t, "What does the pipeline do when the backend is down, and is there a test for it?", row.all(".c-input")[0].text())
	assert.True(t, strings.HasPrefix(row.all(".c-output")[0].text(), "It keeps up to 10,000 spans"))
	assert.Equal(t, "support-4411", row.all(".c-conversation")[0].text())
	assert.Equal(t, "dana", row.all(".c-user")[0].text())
	assert.Equal(t, "repo-guide 1.4.0", row.all(".c-agent")[0].text())
	assert.Equal(t, "15", row.all(".c-spans")[0].text())
	assert.Equal(t, "1 error", row.all(".c-errors")[0].text())
	assert.Equal(t, "10,691", row.all(".c-tokens")[0].text())
	assert.Equal(t, "9.14 s", row.all(".c-duration")[0].text())
	assert.Equal(t, "100.000%", row.all(".c-duration")[0].one(t, "rect").attr("width"))
	assert.Equal(t, "/traces/"+id.String(), row.all(".open")[0].attr("href"))
}

func TestColumnsWithoutContentAreLeftOut(t *testing.T) {
	s := newStore(t)
	k := newSketch(9, now())
	k.add(1, 0, "chain", "job", 0, 5)
	k.spans[0].ConversationID, k.spans[0].UserID, k.spans[0].AgentName, k.spans[0].AgentVersion = "", "", "", ""
	write(t, s, k.spans...)
	page := document(t, newPages(t, s), "/traces")
	assert.Empty(t, append(page.all(".c-conversation"), append(page.all(".c-user"), page.all(".c-agent")...)...))
	assert.Len(t, ids(page), 1)
}

func TestFiltersNarrowAndCanBeTakenOff(t *testing.T) {
	s := newStore(t)
	replayed(t, s)
	rich := richTrace(t, s).String()
	h := newPages(t, s)
	for raw, want := range map[string]bool{
		"user_id=dana": true, "status=error&user_id=dana": true, "status=ok&user_id=dana": false, "tag=docs": true, "environment=staging": true,
		"model=gpt-4o-2024-11-20": true, "kind=retriever": true, "agent_version=1.4.0": true, "conversation_id=support-4411": true,
		"range=5m": true, "range=1m": false, "from=2026-03-04T14:50&to=2026-03-04T14:59&user_id=dana": true, "min_duration_ms=9000&max_duration_ms=9200&user_id=dana": true,
		"min_tokens=10600&max_tokens=10700": true, "agent_name=repo-guide&min_tokens=20000": false,
	} {
		page := document(t, h, "/traces?"+raw)
		assert.Equal(t, want, strings.Contains(strings.Join(ids(page), " "), rich), raw)
		values, _ := url.ParseQuery(raw)
		removals := page.one(t, ".chips").all("a")
		assert.Len(t, removals, len(values)+1, raw)
		for _, a := range removals[:len(values)] {
			left, err := url.Parse(a.attr("href"))
			require.NoError(t, err)
			assert.Len(t, left.Query(), len(values)-1, "%s of %s", a.attr("href"), raw)
		}
	}
}

func TestSearchFindsWords(t *testing.T) {
	s := newStore(t)
	replayed(t, s)
	rich := richTrace(t, s).String()
	h := newPages(t, s)
	assert.Eventually(t, func() bool { // the index of words follows the store
		return slices.Equal([]string{rich}, ids(document(t, h, "/traces?q=pipeline+backend")))
	}, 10*time.Second, 20*time.Millisecond)
}

func TestFormShowsTheFilterAndKeepsTheRest(t *testing.T) {
	s := newStore(t)
	richTrace(t, s)
	page := document(t, newPages(t, s), "/traces?status=error&meta.tier=gold&sort=duration&agent_name=repo-guide&unknown=1")
	form := page.one(t, ".filters")
	shown := map[string]string{}
	for _, input := range form.all("input") {
		if input.attr("value") != "" {
			shown[input.attr("name")] = input.attr("value")
		}
	}
	assert.Equal(t, map[string]string{"agent_name": "repo-guide", "meta.tier": "gold", "sort": "duration"}, shown)
	for _, option := range form.all("option") {
		if option.has("selected") {
			assert.Equal(t, "error", option.attr("value"))
		}
	}
}

func TestPagingLeadsOnAndBack(t *testing.T) {
	s := newStore(t)
	replayed(t, s)
	h := newPages(t, s)
	seen := map[string]bool{}
	target := "/traces?limit=20&range=24h"
	var trail []string
	for target != "" {
		page := document(t, h, target)
		for _, id := range ids(page) {
			assert.False(t, seen[id], "%s is on two pages", id)
			seen[id] = true
		}
		trail = append(trail, strings.Join(ids(page), " "))
		target = related(page, "next")
		if len(trail) > 1 && len(trail) < 6 {
			back := related(page, "prev")
			require.NotEmpty(t, back)
			assert.Equal(t, trail[len(trail)-2], strings.Join(ids(document(t, h, back)), " "), "newer of page %d", len(trail))
		}
	}
	assert.Len(t, seen, 153)
}

func related(page *node, rel string) string {
	for _, a := range page.all("a") {
		if a.attr("rel") == rel {
			return a.attr("href")
		}
	}
	return ""
}

func TestColumnsSort(t *testing.T) {
	s := newStore(t)
	replayed(t, s)
	h := newPages(t, s)
	page := document(t, h, "/traces?sort=duration&user_id=user_1")
	heading := page.one(t, "thead").all(".c-duration")[0].one(t, "a")
	assert.Equal(t, "↓ Duration", heading.text())
	assert.Equal(t, "/traces?order=asc&sort=duration&user_id=user_1", heading.attr("href"))
	first := ids(page)
	turned := ids(document(t, h, heading.attr("href")))
	require.Len(t, turned, len(first))
	assert.NotEqual(t, first[0], turned[0])
}

func TestHistogramCountsAndNarrows(t *testing.T) {
	s := newStore(t)
	replayed(t, s)
	h := newPages(t, s)
	figure := document(t, h, "/traces").one(t, "figure")
	assert.Contains(t, figure.one(t, "figcaption").text(), "153 traces, 10 recovered")
	for _, bar := range figure.all("a") {
		if len(bar.all(".count")) == 1 {
			page := document(t, h, bar.attr("href"))
			assert.NotEmpty(t, ids(page))
			assert.Len(t, page.one(t, ".chips").all("bdi"), 2)
			return
		}
	}
	t.Fatal("no bar")
}

func TestRecoveredIsNotFailed(t *testing.T) {
	s := newStore(t)
	for i, root := range []string{"ok", "error", "timeout"} {
		k := newSketch(uint64(70+i), now().Add(-time.Duration(i)*time.Minute))
		k.add(1, 0, "agent", "bot", 0, 50).Status = root
		k.add(2, 1, "tool", "search", 5, 5).Status = "error"
		write(t, s, k.spans...)
	}
	var states []string
	for _, row := range document(t, newPages(t, s), "/traces").one(t, "tbody").all(".row") {
		states = append(states, row.all(".c-state")[0].text()+", "+row.all(".c-errors")[0].text())
	}
	assert.Equal(t, []string{"recovered, 1 error", "error, 2 errors", "timeout, 1 error"}, states)
}

func TestHistogramNeedsSomethingToShow(t *testing.T) {
	for name, apart := range map[string]time.Duration{"a burst": time.Second, "an hour": 12 * time.Minute} {
		s := newStore(t)
		h := newPages(t, s)
		for i := range 6 {
			k := newSketch(uint64(80+i), now().Add(-time.Duration(i)*apart))
			k.add(1, 0, "agent", "bot", 0, 50)
			write(t, s, k.spans...)
			if i < 4 {
				assert.Empty(t, document(t, h, "/traces").all("figure"), "%d traces", i+1)
			}
		}
		figures := document(t, h, "/traces").all("figure")
		if apart < time.Minute {
			assert.Empty(t, figures, name)
			continue
		}
		require.Len(t, figures, 1, name)
		var marks []string
		for _, mark := range figures[0].all("text") {
			marks = append(marks, mark.text())
		}
		assert.Equal(t, []string{"14:10", "14:20", "14:30", "14:40", "14:50"}, marks)
	}
}

func TestEmptyStoreTellsHowToBegin(t *testing.T) {
	page := document(t, newPages(t, newStore(t)), "/traces")
	assert.Equal(t, "Waiting for the first trace", page.one(t, "h1").text())
	assert.Contains(t, page.one(t, "pre").text(), `staso.WithBaseURL("http://127.0.0.1:7600")`)
	assert.True(t, page.one(t, "main").has("data-live"))
	assert.Empty(t, page.all("table"))
}

func TestNoMatchLeadsBack(t *testing.T) {
	s := newStore(t)
	richTrace(t, s)
	page := document(t, newPages(t, s), "/traces?user_id=nobody")
	nothing := page.one(t, ".nothing")
	assert.Contains(t, nothing.text(), "No trace fits")
	assert.Equal(t, "/traces", nothing.one(t, "a").attr("href"))
}

func TestRunningAndUnfinishedTraces(t *testing.T) {
	s := newStore(t)
	runningTrace(t, s)
	k := newSketch(8, now().Add(-3*time.Hour))
	k.add(1, 0, "agent", "died", 0, 0).Provisional = true
	write(t, s, k.spans...)
	page := document(t, newPages(t, s), "/traces")
	var states []string
	for _, row := range page.one(t, "tbody").all("tr") {
		states = append(states, row.all(".c-state")[0].text())
	}
	assert.Equal(t, []string{"running", "unfinished"}, states)
}

func TestGroups(t *testing.T) {
	s := newStore(t)
	replayed(t, s)
	h := newPages(t, s)
	for target, want := range map[string]struct {
		rows  int
		first string
	}{"/conversations": {22, "/conversations/agentrx%2Ftau-retail%2Ftask-25"}, "/agents": {2, "/traces?agent_name=retail-desk"}, "/users": {8, ""}} {
		page := document(t, h, target)
		rows := page.one(t, "tbody").all("tr")
		assert.GreaterOrEqual(t, len(rows), min(want.rows, 7), target)
		href := rows[0].all(".open")[0].attr("href")
		if want.first != "" {
			assert.Equal(t, want.first, href)
		}
		assert.Equal(t, http.StatusOK, get(h, href).Code, href)
	}
	page := document(t, h, "/conversations?limit=5")
	assert.Len(t, page.one(t, "tbody").all("tr"), 5)
	assert.Len(t, document(t, h, "/conversations"+related(page, "next")).one(t, "tbody").all("tr"), 17)
	assert.Contains(t, document(t, newPages(t, newStore(t)), "/agents").text(), "None yet")
}

func TestConversationReadsAsATranscript(t *testing.T) {
	s := newStore(t)
	replayed(t, s)
	run := agentRuns(t, "tau-bench", 1)[0]
	page := document(t, newPages(t, s), "/conversations/"+escape(run.ID))
	turns := page.all(".turn")
	require.Greater(t, len(turns), 3)
	assert.Equal(t, "user_1 "+run.Messages[1].Content, turns[0].one(t, ".asked").text())
	assert.Contains(t, turns[0].one(t, ".replied").text(), strings.Fields(run.Messages[2].Content)[3])
	assert.Contains(t, page.one(t, "h1").text(), run.ID)
}

func TestLongConversationComesInPages(t *testing.T) {
	s := newStore(t)
	for i := range 45 {
		k := newSketch(uint64(200+i), now().Add(time.Duration(i-60)*time.Minute))
		k.add(1, 0, "agent", "bot", 0, 5).Input = encode(object{"question": "turn " + strconv.Itoa(i)})
		write(t, s, k.spans...)
	}
	h := newPages(t, s)
	page := document(t, h, "/conversations/support-4411")
	assert.Len(t, page.all(".turn"), 40)
	page = document(t, h, related(page, "next"))
	require.Len(t, page.all(".turn"), 5)
	assert.Equal(t, "dana turn 40", page.all(".asked")[0].text())
	assert.Empty(t, related(page, "next"))
}

func TestConversationIdsOfAllKinds(t *testing.T) {
	s := newStore(t)
	for i, id := range []string{"a/b", "..", ".", "a?b#c", "100%", "x y", "é", "//", "<b>"} {
		k := newSketch(uint64(50+i), now())
		k.add(1, 0, "agent", "bot", 0, 5).ConversationID = id
		write(t, s, k.spans...)
	}
	h := newPages(t, s)
	rows := document(t, h, "/conversations").one(t, "tbody").all(".open")
	require.Len(t, rows, 9)
	for _, a := range rows {
		w := get(h, a.attr("href"))
		for w.Code >= 300 && w.Code < 400 {
			w = get(h, w.Header().Get("Location"))
		}
		assert.Equal(t, http.StatusOK, w.Code, a.attr("href"))
	}
}
