package payload_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/ui/payload"
)

// told writes a conversation down in a line a message.
func told(v payload.View) string {
	var b strings.Builder
	for _, m := range v.Messages {
		fmt.Fprintf(&b, "%s:", m.Class)
		for _, p := range m.Parts {
			switch p.Kind {
			case payload.PartText:
				fmt.Fprintf(&b, " %s", p.Text.Head)
			case payload.PartThinking:
				fmt.Fprintf(&b, " (%s)", p.Text.Head)
			case payload.PartCall:
				fmt.Fprintf(&b, " %s(%s)%s", p.Call.Name, names(p.Call.Arguments), result(p.Call.Result))
			case payload.PartResult:
				fmt.Fprintf(&b, " alone%s", result(p.Result))
			case payload.PartMedia:
				fmt.Fprintf(&b, " [%s]", p.Media)
			default:
				b.WriteString(" {}")
			}
		}
		b.WriteString("\n")
	}
	return strings.TrimSpace(b.String())
}

func names(fields []payload.Field) string {
	var out []string
	for _, f := range fields {
		out = append(out, f.Name)
	}
	return strings.Join(out, ",")
}

func result(r *payload.Result) string {
	if r == nil {
		return ""
	}
	text := "{}"
	if r.Body.Text != nil {
		text = r.Body.Text.Head
	} else if len(r.Body.Parts) > 0 {
		text = r.Body.Parts[0].Text.Head
	}
	if r.Failed {
		text = "!" + text
	}
	return "->" + text
}

func TestChats(t *testing.T) {
	for name, test := range map[string]struct{ raw, want string }{
		"openai chat with calls": {
			`{"messages":[{"role":"system","content":"S"},{"role":"user","content":[{"type":"text","text":"U"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},
			{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"2","function":{"name":"g","arguments":""}}]},
			{"role":"tool","tool_call_id":"2","content":"two"},{"role":"tool","tool_call_id":"1","content":"one"},{"role":"tool","tool_call_id":"9","content":"lost"}]}`,
			"system: S\nuser: U [image · image/png · 3 bytes]\nassistant: f(a)->one g()->two\ntool: alone->lost",
		},
		"openai answer":  {`{"choices":[{"finish_reason":"length","message":{"role":"assistant","content":"A","reasoning_content":"R"}}]}`, "assistant: (R) A"},
		"two choices":    {`{"choices":[{"message":{"role":"assistant","content":"A"}},{"message":{"role":"assistant","content":"B"}}]}`, "assistant: A\nassistant: B"},
		"old completion": {`{"choices":[{"text":"A","finish_reason":"stop"}]}`, "assistant: A"},
		"responses": {
			`{"model":"m","instructions":"S","input":[{"role":"user","content":"U"},{"type":"reasoning","summary":[{"type":"summary_text","text":"R"}]},
			{"type":"function_call","call_id":"c","name":"f","arguments":"{\"q\":\"x\"}"},{"type":"function_call_output","call_id":"c","output":"out"}]}`,
			"system: S\nuser: U\nassistant: (R) f(q)->out",
		},
		"responses text": {`{"model":"m","input":"U"}`, "user: U"},
		"responses answer": {
			`{"output":[{"type":"web_search_call","id":"w","status":"completed","action":{"query":"q"}},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"A"}]}]}`,
			"assistant: web_search(action) A",
		},
		"anthropic": {
			`{"system":[{"type":"text","text":"S"}],"messages":[{"role":"user","content":"U"},{"role":"assistant","content":[{"type":"thinking","thinking":"R"},{"type":"tool_use","id":"t","name":"f","input":{"a":1}}]},
			{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","is_error":true,"content":[{"type":"text","text":"no"}]}]}]}`,
			"system: S\nuser: U\nassistant: (R) f(a)->!no",
		},
		"anthropic answer": {
			`{"type":"message","role":"assistant","content":[{"type":"redacted_thinking","data":"xxxx"},{"type":"text","text":"A"}],"stop_reason":"end_turn"}`,
			"assistant: [thinking, sealed by the provider · 4 bytes] A",
		},
		"gemini": {
			`{"systemInstruction":{"parts":[{"text":"S"}]},"contents":[{"role":"user","parts":[{"text":"U"},{"inlineData":{"mimeType":"image/jpeg","data":"AAAA"}}]},
			{"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"r":2}}}]}]}`,
			"system: S\nuser: U [attachment · image/jpeg · 3 bytes]\nassistant: f(a)->{}",
		},
		"gemini stream":    {`[{"candidates":[{"content":{"role":"model","parts":[{"text":"think","thought":true}]}}]},{"candidates":[{"content":{"parts":[{"text":"A"}]}}]},{"candidates":[{"content":{"parts":[{"text":"B"}]}}]}]`, "assistant: (think) AB"},
		"wrapped":          {`{"result":{"role":"assistant","content":"A"}}`, "assistant: A"},
		"wrapped text":     {`{"result":"{\"role\":\"assistant\",\"content\":\"A\"}"}`, "assistant: A"},
		"bare content":     {`{"content":"A"}`, "assistant: A"},
		"prompt":           {`{"prompt":"U","model":"m"}`, "user: U"},
		"langchain":        {`[{"type":"human","content":"U"},{"type":"ai","content":"A"}]`, "user: U\nassistant: A"},
		"text for parts":   {`[{"role":"user","text":"U"}]`, "user: U"},
		"flat tool calls":  {`[{"role":"assistant","content":"","tool_calls":[{"id":"1","name":"f","arguments":{"a":1}}]},{"role":"tool","tool_call_id":"1","content":"no","error":true}]`, "assistant: f(a)->!no"},
		"old function":     {`[{"role":"assistant","function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"r"}]`, "assistant: f()->r"},
		"null for nothing": {`[{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"null"}}]}]`, "assistant: f()"},
		"in a string":      {`"[{\"role\":\"user\",\"content\":\"U\"}]"`, "user: U"},
	} {
		t.Run(name, func(t *testing.T) {
			v := model([]byte(test.raw))
			require.Equal(t, payload.FormChat, v.Form)
			assert.Equal(t, test.want, told(v))
		})
	}
}

