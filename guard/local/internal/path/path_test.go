package path_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/path"
)

func find(t testing.TB, with, tool string, arg detect.Arg) []detect.Finding {
	t.Helper()
	detector, err := path.New(detect.Params(with))
	require.NoError(t, err)
	var found []detect.Finding
	call := detect.Call{Call: guard.Call{Tool: tool}, Args: []detect.Arg{arg}}
	detector.Detect(&call, func(f detect.Finding) { found = append(found, f) })
	return found
}

func pathArg(text string) detect.Arg {
	return detect.Arg{Field: "path", Key: "path", Kinds: detect.Path, Text: text}
}

func codes(found []detect.Finding) string {
	if len(found) == 0 {
		return ""
	}
	return found[0].Code
}

func TestReads(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		// ordinary
		"src/main.go": "", "./a/b": "", ".": "", "..": "", "../sibling/file.txt": "", "../../lib/x.js": "", "a/../b": "", "./...": "",
		"/home/ann/project/x": "", "/tmp/x": "", `C:\Users\me\doc.txt`: "", "/usr/lib/python3/os.py": "", "/etc/hosts": "", "/etc/os-release": "",
		"/proc/cpuinfo": "", "/sys/class/net": "", "/dev/null": "", "100%.txt": "", "50%25 off.txt": "", "a b&c.txt": "", "caf%C3%A9.txt": "",
		"naïve/…/readme": "", "src%2Fmain.go": "", "notes (1).md": "", "v1..v2.diff": "", "file...txt": "", ".../x": "", "https://example.com/a.pdf": "",
		"/home/ann/src/nginx/nginx.conf": "", "docker/php/php.ini": "", "/app/logs/access.log": "", "/workspace/conf/my.conf": "",
		".env.example": "", "~/.ssh/id_ed25519.pub": "", "file:///home/ann/x.html": "", "data:image/png;base64,iVBO": "", "/home/a/../b/x": "",
		"rootfs/etc/passwd": "", "TWFu": "", "/tests/fixtures/0x20.bin": "", `src\util\x.cs`: "", "/home/ann/p/a/../../q": "",
		// out of the folder
		"../../../x": "path.traversal", "a/../../../../x": "path.traversal", "/../x": "path.traversal", "/app/../srv/x": "path.traversal",
		`\..\..\x`: "path.traversal", `..\..\..\x`: "path.traversal",
		// disguised
		"%2e%2e%2fx": "path.traversal.disguised", "%252e%252e%252fx": "path.traversal.disguised", "..%2fx": "path.traversal.disguised",
		"..%c0%afx": "path.traversal.disguised", "%c0%ae%c0%ae/x": "path.traversal.disguised", "%e0%80%ae%e0%80%ae/x": "path.traversal.disguised",
		"..%u2216x": "path.traversal.disguised", "..;/x": "path.traversal.disguised", "....//x": "path.traversal.disguised",
		"．．／x": "path.traversal.disguised", "..2f..2fx": "path.traversal.disguised", "..%bg%qfx": "path.traversal.disguised",
		"&#46;&#46;&#47;x": "path.traversal.disguised", `\u002e\u002e\u002fx`: "path.traversal.disguised", "0x2e0x2e0x2fx": "path.traversal.disguised",
		"a/.../.../b": "path.traversal.disguised", "%%32%65%%32%65/x": "path.traversal.disguised",
		// cut off
		"x.txt%00.png": "path.nul", "x\x00.png": "path.nul", "a%0d%0ab": "path.control",
		// protected
		"/etc/passwd": "path.account", "/etc/shadow": "path.secret", "~/.ssh/id_rsa": "path.secret", ".env": "path.secret",
		"/proc/self/root/etc/passwd": "path.account", "/proc/self/environ": "path.secret", "/proc/self/fd/3": "path.process",
		"/proc/net/tcp": "path.process", "/dev/sda1": "path.device", "~/.bash_history": "path.history", "../../etc/passwd": "path.account",
		`C:\Windows\win.ini`: "path.probe", `C:\Windows\System32\config\SAM`: "path.secret", "／etc／passwd": "path.account",
		"L2V0Yy9wYXNzd2Q=": "path.account", "x' | cat /etc/passwd": "path.account", "&quot;/etc/shadow&quot;": "path.secret",
		"/etc/apache2/apache2.conf": "path.server", "/var/log/nginx/access.log": "path.server", "/opt/lampp/etc/php.ini": "path.server",
		"php://filter/convert.base64-encode/resource=x": "path.wrapper", "expect://id": "path.wrapper", "data://text/plain;base64,PD9w": "path.wrapper",
	} {
		assert.Equal(t, want, codes(find(t, "", "read_file", pathArg(text))), text)
	}
}

