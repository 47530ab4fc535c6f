package web_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/web"
)

func find(t testing.TB, with string, arg detect.Arg) []detect.Finding {
	t.Helper()
	detector, err := web.New(detect.Params(with))
	require.NoError(t, err)
	var found []detect.Finding
	detector.Detect(&detect.Call{Args: []detect.Arg{arg}}, func(f detect.Finding) { found = append(found, f) })
	return found
}

func code(t testing.TB, with string, kinds detect.Kind, text string) string {
	t.Helper()
	found := find(t, with, detect.Arg{Field: "url", Key: "url", Kinds: kinds, Text: text})
	if len(found) == 0 {
		return ""
	}
	return found[0].Code
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	const loopback, private, metadata, name = "ssrf.loopback", "ssrf.private", "ssrf.metadata", "ssrf.internal_name"
	for text, want := range map[string]string{
		// ordinary
		"": "", "https://example.org/": "", "example.org/x": "", "/relative/x": "", "wss://example.org:9000/socket": "", "mailto:ann@example.org": "",
		"https://example.org/10.0.0.1": "", "https://10-0-0-1.example.org": "", "https://localhost.example.org": "", "https://1.1.1.1/": "",
		"https://[2001:4860:4860::8888]/": "", "https://metadata.google.internal.evil.example/": "", "https://internal.example.org": "",
		"https://example.org/search?q=http://localhost:3000": "", "https://example.org/?url=https://example.com/": "", "https://medium.com/@ann": "",
		"https://login.example.org/auth?redirect_uri=http://localhost:3000/back": "", "https://ann:secret@example.org/": "", "https://münchen.de": "",
		"https://例え.jp/": "", "https://web.archive.org/web/http://localhost/": "", "s3://bucket/x": "", "data:text/plain,hi": "",
		"postgres://app@db:5432/x": "", "1.2": "", "v1.2.3": "", "hello world": "", "https://8.8.8.8.nip.io": "", "git@github.com:a/b.git": "", "12:30": "", "3.14": "", "see https://example.org/": "",
		"https://302.example.org/": "", "about:blank": "", "https://0xdeadbeef.example.org/": "", "https://xn--bcher-kva.example/": "",
		// the machine itself
		"http://localhost": loopback, "HTTP://LOCALHOST:8080/x": loopback, "localhost:3000": loopback, "http://a.localhost": loopback,
		"http://127.0.0.1:80": loopback, "http://127.9.9.9": loopback, "http://0.0.0.0": loopback, "http://[::1]": loopback, "http://[::]:80": loopback,
		"http://127.1": loopback, "http://0": loopback, "http://2130706433": loopback, "http://0x7f000001/": loopback, "http://0x7f.1": loopback,
		"http://0177.0.0.1": loopback, "http://0000177.0.0.01": loopback, "http://127.0.0.1.": loopback, "http://localhost./": loopback,
		"http://[::ffff:127.0.0.1]": loopback, "http://[::ffff:7f00:1]": loopback, "http://[::127.0.0.1]": loopback, "http://[64:ff9b::7f00:1]": loopback,
		"http://[2002:7f00:1::]": loopback, "http://[fe80::1%25eth0]": private, "http://127。0。0。1": loopback, "http://①②⑦.⓪.⓪.①": loopback,
		"http://%6cocalhost": loopback, "http://loc\u00adalhost": loopback, "http:127.0.0.1": loopback, "http:/\\127.0.0.1": loopback,
		"//127.0.0.1/x": loopback, "\thttp://127.0.\n0.1": loopback, "http://example.org@127.0.0.1/": loopback,
		`http://127.0.0.1\@example.org/`: loopback, `http://example.org\@127.0.0.1/`: loopback, "http://example.org#@127.0.0.1/": loopback,
		"http://a@127.0.0.1@example.org/": loopback, "http://127.0.0.1;example.org/": loopback, "url=http://127.0.0.1": loopback, "http://0o177.1": loopback, "http://6425673729/": loopback,
		// the network
		"http://10.0.0.1": private, "http://172.16.3.4": private, "http://172.32.0.1": "", "http://192.168.1.1/": private, "http://100.64.0.1": private,
		"http://100.128.0.1": "", "http://198.18.0.1": private, "http://198.20.0.1": "", "http://224.0.0.1": private, "http://[fd12::1]": private,
		"http://169.254.1.1": private, "http://intranet/": name, "http://backend:8080/": name, "http://x.internal": name, "http://nas.local": name,
		"http://jira.corp": name, "http://r.home.arpa": name,
		// metadata
		"http://169.254.169.254/latest": metadata, "http://2852039166": metadata, "http://0xA9.0xFE.0xA9.0xFE": metadata,
		"http://425.510.425.510": metadata, "http://metadata.google.internal/": metadata, "http://METADATA.google.internal.": metadata,
		"http://100.100.100.200/": metadata, "http://[fd00:ec2::254]": metadata, "http://[::ffff:a9fe:a9fe]": metadata, "http://169.254.169.254.nip.io": metadata,
		"https://example.org/?q=http://169.254.169.254/": metadata, "https://example.org/p/http://169.254.169.254/": metadata,
		// ways round
		"http://app.10.0.0.1.nip.io": "ssrf.rebinding", "http://10-0-0-1.sslip.io": "ssrf.rebinding", "http://7f000001.nip.io": "ssrf.rebinding",
		"http://x.localtest.me": "ssrf.rebinding", "http://--1.sslip.io": "ssrf.rebinding", "http://7f000001.c0a80001.rbndr.us": "ssrf.rebinding",
		"https://example.org/?url=http://localhost/": loopback, "https://example.org/go?next=http%3A%2F%2F10.0.0.1%2F": private,
		"https://x.example/?url=//127.0.0.1": loopback, "https://example.org/?to=https%253A%252F%252F127.0.0.1": loopback,
		"https://mfzwizltoqfgc3dsmvrxi33smuqhi2a.307.example.org": "ssrf.redirector",
		"http://ｅｘａｍｐｌｅ.org":                                      "ssrf.disguised", "http://134744072/": "ssrf.disguised", "http://1.1.1.1 &@8.8.8.8# @9.9.9.9/": "ssrf.disguised",
		"gopher://example.org:70/_x": "ssrf.scheme", "file:///etc/hosts": "ssrf.scheme", "dict://example.org:11211/x": "ssrf.scheme",
		"FILE:/x": "ssrf.scheme", "jar:http://example.org!/": "ssrf.scheme", "ldap://example.org": "ssrf.scheme",
	} {
		assert.Equal(t, want, code(t, "", detect.URL, text), text)
	}
}

