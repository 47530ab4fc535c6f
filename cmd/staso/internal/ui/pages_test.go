package ui_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/cmd/staso/internal/ui"
)

func newPages(tb testing.TB, s store.Store) http.Handler {
	tb.Helper()
	h, err := ui.New(s, ui.Options{Now: now, Version: "v9.9.9", Report: func(_ context.Context, err error) { tb.Logf("reported: %v", err) }})
	require.NoError(tb, err)
	return h
}

func get(h http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Host = "127.0.0.1:7600"
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// document is a page that was answered with 200.
func document(t *testing.T, h http.Handler, target string) *node {
	t.Helper()
	w := get(h, target)
	require.Equal(t, http.StatusOK, w.Code, "%s: %s", target, w.Body)
	return parse(t, w.Body.String())
}

func parse(t *testing.T, text string) *node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	require.NoError(t, err)
	return &node{root}
}

// node is an element with a few ways to look for others in it.
type node struct{ *html.Node }

func (n *node) attr(name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (n *node) has(name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// all returns the elements that have the class or, where it begins with #, the
// id, or else the tag.
func (n *node) all(selector string) []*node {
	var found []*node
	for d := range n.Descendants() {
		e := &node{d}
		if d.Type == html.ElementNode && e.is(selector) {
			found = append(found, e)
		}
	}
	return found
}

func (n *node) is(selector string) bool {
	if class, ok := strings.CutPrefix(selector, "."); ok {
		for given := range strings.FieldsSeq(n.attr("class")) {
			if given == class {
				return true
			}
		}
		return false
	}
	if id, ok := strings.CutPrefix(selector, "#"); ok {
		return n.attr("id") == id
	}
	return n.Data == selector
}

// one returns the only element of a kind.
func (n *node) one(t *testing.T, selector string) *node {
	t.Helper()
	found := n.all(selector)
	require.Len(t, found, 1, selector)
	return found[0]
}

// text is what a reader reads.
func (n *node) text() string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
			b.WriteByte(' ')
		}
	}
	return strings.ReplaceAll(strings.Join(strings.Fields(b.String()), " "), "\u202f", " ")
}

func TestRootLeadsToTraces(t *testing.T) {
	w := get(newPages(t, newStore(t)), "/")
	assert.Equal(t, http.StatusFound, w.Code)
	assert.Equal(t, "/traces", w.Header().Get("Location"))
}

func TestEveryAnswerIsSecured(t *testing.T) {
	h := newPages(t, newStore(t))
	for _, target := range []string{"/", "/traces", "/nowhere", "/assets/none.css", "/traces/x"} {
		w := get(h, target)
		policy := w.Header().Get("Content-Security-Policy")
		assert.Contains(t, policy, "default-src 'none'", target)
		assert.NotContains(t, policy, "unsafe", target)
		assert.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"), target)
	}
}

func TestAssetsAreKeptForEver(t *testing.T) {
	h := newPages(t, newStore(t))
	page := document(t, h, "/traces")
	var addresses []string
	for _, e := range append(page.all("link"), page.all("script")...) {
		addresses = append(addresses, e.attr("href")+e.attr("src"))
	}
	require.Len(t, addresses, 3)
	for _, address := range addresses {
		w := get(h, address)
		assert.Equal(t, http.StatusOK, w.Code, address)
		assert.Contains(t, w.Header().Get("Cache-Control"), "immutable")
		assert.NotEmpty(t, w.Body.Len())
	}
}

func TestNoInlineStyleOrScript(t *testing.T) {
	s := newStore(t)
	traces := replayed(t, s)
	h := newPages(t, s)
	for _, target := range []string{"/traces", "/traces/" + traces[0].String(), "/conversations", "/nowhere"} {
		page := parse(t, get(h, target).Body.String())
		for _, e := range page.all("script") {
			assert.NotEmpty(t, e.attr("src"), target)
		}
		assert.Empty(t, page.all("style"), target)
		for d := range page.Descendants() {
			for _, a := range d.Attr {
				assert.NotEqual(t, "style", a.Key, target)
				assert.False(t, strings.HasPrefix(a.Key, "on"), "%s: %s", target, a.Key)
			}
		}
	}
}

func TestUnchangedPageIsNotSentAgain(t *testing.T) {
	h := newPages(t, newStore(t))
	tag := get(h, "/traces").Header().Get("ETag")
	require.NotEmpty(t, tag)
	w := get(h, "/traces", "If-None-Match", tag)
	assert.Equal(t, http.StatusNotModified, w.Code)
	assert.Zero(t, w.Body.Len())
}

func TestOnlyReadingIsAllowed(t *testing.T) {
	h := newPages(t, newStore(t))
	for _, method := range []string{http.MethodPost, http.MethodDelete, http.MethodPut} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, "/traces", nil))
		assert.Equal(t, http.StatusMethodNotAllowed, w.Code, method)
	}
}

func TestWhatIsNotThere(t *testing.T) {
	h := newPages(t, newStore(t))
	for _, target := range []string{
		"/nowhere", "/traces/x", "/traces/0e1c2f3a-0000-0000-0000-000000000001", "/conversations/none",
		"/traces/x/spans/y/input", "/favicon.ico",
	} {
		w := get(h, target)
		assert.Equal(t, http.StatusNotFound, w.Code, target)
		assert.Contains(t, parse(t, w.Body.String()).one(t, "h1").text(), "Not found", target)
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	h := newPages(t, newStore(t))
	for _, target := range []string{"/traces?status=<script>", "/traces?min_tokens=x", "/traces?cursor=nonsense", "/traces?range=abc", "/agents?limit=x"} {
		w := get(h, target)
		assert.Equal(t, http.StatusBadRequest, w.Code, target)
		assert.NotContains(t, w.Body.String(), "<script>", target)
	}
}

func TestTheme(t *testing.T) {
	h := newPages(t, newStore(t))
	assert.Equal(t, "dark", parse(t, get(h, "/traces", "Cookie", "staso_theme=dark").Body.String()).one(t, "html").attr("data-theme"))
	assert.False(t, parse(t, get(h, "/traces", "Cookie", "staso_theme=x\"y").Body.String()).one(t, "html").has("data-theme"))
}

func escape(s string) string { return url.PathEscape(s) }
