package local_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/guard"
)

// mega is about as much as the arguments of a call may hold.
const mega = 1<<20 - 4096

// most is the most that judging one call may allocate.
const most = 64 << 20

// TestHostileArgumentsAreBounded holds that no arguments take more memory, nor more
// work, than a call may: what would is answered with a block. -v prints the slowest.
func TestHostileArgumentsAreBounded(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("takes a minute, and ten under the race detector, for one goroutine")
	}
	e := engine(t)
	checkCall(t, e, guard.Call{Tool: "tool", Input: json.RawMessage(`{}`)}) // what is made once is made
	var slowest costs
	for _, call := range hostileCalls() {
		t.Run(call.ID, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			result := checkCall(t, e, call)
			runtime.ReadMemStats(&after)
			allocated := after.TotalAlloc - before.TotalAlloc
			slowest = append(slowest, cost{call.ID, result.Latency, allocated})
			assert.LessOrEqual(t, allocated, uint64(most), "bytes")
			assert.NotEmpty(t, result.Rules)
			if call.Phase == guard.PhaseInput {
				assert.Empty(t, result.Failure, "each rule says something, if only that the work is too much")
			}
		})
	}
	slowest.log(t)
}

// cost is what judging one call took.
type cost struct {
	name      string
	latency   time.Duration
	allocated uint64
}

type costs []cost

func (c costs) log(t *testing.T) {
	t.Helper()
	slices.SortFunc(c, func(a, b cost) int { return int(b.latency - a.latency) })
	for _, one := range c[:min(len(c), 40)] {
		t.Logf("%10v %4d MB  %s", one.latency.Round(time.Microsecond), one.allocated>>20, one.name)
	}
}

// hostileCalls are calls made to cost: each of the texts as each of the arguments,
// and JSON that is odd by itself.
func hostileCalls() []guard.Call {
	var calls []guard.Call
	texts := hostileTexts()
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		value := quoted(texts[name])
		for _, as := range []struct{ tool, field string }{
			{"bash", "command"},
			{"powershell", "script"},
			{"run_python", "code"},
			{"sql_query", "query"},
			{"read_file", "path"},
			{"http_get", "url"},
			{"send_email", "body"},
			{"lookup", "name"},
		} {
			calls = append(calls, guard.Call{ID: name + " as " + as.field, Tool: as.tool, Input: object(as.field, value)})
		}
		calls = append(calls, guard.Call{ID: name + " as output", Tool: "read_file", Phase: guard.PhaseOutput, Output: value})
	}
	documents := hostileDocuments()
	for _, name := range slices.Sorted(maps.Keys(documents)) {
		calls = append(calls, guard.Call{ID: name, Tool: "run", Input: json.RawMessage(documents[name])})
	}
	return calls
}

func quoted(text string) json.RawMessage {
	encoded, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return encoded
}

func object(field string, value json.RawMessage) json.RawMessage {
	return json.RawMessage(`{"` + field + `": ` + string(value) + `}`)
}

// full repeats a text until it is as long as arguments may be, with room for
// escapes.
func full(text string) string {
	size := len(quoted(text)) - 2
	return strings.Repeat(text, mega/size)
}

// around nests a text in pairs of openings and closings.
func around(opening, inner, closing string, times int) string {
	return strings.Repeat(opening, times) + inner + strings.Repeat(closing, times)
}

// hostileTexts are texts that cost a parser, a scanner or a regular expression.
func hostileTexts() map[string]string {
	texts := map[string]string{}
	for name, unit := range hostileUnits() {
		texts[name] = full(unit)
	}
	maps.Copy(texts, hostileShell())
	maps.Copy(texts, hostileEncodings())
	maps.Copy(texts, map[string]string{
		"SQL parentheses":       "SELECT " + around("(", "1", ")", mega/2),
		"SQL case":              "SELECT " + around("CASE WHEN 1=1 THEN ", "1", " END", mega/32),
		"SQL comments, nested":  around("/*", "x", "*/", mega/4),
		"SQL statements":        full("DELETE FROM t;"),
		"SQL subqueries":        around("SELECT * FROM (", "t", ")", mega/16),
		"SQL disjunction":       "DELETE FROM t WHERE id = 7" + strings.Repeat(" OR 1=1", mega/8),
		"SQL dollar quotes":     full("$a$"),
		"SQL common tables":     "WITH " + strings.Repeat("a AS (SELECT 1),", mega/17) + "b AS (DELETE FROM t) SELECT 1",
		"JSON in text, nested":  around(`{"a":`, "1", "}", mega/8),
		"lists in text, nested": around("[", "1", "]", mega/2),
		"markup, nested":        around("<div>", "x", "</div>", mega/24),
	})
	return texts
}

