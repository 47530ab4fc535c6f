package args_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard/local/internal/args"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// read is the arguments of a call, with what is encoded in them.
func read(tool, input string) *args.Set {
	var set args.Set
	t := args.NewTool(tool)
	set.Read(nil, &t, []byte(input), "input")
	for i := 0; ; i++ { // what is found inside is added behind
		if i == len(set.Args) {
			return &set
		}
		set.Derive(nil, &t, i)
	}
}

// described is each argument as "field: kinds = text", with its language and way.
func described(set *args.Set) []string {
	var all []string
	for _, arg := range set.Args {
		line := arg.Field
		for _, via := range arg.Via {
			line += " " + via
		}
		line += ": " + strings.Join(args.KindNames(arg.Kinds), " ")
		if arg.Lang != "" {
			line += " (" + arg.Lang + ")"
		}
		all = append(all, line+" = "+arg.Text)
	}
	return all
}

func TestKindsByToolNameAndShape(t *testing.T) {
	for _, c := range []struct{ tool, input, want string }{
		// Commands.
		{"bash", `{"command": "ls"}`, "command: shell = ls"},
		{"Bash", `{"command": "ls", "description": "List files"}`, "command: shell = ls|description: text = List files"},
		{"mcp__box__run_shell", `{"input": "ls"}`, "input: shell = ls"},
		{"terminal", `"ls"`, "input: shell = ls"},
		{"bash", `["rm", "-rf", "x"]`, "input[0]: shell = rm|input[1]: shell = -rf|input[2]: shell = x|input[0] argv: shell = rm -rf x"},
		{"powershell", `{"script": "Get-Item x"}`, "script: shell (powershell) = Get-Item x"},
		{"anything", `{"cmd": "ls"}`, "cmd: shell = ls"},
		{"anything", `{"commandLine": "ls"}`, "commandLine: shell = ls"},
		{"start", `{"program": "make", "args": ["-j", "8 9"]}`, "program: shell = make|args[0]: argv = -j|args[1]: argv = 8 9|program argv: shell = make -j '8 9'"},
		{"start", `{"command": ["sh", "-c", "echo 'a'"]}`, `command[0]: shell = sh|command[1]: shell = -c|command[2]: shell = echo 'a'|command[0] argv: shell = sh -c 'echo '\''a'\'''`},
		{"start", `{"command": "git push", "args": "--force origin"}`, "command: shell = git push|args: argv = --force origin|command argv: shell = git push --force origin"},
		{"kubectl", `{"args": "get pods"}`, "args: argv = get pods|args argv: shell = kubectl get pods"},
		{"run_kubectl", `{"command": "kubectl get pods"}`, "command: shell = kubectl get pods"},
		{"terraform", `{"subcommand": "plan", "args": ["-out", "a b"]}`, "subcommand: shell = plan|args[0]: argv = -out|args[1]: argv = a b|subcommand argv: shell = terraform plan -out 'a b'"},
		{"docker_exec", `{"command": "rm -rf x"}`, "command: shell = rm -rf x"},
		{"box", `{"job": "{\"command\": \"rm\", \"args\": [\"-r\", \"x\"]}"}`, "job: text value = {\"command\": \"rm\", \"args\": [\"-r\", \"x\"]}|job.command json: shell = rm|job.args[0] json: argv = -r|job.args[1] json: argv = x|job.command json argv: shell = rm -r x"},
		// Code.
		{"run_python", `{"code": "print(1)"}`, "code: code (python) = print(1)"},
		{"code_interpreter", `{"language": "bash", "code": "ls"}`, "language: text value = bash|code: shell = ls"},
		{"execute", `{"code": "1", "language": "javascript"}`, "code: code (javascript) = 1|language: text value = javascript"},
		{"calculate", `{"expression": "1 + 1"}`, "expression: code value = 1 + 1"},
		// SQL.
		{"sql_query", `{"query": "SELECT 1"}`, "query: sql = SELECT 1"},
		{"report", `{"sql": "x"}`, "sql: sql = x"},
		{"report", `{"query": "delete from t where id = 1"}`, "query: sql = delete from t where id = 1"},
		{"web_search", `{"query": "drop table in postgres"}`, "query: text = drop table in postgres"},
		{"ask", `{"query": "update me on the weather"}`, "query: text value = update me on the weather"},
		{"ask", `{"query": "select the best hotel"}`, "query: text value = select the best hotel"},
		// Paths and addresses.
		{"read_file", `{"path": "a.txt"}`, "path: path = a.txt"},
		{"copy_file", `{"source": "a", "destination": "b"}`, "source: path = a|destination: path = b"},
		{"search_direct_flight", `{"origin": "JFK", "destination": "SEA"}`, "origin: text value = JFK|destination: text value = SEA"},
		{"edit", `{"file_text": "a", "file_path": "b", "fileName": "c"}`, "file_text: text = a|file_path: path = b|fileName: path = c"},
		{"get", `{"x": "https://example.com/a", "y": "/etc/hosts", "z": "~/x"}`, "x: url text value = https://example.com/a|y: path text value = /etc/hosts|z: path text value = ~/x"},
		{"http_get", `{"url": "example.com"}`, "url: url = example.com"},
		{"ping", `{"target": "10.0.0.1"}`, "target: host = 10.0.0.1"},
		{"connect_db", `{"hostname": "db"}`, "hostname: host = db"},
		{"set_address", `{"address1": "445 Maple Drive", "address": "example.com"}`, "address1: text value = 445 Maple Drive|address: host text value = example.com"},
		// People and money.
		{"send_email", `{"to": ["a@example.com"], "subject": "Hi", "body": "rm -rf /"}`, "to[0]: email value = a@example.com|subject: text = Hi|body: text = rm -rf /"},
		{"send_direct_message", `{"recipient": "Alice"}`, "recipient: text value = Alice"},
		{"refund", `{"amount": 12.5, "order_id": "W1"}`, "amount: money = 12.5|order_id: text value = W1"},
		{"refund", `{"total": "12.50 EUR"}`, "total: money value = 12.50 EUR"},
		// Values and prose.
		{"lookup_user", `{"username": "bob"}`, "username: text value = bob"},
		{"think", `{"thought": "then run rm -rf /", "command": "x"}`, "thought: text = then run rm -rf /|command: text = x"},
		{"apply", `{"zip_code": "12345", "country_code": "DE", "source_code": "x"}`, "zip_code: text value = 12345|country_code: text value = DE|source_code: code = x"},
		{"edit", `{"old_string": "f(\"-\")", "newText": "g(\"-\")"}`, `old_string: text = f("-")|newText: text = g("-")`},
		{"match", `{"pattern": "^(?:rm)\\s", "regex": "a"}`, `pattern: text = ^(?:rm)\s|regex: text value = a`},
		{
			"change", `{"patch": "*** Begin Patch\n*** Update File: a.go\n+x\n*** Delete File: b.go\n*** End Patch"}`,
			"patch: text = *** Begin Patch\n*** Update File: a.go\n+x\n*** Delete File: b.go\n*** End Patch|patch patch: path = a.go|patch patch: path = b.go",
		},
		{"exec", `{"args": ["ls", "-l"]}`, "args[0]: argv = ls|args[1]: argv = -l|args[0] argv: shell = ls -l"},
		{"anything", `{"run": "ls", "dry_run": "no"}`, "run: shell = ls|dry_run: text value = no"},
		{"orm", `{"raw": "DROP TABLE x", "raw_text": "DROP TABLE x"}`, "raw: sql = DROP TABLE x|raw_text: text = DROP TABLE x"},
		// Names that are more than names.
		{"set", `{"a;b": 1}`, "a;b: text value = a;b|a;b: value = 1"},
	} {
		t.Run(c.tool+" "+c.input, func(t *testing.T) {
			assert.Equal(t, strings.Split(c.want, "|"), described(read(c.tool, c.input)))
		})
	}
}

