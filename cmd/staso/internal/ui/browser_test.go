//go:build browser

package ui_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// tab is a browser's tab on a server with the pages of a store.
type tab struct {
	*testing.T
	ctx  context.Context
	base string
	mu   sync.Mutex
	said []string // what the browser complained of
}

func open(t *testing.T, s store.Store) *tab {
	t.Helper()
	ctx, base := newBrowser(t, s)
	b := &tab{T: t, ctx: ctx, base: base}
	messages := chromedp.Console(ctx)
	b.do(chromedp.EmulateViewport(1440, 900))
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleException {
				b.mu.Lock()
				b.said = append(b.said, m.Text)
				b.mu.Unlock()
			}
		}
	}()
	return b
}

// newBrowser starts a headless browser, and returns the context of a tab and
// the address of a server with real runs in it.
func newBrowser(t *testing.T, s store.Store) (context.Context, string) {
	t.Helper()
	return newBrowserOn(t, newPages(t, s))
}

func newBrowserOn(t *testing.T, pages http.Handler) (context.Context, string) {
	t.Helper()
	server := httptest.NewServer(pages)
	t.Cleanup(server.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.Flag("hide-scrollbars", true))
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	return ctx, server.URL
}

func do(t *testing.T, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	require.NoError(t, chromedp.Do(ctx, actions...))
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	do(b.T, b.ctx, actions...)
}

func (b *tab) visit(target string) {
	b.Helper()
	b.do(chromedp.Navigate(b.base + target))
}

func (b *tab) press(keys string) {
	b.Helper()
	b.do(chromedp.KeyEvent(keys))
}

func (b *tab) click(css string) {
	b.Helper()
	b.do(chromedp.Click(chromedp.CSS(css)))
}

// eval returns the value of an expression of JavaScript.
func eval[T any](b *tab, expression string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	require.NoError(b, err, expression)
	return v
}

// until waits for an expression to be true, also on the page after this one.
func (b *tab) until(expression string) {
	b.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`document.readyState === "complete" && !!(`+expression+")"))
		if err == nil && ok {
			return
		}
		require.True(b, time.Now().Before(deadline), "never came true: %s (%v); the page is %s", expression, err, eval[string](b, "location.href"))
		b.do(chromedp.Sleep(40 * time.Millisecond))
	}
}

// calm fails the test if the browser complained.
func (b *tab) calm() {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, text := range b.said {
		assert.Fail(b, "the browser says: "+text)
	}
}

const selectedName = `document.querySelector("#rows .row.selected bdi")?.textContent`

func TestKeysInTheList(t *testing.T) {
	s := newStore(t)
	replayed(t, s)
	b := open(t, s)
	b.visit("/traces")
	b.press("jjk")
	assert.Equal(t, 0, eval[int](b, `[...document.querySelectorAll(".traces tr.row")].findIndex(r => r.classList.contains("cursor"))`))
	b.press("j")
	want := eval[string](b, `document.querySelector("tr.cursor").dataset.id`)
	b.press(kb.Enter)
	b.until(`document.querySelector("#main.trace")?.dataset.trace === "` + want + `"`)
	b.press("]")
	b.until(`document.querySelector("#main.trace") && document.querySelector("#main").dataset.trace !== "` + want + `"`)
	b.press("[")
	b.until(`document.querySelector("#main.trace")?.dataset.trace === "` + want + `"`)
	b.press(kb.Escape)
	b.until(`document.querySelector("#details").hidden`)
	b.press(kb.Escape)
	b.until(`location.pathname === "/traces"`)
	b.press("/")
	assert.Equal(t, "q", eval[string](b, `document.activeElement.name`))
	b.press(kb.Escape)
	b.press("f")
	assert.True(t, eval[bool](b, `document.querySelector("#filter").open`))
	b.press(kb.Escape + kb.Escape)
	assert.False(t, eval[bool](b, `document.querySelector("#filter").open`))
	b.press("?")
	assert.True(t, eval[bool](b, `document.querySelector("#help").open`))
	b.press(kb.Escape)
	b.press("ga")
	b.until(`location.pathname === "/agents"`)
	b.calm()
}