func TestWrites(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"src/main.go": "", "/tmp/x": "", "/home/ann/x": "", ".env": "", ".gitignore": "", "/dev/null": "", "deploy/cron.d/x": "",
		"~/.bashrc": "path.startup", ".git/hooks/pre-push": "path.startup", "/etc/cron.d/x": "path.startup", "/etc/passwd": "path.account",
		"~/.ssh/authorized_keys": "path.account", "/usr/bin/ls": "path.system", "/": "path.root", "/var/log/auth.log": "path.history",
		".git/config": "path.vcs", "~/.config/staso/guard.yaml": "path.guard", "/dev/sda": "path.device", "/sys/x": "path.device",
	} {
		assert.Equal(t, want, codes(find(t, "", "write_file", pathArg(text))), text)
	}
	assert.Equal(t, "path.root", codes(find(t, "", "deleteFolder", pathArg("~"))))
	assert.Empty(t, find(t, "", "list_dir", pathArg("~")))
	destination := pathArg("/etc/cron.d/x")
	destination.Key = "destination"
	assert.Equal(t, "path.startup", codes(find(t, "", "copy_file", destination)))
}

func TestValues(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"ann": "", "and/or": "", "~ 5": "", "C:": "", "N/A": "", ".env": "", "either ... or": "", "id_rsa": "", "../": "", "/admin": "",
		"../../../../etc/x": "path.traversal", "..%2f..%2fx": "path.traversal.disguised", "/etc/passwd": "path.account",
	} {
		arg := detect.Arg{Field: "name", Key: "name", Kinds: detect.Value, Text: text}
		assert.Equal(t, want, codes(find(t, "", "lookup", arg)), text)
	}
}

func TestParameters(t *testing.T) {
	t.Parallel()
	const roots = `{"roots": ["/srv/data", "/etc/nginx"]}`
	assert.Empty(t, find(t, roots, "read_file", pathArg("/srv/data/a/../b")))
	assert.Empty(t, find(t, roots, "write_file", pathArg("/etc/nginx/nginx.conf")))
	assert.Equal(t, "path.outside", codes(find(t, roots, "read_file", pathArg("/srv/database"))))
	assert.Equal(t, "path.traversal", codes(find(t, roots, "read_file", pathArg("../x"))))
	assert.Equal(t, "path.secret", codes(find(t, roots, "read_file", pathArg("/srv/data/.env"))))
	assert.Equal(t, "path.write", codes(find(t, `{"read_only": true}`, "write_file", pathArg("x"))))
	assert.Empty(t, find(t, `{"max_up": 3}`, "read_file", pathArg("../../../x")))
	for with, want := range map[string]string{
		`{"roots": ["x"]}`: "roots", `{"max_up": -1}`: "max_up", `{"up": 1}`: "up",
	} {
		_, err := path.New(detect.Params(with))
		assert.ErrorContains(t, err, want)
	}
}

func TestDerivedPathsAreThoseOfCommandLines(t *testing.T) {
	t.Parallel()
	arg := pathArg("/etc/passwd")
	arg.Derived = true
	assert.Empty(t, find(t, "", "bash", arg))
	arg.Text = "/etc/shadow"
	assert.Equal(t, "path.secret", codes(find(t, "", "bash", arg)))
}