// hostileUnits are repeated.
func hostileUnits() map[string]string {
	return map[string]string{
		"nothing": "a", "spaces": " ", "lines": "\n", "words": "ab ", "zero bytes": "\x00", "digits": "1", "ats": "@", "hyphens": "-", "dots": ".",
		"at and dot": "a@b.", "dot words": "a.b@", "addresses": "a@b.co,", "card": "4111 1111 1111 1111 ", "digits and hyphens": "1-", "digits and spaces": "1 2 ",
		"IBAN": "DE89 3704 0044 0532 0130 00 ", "IBAN starts": "DE89", "IBANs in one": "GB33BUKB20201555555555", "phone": "+1 (415) 555-0132 ", "plus": "+1", "SSN": "078-05-1120 ",
		"passport": "passport ", "passport numbers": "passport no C01X00T47 ", "keywords": "iban ssn tax phone card ", "colons": ":", "hex with colons": "00:1b:", "addresses v6": "fe80::1 ",
		"keys": "AKIAIOSFODNN7EXAMPLE ", "key starts": "AKIA", "tokens": "ghp_", "secret names": "password=", "secret names with values": `api_key="x9f8Zq7Lk2"; `, "key blocks": "-----BEGIN PRIVATE KEY-----",
		"key blocks, ended": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "tokens in three parts": "eyJhbGciOiJIUzI1NiJ9.", "bearer": "Authorization: Bearer ", "logins": "https://u:p@h/ ",
		"angle brackets": "<", "tags": "<a <b ", "script": "<script>", "handlers": "<img src=x onerror=", "attributes": " a=b", "links": "[a](", "images": "![](", "images with addresses": "![x](https://e.example/?q=a) ",
		"data addresses": "data:text/html;base64,", "script addresses": "javascript:", "styles": "url(", "entities": "&amp;", "entities of entities": "&amp;amp;amp;", "open entities": "&#", "numbered entities": "&#x0000041;",
		"percent": "%25", "percent percent": "%%", "percent u": "%u0025", "backslashes": `\`, "unicode escapes": `\u0025`, "hex escapes": `\x41`,
		"fullwidth": "ｒｍ ", "combining": "a\u0301", "combining only": "\u0301", "ligatures": "\ufdfa", "confusables": "рм ", "zero width": "a\u200b", "right to left": "\u202ea", "invalid UTF-8": "\xff\xfe", "emoji": "👩‍👩‍👧‍👦",
		"orders": "ignore previous ", "orders at length": "Ignore all previous instructions. ", "roles": "\nsystem: ", "quotes": "'", "double quotes": `"`, "backticks": "`", "quotes in turn": `'"`, "semicolons": ";",
		"traversal": "../", "globs": "*/", "double globs": "**/", "home": "~/", "slashes": "/", "dots and slashes": "./", "drive": `C:\`, "schemes": "http:", "addresses of sites": "http://a.b/ ", "userinfo": "http://a@", "octets": "0x7f.", "brackets": "[::",
		"unions": "UNION SELECT 1 ", "tautologies": "' OR '1'='1", "comment starts": "/*", "line comments": "--", "equal signs": "1=1 ", "selects": "select ", "casts": "::int", "words of SQL": "drop table if exists t cascade ",
		"calls": "f(", "brackets, open": "[", "braces, open": "{", "braces, empty": "{}", "imports": "import os\n", "triple quotes": `"""`, "system calls": "os.system('ls')\n", "lambdas": "lambda x: ", "evals": "eval(", "concatenations": "'a'+", "characters": "chr(114)+",
		"carets": "^", "batch variables": "%a%", "PowerShell subexpressions": "$(", "PowerShell casts": "[char]114+", "PowerShell blocks": "&{", "here-strings": "@'\n",
	}
}

// hostileShell are scripts that cost whoever follows what they do.
func hostileShell() map[string]string {
	return map[string]string{
		"shell parentheses":          around("(", "a", ")", mega/2),
		"shell parentheses, open":    full("("),
		"shell groups":               around("{ ", "a", ";}", mega/4),
		"substitutions":              around("$(", "a", ")", mega/3),
		"substitutions, open":        full("$("),
		"substitutions, quoted":      around(`"$(`, "a", `)"`, mega/7),
		"substitutions in a row":     "echo " + strings.Repeat("$(echo a)", mega/9),
		"arithmetic":                 around("$((", "1", "))", mega/5),
		"conditions":                 around("if a;then ", "a", ";fi", mega/14),
		"loops":                      around("for i in 1 2 3;do ", "a", ";done", mega/24),
		"loops in a row":             full("for i in 1 2 3 4 5 6 7 8;do rm $i;done;"),
		"loops over loops":           around("for i in {1..9};do ", "rm $i", ";done", 12),
		"cases":                      full("case $a in a|b) c;; esac;"),
		"functions":                  around("f(){ ", "a", ";};f", mega/9),
		"function calls itself":      "f(){ f|f& f;};f",
		"functions that double":      doubled("f%d(){ f%d; f%d; };", 1000) + "f0",
		"variables that double":      full("a=$a$a;"),
		"variables that double, out": doubled("a%d=$a%d$a%d;", 2000) + "echo $a0",
		"variables, a million":       distinctOf("a%d=x;", mega/10),
		"variables, long":            "a=" + strings.Repeat("x", mega/2) + ";" + strings.Repeat("b=$a$a$a;", mega/24),
		"replacements":               "a=" + strings.Repeat("x", 1000) + ";" + strings.Repeat("a=${a//x/xx};", mega/16),
		"parameters, nested":         around("${a:-", "x", "}", mega/6),
		"arrays":                     "a=(" + strings.Repeat("x ", mega/2-8) + ");for i in ${a[@]};do rm $i;done",
		"aliases":                    full("alias a='a a';"),
		"braces, two":                "echo {1..99999}{1..99999}",
		"braces, three":              "rm -rf {1..9999999}/{a..z}/{1..9999999}",
		"braces, in a row":           "echo " + strings.Repeat("{a,b}", mega/5),
		"braces, nested":             "echo " + around("{a,", "b", "}", mega/5),
		"braces, many":               "echo {" + strings.Repeat("a,", mega/2) + "b}",
		"braces, many times":         full("echo {1..99999};"),
		"sequence":                   "for i in $(seq 1 99999999);do rm $i;done",
		"pipes":                      "a" + strings.Repeat("|a", mega/2),
		"pipes to shells":            "echo a" + strings.Repeat("|sh", mega/3),
		"conjunctions":               "a" + strings.Repeat("&&a", mega/4),
		"commands":                   full("rm -rf x;"),
		"commands that are found":    full("rm -rf /;"),
		"words":                      "rm " + strings.Repeat("a ", mega/2-8),
		"wrappers":                   strings.Repeat("sudo ", mega/5) + "ls",
		"wrappers of environments":   strings.Repeat("env a=b ", mega/8) + "ls",
		"shells in shells":           shells(12),
		"shells in a row":            full("sh -c 'rm x';"),
		"evals in a row":             full("eval 'a=b';"),
		"heredocs":                   full("cat <<E\na\nE\n"),
		"heredocs, open":             full("<<E "),
		"heredoc, long":              "sh <<E\n" + strings.Repeat("rm x\n", mega/6) + "E\n",
		"here-strings":               full("sh<<<a;"),
		"redirections":               "a" + strings.Repeat(">a", mega/4),
		"escapes of shells":          full(`$'\x41'`),
		"printf":                     "printf '%0999999999d' 1|sh",
		"printf in a row":            full("printf %s a|sh;"),
		"decoders":                   "echo YQ==" + strings.Repeat("|base64 -d", mega/11) + "|sh",
		"decoders in a row":          full("echo YQ==|base64 -d|sh;"),
		"repeaters":                  "a=$(printf 'x%.0s' {1..99999});b=$(printf \"$a%.0s\" {1..99999});$b",
		"find":                       "find . " + strings.Repeat("-exec rm {} ; ", mega/16),
		"no shell":                   full(`if ' ) done`),
	}
}

// hostileEncodings are encodings inside encodings.
func hostileEncodings() map[string]string {
	chain := func(text string, times int, encode func([]byte) string) string {
		for range times {
			if next := encode([]byte(text)); len(next) < mega {
				text = next
			}
		}
		return text
	}
	b64 := base64.StdEncoding.EncodeToString
	asJSON := func(text []byte) string { return string(object("command", quoted(string(text)))) }
	return map[string]string{
		"base64, long":              b64([]byte(strings.Repeat("rm -rf x;", mega/13))),
		"base64, often":             chain("rm -rf / --no-preserve-root", 30, b64),
		"base64 of base64, long":    chain(strings.Repeat("rm -rf x;", mega/40), 5, b64),
		"hex, long":                 hex.EncodeToString([]byte(strings.Repeat("rm -rf x;", mega/20))),
		"hex, often":                chain("rm -rf / --no-preserve-root", 15, hex.EncodeToString),
		"stretches of base64":       full("cm0gLXJmIC8gLS1uby1wcmVzZXJ2ZQ== "),
		"stretches of hex":          full("726d202d7266202f202d2d6e6f2d7072657365727665 "),
		"base64 of digits":          b64([]byte(strings.Repeat("4111 1111 1111 1111 ", mega/30))),
		"JSON in JSON":              chain(`{"command": "ls"}`, 12, asJSON),
		"JSON of many":              asJSON([]byte(`{"a": [1` + strings.Repeat(",1", mega/4) + "]}")),
		"JSON of base64 of JSON":    asJSON([]byte(b64([]byte(asJSON([]byte(strings.Repeat("rm x;", mega/12))))))),
		"almost base64":             strings.Repeat("QUJD", mega/4-8) + "!",
		"base64 of what is no text": b64([]byte(strings.Repeat("\x00\xff\x80", mega/4))),
	}
}

// hostileDocuments are JSON that is odd by itself.
func hostileDocuments() map[string]string {
	return map[string]string{
		"10 MB":              `{"command": "` + strings.Repeat("a", 10<<20) + `"}`,
		"10,000 lists":       `{"a": ` + around("[", "", "]", 10_000) + `}`,
		"a million lists":    strings.Repeat("[", mega),
		"many numbers":       `{"a": [0` + strings.Repeat(",1", mega/2-8) + `]}`,
		"many empty objects": `{"a": [{}` + strings.Repeat(",{}", mega/3-8) + `]}`,
		"one member often":   `{"a": {"k":0` + strings.Repeat(`,"k":0`, mega/6-8) + `}}`,
		"many members":       `{` + distinctOf(`"k%d":0,`, 16_000) + `"a":0}`,
		"many commands":      `{` + distinctOf(`"k%d":{"command":"rm -rf x"},`, 8_000) + `"a":0}`,
		"many words":         `{"program": "sh", "args": ["-c"` + strings.Repeat(`,"a b"`, 16_000) + `]}`,
		"many paths":         `{"paths": ["a"` + strings.Repeat(`,"../../etc/passwd"`, 16_000) + `]}`,
		"many addresses":     `{"urls": ["a"` + strings.Repeat(`,"http://169.254.169.254/"`, 16_000) + `]}`,
		"many statements":    `{"sql": ["a"` + strings.Repeat(`,"DROP TABLE t"`, 16_000) + `]}`,
		"many recipients":    `{"to": ["a@b.co"` + strings.Repeat(`,"a@b.co"`, 16_000) + `]}`,
		"many values":        `{"names": ["a"` + strings.Repeat(`,"x' OR '1'='1"`, 16_000) + `]}`,
		"a long name":        `{"` + strings.Repeat("k", mega/2) + `": [` + strings.Repeat("1,", 16_000) + `1]}`,
		"long nested names":  strings.Repeat(`{"`+strings.Repeat("k", 8_000)+`": `, 100) + `[` + strings.Repeat("1,", 16_000) + `1]` + strings.Repeat("}", 100),
		"escapes":            `{"command": "` + strings.Repeat(`\u0041`, mega/6) + `"}`,
		"many escaped texts": `{"a": ["\n"` + strings.Repeat(`,"\n"`, 16_000) + `]}`,
		"many encoded texts": `{"a": ["x"` + strings.Repeat(`,"cm0gLXJmIC8gLS1uby1wcmVzZXJ2ZQ=="`, 16_000) + `]}`,
		"many texts of JSON": `{"a": ["x"` + strings.Repeat(`,"{\"command\":\"ls\"}"`, 16_000) + `]}`,
		"long number":        `{"amount": ` + strings.Repeat("9", mega) + `}`,
		"huge exponent":      `{"amount": 1e` + strings.Repeat("9", mega) + `}`,
		"text without end":   `{"command": "` + strings.Repeat("a", mega),
		"words":              `{"a": [` + strings.Repeat("true,", mega/5) + `true]}`,
	}
}

// doubled writes n lines, each of which names the next one twice.
func doubled(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i, i+1, i+1)
	}
	return b.String()
}

// distinctOf writes a line for each number.
func distinctOf(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// shells puts a command into sh -c, that into another one, and so on.
func shells(depth int) string {
	command := "rm -rf x"
	for range depth {
		command = "sh -c '" + strings.ReplaceAll(command, "'", `'\''`) + "'"
		if len(command) > mega/4 {
			break
		}
	}
	return command
}