func TestHosts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"10.0.0.5": "", "localhost": "", "db-1.internal": "", "example.org": "", "::1": "", "redis": "",
		"169.254.169.254": "ssrf.metadata", "metadata.google.internal": "ssrf.metadata", "0x7f.1": "ssrf.loopback", "fd00:ec2::254": "ssrf.metadata",
	} {
		assert.Equal(t, want, code(t, "", detect.Host, text), text)
	}
	assert.Equal(t, "ssrf.private", code(t, `{"strict": true}`, detect.Host, "10.0.0.5"))
}

func TestParameters(t *testing.T) {
	t.Parallel()
	const with = `{"allow": ["localhost:3000", "*.corp", "10.1.0.0/16", "192.168.0.7", "[::1]:80", "169.254.0.0/16"]}`
	for text, want := range map[string]string{
		"http://localhost:3000/": "", "http://localhost:3001/": "ssrf.loopback", "http://jira.corp": "", "http://10.1.2.3": "", "http://10.2.2.3": "ssrf.private",
		"http://192.168.0.7:99": "", "http://[::1]:80/": "", "http://[::1]:81/": "ssrf.loopback", "http://169.254.169.254": "ssrf.metadata",
		"http://0x0a.1.2.3": "ssrf.private",
	} {
		assert.Equal(t, want, code(t, with, detect.URL, text), text)
	}
	assert.Empty(t, code(t, `{"allow": ["169.254.169.254"]}`, detect.URL, "http://169.254.169.254"))
	assert.Equal(t, "ssrf.scheme", code(t, `{"schemes": ["https"]}`, detect.URL, "http://example.org"))
	assert.Empty(t, code(t, `{"schemes": ["https"]}`, detect.URL, "HTTPS://example.org"))
	for with, want := range map[string]string{`{"allow": ["http://x"]}`: "allow", `{"deny": []}`: "deny"} {
		_, err := web.New(detect.Params(with))
		assert.ErrorContains(t, err, want)
	}
}

