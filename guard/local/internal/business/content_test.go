package business_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard/local/internal/business"
)

func TestContent(t *testing.T) {
	t.Parallel()
	const denied = "content.denied"
	check(t, build(t, business.NewContent, `{"deny": ["Project Falcon", "ähm", {"regexp": "\\bACME-[0-9]{4}\\b"}], "allow": ["the public Project Falcon page", {"regexp": "ACME-0000"}]}`), []row{
		hit("post", `{"text": "about PROJECT falcon"}`, denied),
		hit("post", `{"text": "Ähm"}`, denied),
		hit("post", `{"text": "see ACME-1234", "more": "Project Falcon"}`, denied, denied),
		hit("post", `{"text": "Project%20Falcon"}`, denied),
		hit("post", `{"text": "see the public Project Falcon page, and Project Falcon"}`, denied),
		miss("post", `{"text": "see the public Project Falcon page"}`),
		miss("post", `{"text": "ACME-0000 and XACME-1234"}`),
		miss("post", `{"text": "a falcon project"}`),
	})
	check(t, build(t, business.NewContent, `{"deny": ["secret"], "kinds": ["url"]}`), []row{
		hit("fetch", `{"url": "https://x.org/secret"}`, denied),
		miss("fetch", `{"text": "secret"}`),
	})
	refuses(t, business.NewContent, map[string]string{
		`{}`:                                    "deny is missing",
		`{"deny": [1]}`:                         "a term is a text",
		`{"deny": [" "]}`:                       "empty",
		`{"deny": [{"regexp": "("}]}`:           "missing closing",
		`{"deny": [{"regexp": "a*"}]}`:          "matches the empty text",
		`{"deny": ["abc"], "kinds": ["prose"]}`: `no kind "prose"`,
		`{"deny": ["` + strings.Repeat("a", 1001) + `"]}`: "at most 1000",
	})
}

func TestContentCanBeMasked(t *testing.T) {
	t.Parallel()
	findings := find(build(t, business.NewContent, `{"deny": ["falcon"], "mask": "[gone]"}`), input("post", `{"text": "a Falcon flies"}`))
	require.Len(t, findings, 1)
	f := findings[0]
	assert.Equal(t, "[gone]", f.Mask)
	assert.Equal(t, "Falcon", f.Match)
	assert.Equal(t, []int{2, 8}, []int{f.Start, f.End})
	assert.True(t, f.Sensitive)
}