func TestLookingAroundInATrace(t *testing.T) {
	s := newStore(t)
	id := richTrace(t, s).String()
	b := open(t, s)
	b.visit("/traces/" + id)
	assert.Equal(t, "read_file", eval[string](b, selectedName))
	b.click(`.row[data-id="` + spanID(15).String() + `"] a`)
	b.until(`document.querySelector("#details-body article").dataset.spanId === "` + spanID(15).String() + `"`)
	assert.Contains(t, eval[string](b, "location.search"), spanID(15).String())
	b.press("t")
	b.until(`document.querySelector("#details .node") && location.search.includes("view=tree")`)
	b.press("t")
	b.until(`document.querySelector("#details .message") && !location.search.includes("view=tree")`)
	b.press("e")
	b.until(`document.querySelector("#details .alert.bad")`)
	assert.Equal(t, "read_file", eval[string](b, selectedName))
	b.do(chromedp.NavigateBack())
	b.until(`document.querySelector("#details-body article").dataset.spanId === "` + spanID(15).String() + `"`)
	b.press("k")
	b.until(`document.querySelector("#details-body article").dataset.spanId === "` + spanID(14).String() + `"`)
	b.press(kb.ArrowLeft)
	b.until(selectedName + ` === "test-finder"`)
	b.press(kb.ArrowLeft)
	assert.Equal(t, 10, eval[int](b, `[...document.querySelectorAll("#rows .row")].filter(r => !r.hidden).length`))
	b.press(kb.ArrowRight)
	assert.Equal(t, 15, eval[int](b, `[...document.querySelectorAll("#rows .row")].filter(r => !r.hidden).length`))
	b.press(kb.Escape)
	b.until(`document.querySelector("#details").hidden && location.search === "?span=none"`)
	b.press("j")
	b.press(kb.Enter)
	b.until(`!document.querySelector("#details").hidden`)
	b.calm()
}

func TestCopyTakesTheWholePayload(t *testing.T) {
	s := newStore(t)
	k := newSketch(8, now())
	k.add(1, 0, "tool", "reader", 0, 5).Output = encode(object{"answer": strings.Repeat("words ", 4000) + "the end"})
	write(t, s, k.spans...)
	b := open(t, s)
	b.visit("/traces/" + k.trace.String())
	eval[bool](b, `Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => { window.copied = text; } } }) === navigator`)
	b.click(`#pane-output [data-copy]`)
	b.until(`window.copied?.includes("the end") && document.querySelector("#toast.shown")?.textContent === "Text copied"`)
	b.press("c")
	b.until(`window.copied === location.href`)
	b.calm()
}

func TestDetailsSlideOverOnAPhone(t *testing.T) {
	s := newStore(t)
	id := richTrace(t, s).String()
	b := open(t, s)
	b.do(chromedp.EmulateViewport(390, 844))
	b.visit("/traces/" + id)
	const over = `document.elementFromPoint(195, 400).closest("#details") !== null`
	assert.False(t, eval[bool](b, over), "the tree comes first")
	b.click(`.row[data-id="` + spanID(7).String() + `"] a`)
	b.until(`document.querySelector("#details-body article").dataset.spanId === "` + spanID(7).String() + `"`)
	assert.True(t, eval[bool](b, over))
	b.click("#details .close")
	b.until("!(" + over + ")")
	b.calm()
}

func TestLongTextGrowsInPlace(t *testing.T) {
	s := newStore(t)
	k := newSketch(7, now())
	k.add(1, 0, "tool", "reader", 0, 5).Output = encode(object{"result": strings.Repeat("words \u202e<b> ", 4000) + "the end"})
	write(t, s, k.spans...)
	b := open(t, s)
	b.visit("/traces/" + k.trace.String())
	assert.False(t, eval[bool](b, `document.querySelector("#pane-output").textContent.includes("the end")`))
	b.click(".more")
	b.until(`document.querySelector("#pane-output").textContent.includes("the end")`)
	assert.False(t, eval[bool](b, `document.querySelector("#pane-output").textContent.includes("\u202e")`))
	b.calm()
}

func TestTracesArriveWithoutAJump(t *testing.T) {
	s := newStore(t)
	b := open(t, s)
	b.visit("/traces")
	richTrace(t, s)
	b.until(`document.querySelectorAll(".traces tr.row").length === 1`)
	id := runningTrace(t, s)
	b.until(`!document.querySelector("#pill").hidden`)
	assert.Equal(t, "1 new", eval[string](b, `document.querySelector("#pill").textContent`))
	assert.Equal(t, 1, eval[int](b, `document.querySelectorAll(".traces tr.row").length`), "nothing jumps")
	b.click("#pill")
	b.until(`document.querySelectorAll(".traces tr.row").length === 2`)
	finish(t, s, id)
	b.until(`document.querySelector("tr.row .c-state").textContent.trim() === "ok"`)
	b.calm()
}

// finish ends the running trace.
func finish(t *testing.T, s store.Store, id uuid.UUID) {
	t.Helper()
	k := newSketch(2, now())
	require.Equal(t, id, k.trace)
	k.add(1, 0, "agent", "repo-guide", 0, 4000).Output = []byte(`{"result":"httpexport is the largest"}`)
	k.add(4, 1, "tool", "late", 3000, 100)
	write(t, s, k.spans...)
}