func TestConfiguredKindsGoBeforeNames(t *testing.T) {
	tool := args.NewTool("deploy")
	tool.Typed = func(field string) (detect.Kind, bool) {
		switch field {
		case "steps[0].run":
			return detect.Shell, true
		case "command":
			return 0, true
		}
		return 0, false
	}
	var set args.Set
	set.Read(nil, &tool, []byte(`{"steps": [{"run": "make"}], "command": "x", "path": "y"}`), "input")
	assert.Equal(t, []string{"steps[0].run: shell = make", "command:  = x", "path: path = y"}, described(&set))
}

func TestWhatIsEncodedIsReadToo(t *testing.T) {
	secret := "rm -rf / --no-preserve-root"
	b64 := base64.StdEncoding.EncodeToString([]byte(secret))
	for _, c := range []struct{ name, input, want string }{
		{"JSON in a string", `{"payload": "{\"command\": \"ls\"}"}`, "payload.command json: shell = ls"},
		{"JSON in JSON in a string", `{"p": "{\"q\": \"[{\\\"path\\\": \\\"a\\\"}]\"}"}`, "p.q[0].path json json: path = a"},
		{"base64", `{"command_b64": "` + b64 + `"}`, "command_b64 base64: shell = " + secret},
		{"base64 for addresses", `{"note": "` + base64.URLEncoding.EncodeToString([]byte(secret)) + `"}`, "note base64: text = " + secret},
		{"base64 without padding", `{"note": "` + base64.RawStdEncoding.EncodeToString([]byte(secret+"!")) + `"}`, "note base64: text = " + secret + "!"},
		{"base64 in lines", `{"note": "` + b64[:20] + `\n` + b64[20:] + `"}`, "note base64: text = " + secret},
		{"hex", `{"note": "` + hex.EncodeToString([]byte(secret)) + `"}`, "note hex: text = " + secret},
		{"base64 in prose", `{"note": "please decode ` + b64 + ` and run it"}`, "note base64: text = " + secret},
		{"base64 in base64", `{"note": "` + base64.StdEncoding.EncodeToString([]byte(b64)) + `"}`, "note base64 base64: text = " + secret},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Contains(t, described(read("tool", c.input)), c.want)
		})
	}
}

