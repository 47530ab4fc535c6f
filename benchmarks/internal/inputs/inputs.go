// Package inputs is what every judge of tool calls is given to look at.
package inputs

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
)

// Text is a text in which secrets are looked for.
type Text struct {
	Name    string
	Content string
	// Secrets is how many there are in it.
	Secrets int
}

// Call is a tool call that does no harm.
type Call struct {
	Name, Tool string
	Arguments  json.RawMessage
}

const (
	small = 4 << 10
	large = 64 << 10
)

// Texts are prose without a secret, and prose with three of them.
func Texts() []Text {
	long := prose(large)
	return []Text{
		{Name: "prose, 4 KB", Content: prose(small)},
		{Name: "prose, 64 KB", Content: long},
		{Name: "prose, 64 KB, three tokens", Content: withTokens(long), Secrets: 3},
	}
}

// withTokens puts three tokens between the sentences of a text. They are made here,
// so that none stands in the source.
func withTokens(text string) string {
	const digits, upper = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lower := strings.ToLower(upper)
	random := rand.New(rand.NewPCG(1, 2)) // the same tokens in every run
	token := func(prefix, alphabet string, length int) string {
		body := make([]byte, length)
		for i := range body {
			body[i] = alphabet[random.IntN(len(alphabet))]
		}
		return "The token is " + prefix + string(body) + " for now. "
	}
	var b strings.Builder
	rest := text
	for _, sentence := range []string{
		token("glpat"+"-", digits+upper+lower, 20),
		token("AK"+"IA", "234567"+upper, 16),
		token("dop"+"_v1_", digits+"abcdef", 64),
	} {
		at := strings.Index(rest[len(text)/4:], ". ") + len(text)/4 + len(". ")
		b.WriteString(rest[:at])
		b.WriteString(sentence)
		rest = rest[at:]
	}
	b.WriteString(rest)
	return b.String()
}

// Calls are what agents call all day, and pass.
func Calls() []Call {
	return []Call{
		call("shell, short", "bash", "command", "cd src && go test ./... 2>&1 | tail -20"),
		call("shell, 4 KB", "bash", "command", script(small)),
		call("SQL", "sql_query", "query", "SELECT id, name FROM users WHERE created_at > now() - interval '1 day' ORDER BY id LIMIT 50"),
		call("path", "read_file", "path", "internal/store/store.go"),
		call("text, 4 KB", "send_message", "body", prose(small)),
		call("text, 64 KB", "write_file", "content", prose(large)),
	}
}

func call(name, tool, field, value string) Call {
	arguments, err := json.Marshal(map[string]string{field: value})
	if err != nil {
		panic(err) // a map of strings is always JSON
	}
	return Call{Name: name, Tool: tool, Arguments: arguments}
}

// prose is a report of about that many bytes.
func prose(size int) string {
	return repeated(size, "The quarterly report is attached; please have a look at section three before Monday. ",
		"Sales in the north grew by 4.2 per cent, mostly because of the two new branches. ",
		"We should talk about the key figures, and about who is to pass them on. ",
		"The password policy was discussed in March; nothing has changed since. ",
		"Ann will send the figures of the second half, with a table of the returns. ")
}

// script is a build script of about that many bytes.
func script(size int) string {
	return repeated(size, "mkdir -p build/out && cp -r src/lib build/out\n",
		"for f in src/*.go; do gofmt -l \"$f\" | tee -a build/fmt.log; done\n",
		"go build -o build/out/app ./cmd/app\n",
		"if [ -f build/out/app ]; then echo \"built for $USER\"; fi\n")
}

// repeated is the lines, over and over, up to that many bytes.
func repeated(size int, lines ...string) string {
	var b strings.Builder
	for i := 0; b.Len()+len(lines[i%len(lines)]) <= size; i++ {
		b.WriteString(lines[i%len(lines)])
	}
	return b.String()
}