func TestRunningTraceGrows(t *testing.T) {
	s := newStore(t)
	id := runningTrace(t, s)
	b := open(t, s)
	b.visit("/traces/" + id.String())
	assert.Contains(t, eval[string](b, `document.querySelector("#glance").textContent`), "not yet")
	b.click(`.row[data-id="` + spanID(3).String() + `"] a`)
	b.until(selectedName + ` === "list_files"`)
	finish(t, s, id)
	b.until(`document.querySelectorAll("#rows .row").length === 4`)
	assert.Contains(t, eval[string](b, `document.querySelector("#glance").textContent`), "httpexport is the largest")
	assert.Equal(t, "list_files", eval[string](b, selectedName), "the reader stays where they were")
	b.calm()
}

func TestThemeIsKept(t *testing.T) {
	b := open(t, newStore(t))
	b.do(prefer("light"))
	b.visit("/traces")
	light := eval[string](b, "getComputedStyle(document.documentElement).backgroundColor")
	b.click(`[data-action="theme"]`)
	dark := eval[string](b, "getComputedStyle(document.documentElement).backgroundColor")
	assert.NotEqual(t, light, dark)
	b.visit("/agents")
	assert.Equal(t, dark, eval[string](b, "getComputedStyle(document.documentElement).backgroundColor"))
	b.calm()
}

func TestEverythingCanBeReadWithoutJavaScript(t *testing.T) {
	s := newStore(t)
	id := richTrace(t, s).String()
	b := open(t, s)
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
	b.visit("/traces")
	b.click(".traces a.open")
	b.do(chromedp.WaitVisible(chromedp.CSS("#details .alert.bad")))
	b.click(`.row[data-id="` + spanID(15).String() + `"] a`)
	b.do(chromedp.WaitVisible(chromedp.CSS(`article[data-span-id="` + spanID(15).String() + `"] .message`)))
	where, err := chromedp.Run(b.ctx, chromedp.Location())
	require.NoError(t, err)
	assert.Equal(t, b.base+"/traces/"+id+"?span="+spanID(15).String(), where)
}

func TestNothingIsWiderThanTheScreen(t *testing.T) {
	s := newStore(t)
	replayed(t, s)
	rich, broken, evil := richTrace(t, s), brokenTrace(t, s), evilTrace(t, s)
	b := open(t, s)
	for _, width := range []int64{360, 768, 1440, 2560} {
		b.do(chromedp.EmulateViewport(width, 800))
		for _, target := range []string{
			"/traces", fmt.Sprintf("/traces/%s?span=%s", rich, spanID(15)),
			fmt.Sprintf("/traces/%s", broken), fmt.Sprintf("/traces/%s?span=%s", evil, spanID(2)), "/conversations", "/conversations/support-4411", "/nowhere",
		} {
			b.visit(target)
			assert.LessOrEqual(t, eval[int64](b, "document.documentElement.scrollWidth"), width, target)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, text := range b.said {
		assert.Contains(t, text, "404", "only the page that is not there")
	}
}

// contrasts finds visible text whose contrast with what is behind it is below
// 4.5 to 1.
const contrasts = `(() => {
  const rgb = (c) => { const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data].map((v, i) => i < 3 ? v : v / 255); };
  const over = (top, under) => top.slice(0, 3).map((v, i) => v * top[3] + under[i] * (1 - top[3]));
  const light = (c) => { const [r, g, b] = c.map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const known = new Map(), cached = (c) => known.get(c) ?? (known.set(c, rgb(c)), known.get(c));
  const behind = (e) => { const layers = []; for (; e; e = e.parentElement) layers.unshift(cached(getComputedStyle(e).backgroundColor)); return layers.reduce((under, top) => over(top, under), [255, 255, 255]); };
  const bad = [];
  for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.checkVisibility() || e.closest("svg, .sr, dialog, .toast")) continue;
    const under = behind(e), a = light(over(cached(getComputedStyle(e).color), under)), b = light(under);
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.push(e.className + " " + e.textContent.trim().slice(0, 30) + " " + ratio.toFixed(2));
  }
  return [...new Set(bad)];
})()`

func TestContrast(t *testing.T) {
	s := newStore(t)
	rich, running := richTrace(t, s), runningTrace(t, s)
	b := open(t, s)
	for _, scheme := range []string{"light", "dark"} {
		b.do(prefer(scheme))
		for _, target := range []string{
			"/traces", "/traces?user_id=dana", fmt.Sprintf("/traces/%s", rich), fmt.Sprintf("/traces/%s?span=%s", rich, spanID(15)),
			fmt.Sprintf("/traces/%s?span=%s", rich, spanID(13)), fmt.Sprintf("/traces/%s?view=tree&span=%s", rich, spanID(7)), fmt.Sprintf("/traces/%s", running), "/conversations/support-4411", "/traces?q=zzz",
		} {
			b.visit(target)
			assert.Empty(t, eval[[]string](b, contrasts), "%s %s", scheme, target)
		}
	}
	b.calm()
}