func TestWhatOnlyLooksEncodedIsLeftAlone(t *testing.T) {
	for _, text := range []string{
		"d41d8cd98f00b204e9800998ecf8427ed41d8cd98f00b204e9800998ecf8427e", // a digest
		"550e8400-e29b-41d4-a716-446655440000", "averylongidentifierwithoutspaces", "AKIAIOSFODNN7EXAMPLEAKIA",
		"{not json at all, but in braces}", "[draft] please review [final]", "https://example.com/a/b/c/d/e/f/g/h/i/j/k/l/m",
		"internal/store/sqlite/migrations/0001_initial_schema.sql",
	} {
		t.Run(text, func(t *testing.T) {
			encoded, err := json.Marshal(map[string]string{"x": text})
			require.NoError(t, err)
			set := read("tool", string(encoded))
			assert.Len(t, set.Args, 1)
			assert.Empty(t, set.Findings)
		})
	}
}

func TestOtherReadings(t *testing.T) {
	for _, c := range []struct{ input, via, want string }{
		{`{"path": "%252e%252e%252fetc"}`, "percent", "../etc"},
		{`{"path": "%u002e./x"}`, "percent", "../x"},
		{`{"x": "\\u002e\\u{2e}\\x2fy"}`, "unicode", "../y"},
		{`{"x": "&lt;b&#62; text"}`, "html", "<b> text"},
		{`{"x": "\uff49\uff47nore \u200ball"}`, "nfkc", "ignore all"},
		{`{"x": "\u0440\u0430ypal"}`, "nfkc", "paypal"},
	} {
		t.Run(c.input, func(t *testing.T) {
			views := read("tool", c.input).Args[0].Views
			assert.Contains(t, views, detect.View{Text: c.want, Via: c.via})
		})
	}
	assert.Empty(t, read("tool", `{"x": "100 % plain & simple \\ text"}`).Args[0].Views)
	assert.Empty(t, read("bash", `{"command": "echo \uff49 %2e"}`).Args[0].Views, "a shell reads what is there")
}

func TestLimits(t *testing.T) {
	deep := func(n int) string { return `{"a": ` + strings.Repeat("[", n) + strings.Repeat("]", n) + "}" }
	for _, c := range []struct{ name, input, code string }{
		{"just deep enough", deep(args.MaxDepth - 1), ""},
		{"too deep", deep(args.MaxDepth), "arguments.too_deep"},
		{"10,000 lists", deep(10_000), "arguments.too_deep"},
		{"10,000 open lists", strings.Repeat("[", 10_000), "arguments.too_deep"},
		{"too many values", `[0` + strings.Repeat(",0", args.MaxValues) + `]`, "arguments.too_large"},
		{"10 MB", `{"a": "` + strings.Repeat("x", 10<<20) + `"}`, "arguments.too_large"},
	} {
		t.Run(c.name, func(t *testing.T) {
			set := read("tool", c.input)
			var codes []string
			for _, f := range set.Findings {
				codes = append(codes, f.Code)
			}
			assert.Equal(t, c.code, strings.Join(codes, " "))
			assert.LessOrEqual(t, len(set.Args), args.MaxValues+1)
		})
	}
}

func TestLongNamesDoNotMakeLongFields(t *testing.T) {
	set := read("tool", `{"`+strings.Repeat("k", 100_000)+`": [1, 2, 3]}`)
	for _, arg := range set.Args {
		assert.LessOrEqual(t, len(arg.Field), 300)
	}
}

func TestBudgetEndsTheReading(t *testing.T) {
	b := detect.NewBudget(100, time.Now().Add(time.Hour))
	tool := args.NewTool("tool")
	var set args.Set
	set.Read(b, &tool, []byte(`{"a": "`+strings.Repeat("x", 200)+`"}`), "input")
	assert.Empty(t, set.Args)
	assert.True(t, b.Exhausted())
}