func TestACommandLineMaySpeakToItsOwnMachine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]guard.Severity{
		"http://localhost:8080": guard.SeverityUnknown, "http://192.168.1.2": guard.SeverityUnknown, "http://nas.local": guard.SeverityUnknown,
		"http://169.254.169.254": guard.SeverityCritical, "http://0x7f.1": guard.SeverityHigh,
	} {
		arg := detect.Arg{Kinds: detect.URL, Text: text, Derived: true, Via: []string{"base64", "shell"}}
		found := find(t, "", arg)
		if want == guard.SeverityUnknown {
			require.Empty(t, found, text)
			require.Len(t, find(t, `{"strict": true}`, arg), 1, text)
			continue
		}
		require.Len(t, found, 1, text)
		assert.Equal(t, want, found[0].Severity, text)
	}
	require.Len(t, find(t, "", detect.Arg{Kinds: detect.URL, Text: "http://localhost:8080/x", Derived: true, Via: []string{"json"}}), 1, "a tool's own argument")
	found := find(t, "", detect.Arg{Kinds: detect.URL, Text: "http://localhost:8080/x"})
	require.Len(t, found, 1)
	assert.Equal(t, guard.SeverityHigh, found[0].Severity)
	assert.Equal(t, "localhost", found[0].Match)
	assert.Equal(t, [2]int{7, 16}, [2]int{found[0].Start, found[0].End})
}

func TestABrowserMayOpenWhatIsBeingBuilt(t *testing.T) {
	t.Parallel()
	detector, err := web.New(nil)
	require.NoError(t, err)
	open := func(tool, address string) (found int) {
		call := &detect.Call{Call: guard.Call{Tool: tool}, Args: []detect.Arg{{Kinds: detect.URL, Text: address}}}
		detector.Detect(call, func(detect.Finding) { found++ })
		return found
	}
	assert.Zero(t, open("browser_navigate", "http://localhost:3000/login"))
	assert.Zero(t, open("mcp__playwright__goto", "http://127.0.0.1:8080"))
	assert.Equal(t, 1, open("http_get", "http://localhost:3000/login"))
	assert.Equal(t, 1, open("browser_navigate", "http://localhost:80/"))
	assert.Equal(t, 1, open("browser_navigate", "http://0x7f.1:3000/"))
	assert.Equal(t, 1, open("browser_navigate", "http://10.0.0.5:8080/"))
	assert.Equal(t, 1, open("browser_navigate", "http://169.254.169.254:8080/"))
}

func TestCleanAddressesDoNotAllocate(t *testing.T) {
	detector, err := web.New(nil)
	require.NoError(t, err)
	c := &detect.Call{}
	for _, text := range []string{"https://api.example.org/v1/items?page=2&sort=name", "example.org:443", "https://[2001:4860:4860::8888]/"} {
		c.Args = append(c.Args, detect.Arg{Kinds: detect.URL, Text: text})
	}
	report := func(f detect.Finding) { t.Error(f.Code) }
	assert.Zero(t, testing.AllocsPerRun(100, func() { detector.Detect(c, report) }))
}

func BenchmarkDetect(b *testing.B) {
	detector, err := web.New(nil)
	require.NoError(b, err)
	c := &detect.Call{Args: []detect.Arg{{Kinds: detect.URL, Text: "https://api.example.org/v1/items?page=2&sort=name"}}}
	b.ReportAllocs()
	for b.Loop() {
		detector.Detect(c, func(detect.Finding) {})
	}
}

func FuzzDetect(f *testing.F) {
	for _, seed := range []string{"http://x", "//[::1%25a]:1", `http:\\a\@b#@c`, "http://%31", "http://①", "0x7f.1", "http://a/?u=%68ttp://b", "1-2-3-4.nip.io", "file:x"} {
		f.Add(seed)
	}
	detector, err := web.New(nil)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		for _, kinds := range []detect.Kind{detect.URL, detect.Host} {
			c := &detect.Call{Args: []detect.Arg{{Kinds: kinds, Text: text}}}
			detector.Detect(c, func(found detect.Finding) {
				assert.NotEmpty(t, found.Code)
				assert.NotEmpty(t, found.Reason)
				assert.LessOrEqual(t, found.End, len(text))
			})
		}
	})
}