func TestWhatIsNoChat(t *testing.T) {
	for raw, want := range map[string]payload.Form{
		``: payload.FormEmpty, `{}`: payload.FormEmpty, `""`: payload.FormEmpty, `null`: payload.FormEmpty, `{"result":null}`: payload.FormText,
		`{"a":1}`: payload.FormFields, `{"result":{"order":"A-17"}}`: payload.FormFields, `{"agent_name":"bot","q":"where?"}`: payload.FormFields,
		`[{"role":"admin","name":"bob"}]`: payload.FormTree, `[1,2]`: payload.FormTree, `[{"type":"flight","id":1}]`: payload.FormTree,
		`{"content":"a file"}`: payload.FormFields, `{"messages":"none"}`: payload.FormFields, `{"messages":[]}`: payload.FormFields, `{"input":"x"}`: payload.FormFields,
		`plain`: payload.FormText, `{"cut": "off`: payload.FormText, `3.14`: payload.FormText, `"text"`: payload.FormText, `{"result":"done"}`: payload.FormText,
	} {
		assert.Equal(t, want, payload.Build([]byte(raw), payload.Options{}).Form, raw)
	}
}

func TestLongTextIsCutAndCanBeHad(t *testing.T) {
	long := strings.Repeat("é", 40_000)
	raw := fmt.Appendf(nil, `{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"text","text":%q}]}]}`, long)
	text := model(raw).Messages[1].Parts[0].Text
	assert.Less(t, len(text.Head), 8<<10)
	assert.Equal(t, len(long), len(text.Head)+text.More)
	require.Equal(t, "/source?as=text&at=%2Fmessages%2F1%2Fcontent%2F0%2Ftext", text.Href)
	assert.Equal(t, long, string(payload.Resolve(raw, "/messages/1/content/0/text")))
}

func TestResolve(t *testing.T) {
	raw := `{"result":"{\"a/b\":[{\"c~d\":\"deep\"}]}","n":1}`
	for at, want := range map[string]string{"/result/a~1b/0/c~0d": "deep", "": raw, "/n": raw, "/nope": raw, "bad": raw, "/result/a~1b/7": raw} {
		assert.Equal(t, want, string(payload.Resolve([]byte(raw), at)), at)
	}
	assert.Equal(t, "not json", string(payload.Resolve([]byte("not json"), "/a")))
}

func TestViewsAreBounded(t *testing.T) {
	many := func(n int, each string) string {
		return "[" + strings.TrimSuffix(strings.Repeat(each+",", n), ",") + "]"
	}
	for name, raw := range map[string]string{
		"one text of 10 MB":    `{"messages":[{"role":"user","content":"` + strings.Repeat("a", 10<<20) + `"}]}`,
		"text that is no JSON": strings.Repeat("x\u202e", 5<<20),
		"many messages":        many(20_000, `{"role":"user","content":"`+strings.Repeat("b", 300)+`"}`),
		"many parts":           `[{"role":"user","content":` + many(20_000, `{"type":"text","text":"`+strings.Repeat("c", 300)+`"}`) + `}]`,
		"many fields":          `{` + strings.TrimSuffix(strings.Repeat(`"name":"`+strings.Repeat("d", 200)+`",`, 30_000), ",") + `}`,
		"long names":           `{"` + strings.Repeat("n", 1<<20) + `":1,"b":{"` + strings.Repeat("n", 1<<20) + `":2}}`,
		"deep":                 strings.Repeat(`[`, 120) + strings.Repeat(`]`, 120),
		"wide tree":            many(50_000, `{"a":[1,2,3]}`),
		"many of all":          many(500, `{"role":"assistant","content":`+many(300, `{"type":"text","text":"`+strings.Repeat("c", 300)+`"}`)+`}`),
		"many calls":           `[{"role":"assistant","tool_calls":` + many(5000, `{"id":"x","function":{"name":"f","arguments":"{\"a\":[1,2,3]}"}}`) + `}]`,
	} {
		t.Run(name, func(t *testing.T) {
			size := measure(model([]byte(raw)))
			assert.Less(t, size, 1<<20)
			assert.Positive(t, size)
			assert.LessOrEqual(t, len(payload.Line([]byte(raw))), 2000)
		})
	}
}

