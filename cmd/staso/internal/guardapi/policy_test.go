package guardapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
)

// noWalks is a policy that blocks one tool.
const noWalks = `version: 1
name: walks
rules:
  - id: no-walks
    match: {tools: [walk]}
    action: block
    reason: Nobody walks here.
`

const policies = "/v1/guard/policies"

func (b *browser) put(name, yaml string, more ...string) answer {
	b.Helper()
	return b.do(http.MethodPut, policies+"/"+name, yaml, append(more, b.headers...)...)
}

func TestAPolicyIsInForceAtOnce(t *testing.T) {
	b := start(t, nil)
	walk := func(workspace string) any {
		return b.evaluate(`{"tool_name":"walk","context":{"workspace_id":"` + workspace + `"}}`)["action"]
	}
	fresh := b.get(policies)
	assert.Empty(t, fresh["policies"])
	assert.Equal(t, "allow", walk(""))
	assert.Equal(t, "block", b.evaluate(`{"tool_name":"bash","tool_input":{"command":"rm -rf /"}}`)["action"], "the built-in policy judges where there is none")

	page := b.browser()
	saved := page.put("walks", noWalks)
	require.Equal(t, http.StatusOK, saved.status, "%s", saved.body)
	version := saved.json(t)["version"]
	verdict := b.evaluate(`{"tool_name":"walk"}`)
	assert.Equal(t, []any{"block", version}, []any{verdict["action"], verdict["policy_version"]})
	assert.Contains(t, verdict["reason"], "Nobody walks here")
	assert.Equal(t, "allow", walk("other"), "of another workspace")
	b.restart()
	assert.Equal(t, "block", walk(""), "also after a restart")

	page = b.browser()
	require.Equal(t, http.StatusOK, page.put("walks", strings.Replace(noWalks, "walk]", "run]", 1), "If-Match", b.do(http.MethodGet, policies, "").header.Get("Etag")).status)
	assert.Equal(t, "allow", walk(""))
	require.Equal(t, http.StatusOK, b.do(http.MethodDelete, policies+"/walks?comment=enough", "", page.headers...).status)
	assert.Empty(t, b.get(policies)["policies"])
	b.do(http.MethodDelete, policies+"/walks", "", page.headers...).refused(t, 404, "not_found")
	revisions := b.get(policies + "/walks/revisions")["revisions"].([]any)
	require.Len(t, revisions, 3)
	last := revisions[0].(map[string]any)
	assert.Equal(t, []any{true, "enough", 3.0}, []any{last["deleted"], last["comment"], last["revision"]})
	assert.Equal(t, noWalks, revisions[2].(map[string]any)["yaml"])
	assert.Equal(t, noWalks, b.get(policies + "?revision=1")["policies"].([]any)[0].(map[string]any)["yaml"], "as it was")
	b.do(http.MethodGet, policies+"?revision=9", "").refused(t, 404, "not_found")
}

func TestPoliciesHaveAnETag(t *testing.T) {
	b := start(t, nil)
	page := b.browser()
	first := b.do(http.MethodGet, policies, "").header.Get("Etag")
	require.Equal(t, http.StatusOK, page.put("walks", noWalks, "If-Match", first).status)
	second := b.do(http.MethodGet, policies, "")
	tag := second.header.Get("Etag")
	assert.NotEqual(t, first, tag)
	assert.Equal(t, tag, `"`+second.json(t)["version"].(string)+`"`)
	for header, status := range map[string]int{tag: 304, "W/" + tag: 304, `"x", ` + tag: 304, first: 200, "": 200} {
		a := b.do(http.MethodGet, policies, "", "If-None-Match", header)
		assert.Equal(t, status, a.status, header)
		assert.Equal(t, tag, a.header.Get("Etag"))
	}
	page.put("walks", noWalks+"\n", "If-Match", first).refused(t, 412, "conflict")
	require.Equal(t, http.StatusOK, b.do(http.MethodDelete, policies+"/walks", "", page.headers...).status)
	assert.Equal(t, first, b.do(http.MethodGet, policies, "").header.Get("Etag"), "the same policies have the same one")
}

func TestAPolicyWithAMistakeIsNotSaved(t *testing.T) {
	b := start(t, nil)
	page := b.browser()
	require.Equal(t, http.StatusOK, page.put("walks", noWalks).status)
	for name, yaml := range map[string]string{
		"no YAML": "rules: [", "an unknown rule": "version: 1\nrules:\n  - id: a\n    rule: teleportation\n", "nothing": "", "bytes": "\xff\xfe\x00",
		"an unknown action": strings.Replace(noWalks, "block", "explode", 1), "a bad expression": noWalks + "    when: call.tool ==\n",
	} {
		detail := page.put("walks", yaml).refused(t, 422, "malformed_request")
		assert.Contains(t, detail, "nothing was saved", name)
	}
	assert.Contains(t, page.put("walks", strings.Replace(noWalks, "block", "explode", 1)).refused(t, 422, "malformed_request"), "walks:6:", "the line")
	page.put("walks", "# "+strings.Repeat("x", 1<<20)).refused(t, 413, "payload_too_large")
	page.put(strings.Repeat("n", 129), noWalks).refused(t, 400, "malformed_request")
	assert.EqualValues(t, 1, b.get(policies)["revision"])
	assert.Equal(t, "block", b.evaluate(`{"tool_name":"walk"}`)["action"], "the last good one stays in force")
}

// TestOnlyAPersonChangesPolicies: to change what must be approved is to approve it.
func TestOnlyAPersonChangesPolicies(t *testing.T) {
	b := start(t, nil)
	page := b.browser()
	for _, headers := range [][]string{nil, {"X-API-Key", "sk_agent"}, {"Cookie", page.headers[1]}} {
		b.do(http.MethodPut, policies+"/walks", noWalks, headers...).refused(t, 403, "forbidden")
		b.do(http.MethodDelete, policies+"/walks", "", headers...).refused(t, 403, "forbidden")
	}
	other := start(t, guard.CheckerFunc(scripted))
	detail := other.browser().put("walks", noWalks).refused(t, 409, "read_only")
	assert.Contains(t, detail, "a test")
}
