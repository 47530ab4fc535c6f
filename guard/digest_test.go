package guard_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/guard"
)

func TestDigestIsOverTheBytesItSays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ tool, input, bytes string }{
		"object":      {"refund", `{"order":"A-17"}`, `6:refund{"order":"A-17"}`},
		"white space": {"refund", " { \"order\" :\t\"A 17\",\r\n\"n\": [ 1 , 2 ] }\n", `6:refund{"order":"A 17","n":[1,2]}`},
		"empty":       {"now", "", "3:now{}"},
		"only space":  {"now", " \n", "3:now{}"},
		"string":      {"say", ` "a b" `, `3:say{"input":"a b"}`},
		"null":        {"say", `null`, `3:say{"input":null}`},
		"list":        {"say", `[1, 2]`, `3:say{"input":[1,2]}`},
		"no JSON":     {"say", `rm -rf  /`, `3:sayrm -rf  /`},
		"quotes":      {"say", `{"a":"\" , \\", "b":"\\\" "}`, `3:say{"a":"\" , \\","b":"\\\" "}`},
		"torn":        {"say", `{"a": "x  y`, `3:say{"a":"x  y`},
		"two numbers": {"say", `{"a": 1  2}`, `3:say{"a":1  2}`},
		"multibyte":   {"größe", `{}`, "7:größe{}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sum := sha256.Sum256([]byte(c.bytes))
			assert.Equal(t, "sha256:"+hex.EncodeToString(sum[:]), guard.Digest(c.tool, json.RawMessage(c.input)))
		})
	}
}

func TestDigestTellsArgumentsApart(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, call := range [][2]string{
		{"t", `{"a":1}`},
		{"t", `{"a":1.0}`},
		{"t", `{"a":"1"}`},
		{"t", `{"a":1,"a":1}`},
		{"t", `{"a":1,"b":2}`},
		{"t", `{"b":2,"a":1}`},
		{"t", `{"a":" 1"}`},
		{"t", `{"a":"\u0031"}`},
		{"t", `1,"b":2`},
		{"t", `{"input":1,"b":2}`},
		{"t1", `{"a":1}`},
		{"t", `1:t{"a":1}`},
		{"t1:t", `{"a":1}`},
		{"t", "{\"a\":\"\xff\"}"},
		{"t", "{\"a\":\"\xfe\"}"},
		{"t", "{\"a\":\"\ufffd\"}"},
	} {
		digest := guard.Digest(call[0], json.RawMessage(call[1]))
		assert.Empty(t, seen[digest], "%q has the digest of another", call)
		seen[digest] = strings.Join(call[:], " ")
	}
}

func FuzzDigest(f *testing.F) {
	f.Add("t", `{"a": "b c", "d": [1, 2]}`)
	f.Add("", `"`)
	f.Add("t", `{"a\": 1 2`)
	f.Fuzz(func(t *testing.T, tool, input string) {
		digest := guard.Digest(tool, json.RawMessage(input))
		if !json.Valid([]byte(input)) {
			return
		}
		var compact, indented bytes.Buffer
		_ = json.Compact(&compact, []byte(input))
		_ = json.Indent(&indented, []byte(input), " ", "\t")
		for _, same := range []string{compact.String(), indented.String()} {
			if guard.Digest(tool, json.RawMessage(same)) != digest {
				t.Fatalf("%q and %q differ by more than white space to Digest", input, same)
			}
		}
	})
}

func BenchmarkDigest(b *testing.B) {
	input := json.RawMessage(`{"command":"` + strings.Repeat("echo hello && ", 280) + `"}`)
	b.SetBytes(int64(len(input)))
	b.ReportAllocs()
	for b.Loop() {
		guard.Digest("bash", input)
	}
}