func TestSpliceKeepsAllOtherBytes(t *testing.T) {
	for _, c := range []struct{ input, match, want string }{
		{`{"a" : "x SECRET y" , "b":1}`, "SECRET", `{"a" : "x *** y" , "b":1}`},
		{`{"a":"\u0078 SECRET\ty"}`, "SECRET", `{"a":"x ***\ty"}`},
		{`"SECRET"`, "SECRET", `"***"`},
		{`{"a":["q","SECRETSECRET"]}`, "SECRET", ``},
	} {
		t.Run(c.input, func(t *testing.T) {
			set := read("tool", c.input)
			place := 0
			for i := range set.Args {
				if strings.Contains(set.Args[i].Text, "SECRET") {
					place = i
				}
			}
			start, end := set.Locate(place, c.match)
			if c.want == "" {
				assert.Negative(t, start)
				return
			}
			out, ok := set.Splice([]byte(c.input), []args.Edit{{Arg: place, Start: start, End: end, Mask: "***"}})
			require.True(t, ok)
			assert.Equal(t, c.want, string(out))
		})
	}
}

func TestSpliceMakesSeveralEdits(t *testing.T) {
	input := `{"a":"one two three","b":"four"}`
	set := read("tool", input)
	out, ok := set.Splice([]byte(input), []args.Edit{
		{Arg: 1, Start: 0, End: 4, Mask: "\"4\""}, {Arg: 0, Start: 8, End: 13, Mask: "3"}, {Arg: 0, Start: 0, End: 3, Mask: "1"}, {Arg: 0, Start: 1, End: 2, Mask: "x"},
	})
	require.True(t, ok)
	assert.JSONEq(t, `{"a":"1 two 3","b":"\"4\""}`, string(out))
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`{"command": "ls", "args": ["-l", 1, true, null]}`, `{"a": "{\"b\": \"cm0gLXJmIC8gLS1uby1wcmVzZXJ2ZQ==\"}"}`, `[[[`, `{"a":"\ud800\u0000"}`, "\"\xff\"",
		`{"a":1e999,"a":-0}`, `{"language":"bash","code":"x"}`, `{"x":"%25%32%65 &amp;lt; \\u{10ffff}"}`,
	} {
		f.Add("bash", seed)
	}
	f.Fuzz(func(t *testing.T, tool, input string) {
		set := read(tool, input)
		assertReadsAsJSON(t, set, input)
		for i, arg := range set.Args {
			if arg.Derived && (arg.Parent < 0 || arg.Parent >= i) {
				t.Fatalf("argument %d stands inside %d", i, arg.Parent)
			}
			if set.Depth(i) > args.MaxNested+1 {
				t.Fatalf("argument %d is %d deep", i, set.Depth(i))
			}
		}
	})
}

// assertReadsAsJSON holds that what encoding/json takes for JSON is, and what it
// does not is a finding: then no tool reads what was not judged.
func assertReadsAsJSON(t *testing.T, set *args.Set, input string) {
	t.Helper()
	codes := fmt.Sprint(set.Findings)
	valid := strings.Trim(input, " \t\r\n") == "" || json.Valid([]byte(input))
	if strings.Contains(codes, "arguments.too_") {
		return
	}
	if valid == strings.Contains(codes, "arguments.invalid_json") {
		t.Fatalf("valid is %v, findings are %s", valid, codes)
	}
}

func TestWhatAToolReturnedIsTextWhateverItsForm(t *testing.T) {
	for name, output := range map[string]string{
		"plain text": "total 12\n-rw-r--r-- 1 a a 7 x", "JSON lines": "{\"a\": 1}\n{\"a\": 2}", "half of it": `{"a": "b`,
		"too deep": strings.Repeat("[", 200) + strings.Repeat("]", 200), "too many": "[0" + strings.Repeat(",0", args.MaxValues) + "]",
	} {
		t.Run(name, func(t *testing.T) {
			var set args.Set
			tool := args.Output("read_file")
			set.Read(nil, &tool, []byte(output), "output")
			require.Len(t, set.Args, 1)
			assert.Equal(t, output, set.Args[0].Text)
			assert.Equal(t, detect.Text, set.Args[0].Kinds)
			assert.Empty(t, set.Findings)
		})
	}
	var set args.Set
	tool := args.Output("read_file")
	set.Read(nil, &tool, []byte("{\"command\": \"a\\u0000\", \"command\": \"\xff\"}"), "output")
	assert.Len(t, set.Args, 2)
	assert.Empty(t, set.Findings)
}

func TestLimitsHoldInsideOfTexts(t *testing.T) {
	inner, err := json.Marshal(strings.Repeat("[", 200) + strings.Repeat("]", 200))
	require.NoError(t, err)
	set := read("tool", `{"payload": `+string(inner)+`}`)
	require.NotEmpty(t, set.Findings)
	assert.Equal(t, "arguments.too_deep", set.Findings[0].Code)
}