// measure is about how many bytes of text a view holds.
func measure(v payload.View) int {
	return len(fmt.Sprintf("%+v", flatten(v)))
}

func flatten(v payload.View) []string {
	out := []string{v.Text.Head}
	for _, f := range v.Fields {
		out = append(out, flattenBody(f.Name, f.Body)...)
	}
	for _, m := range v.Messages {
		out = append(out, m.Role, m.Name)
		out = append(out, flattenParts(m.Parts)...)
	}
	return append(out, flattenNode(v.Tree)...)
}

func flattenParts(parts []payload.Part) []string {
	var out []string
	for _, p := range parts {
		out = append(out, p.Text.Head, p.Media)
		out = append(out, flattenNode(p.Tree)...)
		if p.Call != nil {
			out = append(out, p.Call.Name)
			for _, f := range p.Call.Arguments {
				out = append(out, flattenBody(f.Name, f.Body)...)
			}
		}
		if p.Result != nil {
			out = append(out, flattenBody("", p.Result.Body)...)
		}
	}
	return out
}

func flattenBody(name string, b payload.Body) []string {
	out := append([]string{name}, flattenNode(b.Tree)...)
	if b.Text != nil {
		out = append(out, b.Text.Head)
	}
	return append(out, flattenParts(b.Parts)...)
}

func flattenNode(n *payload.Node) []string {
	if n == nil {
		return nil
	}
	out := []string{n.Name, n.Text.Head, n.Peek}
	for _, c := range n.Children {
		out = append(out, flattenNode(c)...)
	}
	return out
}

func TestLine(t *testing.T) {
	for raw, want := range map[string]string{
		`{"agent_name": "support-bot", "q": "where is my order?"}`:        "where is my order?",
		`{"agent_name": "support-bot", "q": "where is my ord`:             "where is my ord",
		`{"agent_name":"bot","a":1,"b":[1],"c":{"d":2}}`:                  "a: 1, b: […], c: {…}",
		`{"answer": "forty-two", "by": "deep thought", "years": 7500000}`: "forty-two",
		`{"answer": "", "by": "nobody", "calls": 3}`:                      "",
		`{"query": "", "by": "nobody", "calls": 3}`:                       "nobody",
		`{"from": "a", "to": "b"}`:                                        "from: a, to: b",
		`{"result": {"order": "A-17", "total": 12.5}}`:                    "A-17",
		`{"result": "done\nand more"}`:                                    "done and more",
		`[{"role":"system","content":"S"},{"role":"user","content":"U"}]`: "U",
		`[{"role":"system","content":"only the system"`:                   "only the system",
		`{"choices":[{"message":{"role":"assistant","content":null,"tool_calls":[{"function":{"name":"f","arguments":"{\"city\":\"x\"}"}}]}}]}`: "f(x)",
		`[{"role":"assistant","content":"","tool_calls":[{"name":"f","arguments":{"a":1}},{"name":"g"},{"name":"h"}]}]`:                         "f(a: 1) and 2 more",
		`[{"path":"a","size":1},{"path":"b","size":2}]`: "{path: a, size: 1}, …",
		`plain text`: "plain text",
		``:           "",
		`null`:       "",
		"evil\u202e": "evil‹U+202E›",
	} {
		assert.Equal(t, want, payload.Line([]byte(raw)), raw)
	}
}

func FuzzBuild(f *testing.F) {
	for _, s := range []string{
		`{"messages":[{"role":"user","content":[{"type":"text","text":"x"}]}]}`, `{"output":[{"type":"function_call","arguments":"{}"}]}`,
		`{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f"}}]}}]}`, `{"result":"[1]"}`, `[{"role":"tool","content":{"a":null}}]`, `{"choices":[{"delta":{}}]}`,
		`{"messages":[{"role":"assistant","content":[{"type":"thinking"},{"type":"image","source":{"data":"x"}}]}]}`, "\u202e\x00",
	} {
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, raw []byte, isModel bool) {
		payload.Line(raw)
		payload.Resolve(raw, "/messages/0/content")
		for _, asTree := range []bool{false, true} {
			v := payload.Build(raw, payload.Options{Model: isModel, Plain: asTree, Source: "/s?"})
			for _, text := range flatten(v) {
				for _, r := range text {
					if unicode.Is(unicode.Bidi_Control, r) || r == 0 {
						t.Fatalf("%U is left in %q", r, text)
					}
				}
			}
		}
	})
}
