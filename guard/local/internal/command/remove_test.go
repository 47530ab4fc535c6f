package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/guard/local/internal/command"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// codes are the codes of what is found in a command line.
func codes(inv *command.Invocation) []string {
	var found []string
	command.Judge(nil, inv, func(f detect.Finding) { found = append(found, f.Code) })
	return found
}

// check judges each line, and wants the code, or nothing where it is empty.
func check(t *testing.T, lines map[string]string) {
	t.Helper()
	for line, want := range lines {
		found := codes(split(line))
		if want == "" {
			assert.Empty(t, found, line)
			continue
		}
		assert.Contains(t, found, want, line)
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	check(t, map[string]string{
		"rm -rf /":                       "shell.delete.root",
		"rm -r -f /*":                    "shell.delete.root",
		"rm --recursive --force /":       "shell.delete.root",
		"rm -rf --no-preserve-root /x":   "shell.delete.root",
		"rm -rf ~":                       "shell.delete.home",
		"rm -rf ~/*":                     "shell.delete.home",
		"rm -rf $HOME":                   "shell.delete.home",
		"rm -rf \"${HOME}/\"":            "shell.delete.home",
		"rm -rf /home/ann":               "shell.delete.home",
		"rm -rf /etc":                    "shell.delete.system",
		"rm /usr/bin/env":                "shell.delete.system",
		"rm -rf $TMPDIR/../usr":          "shell.delete.system",
		"rm -rf \"${TMPDIR}/../../etc\"": "shell.delete.system",
		"rm -f ~/.bashrc":                "shell.delete.startup",
		"rm ~/.ssh/id_ed25519":           "shell.delete.secret",
		"rm -f /var/log/auth.log":        "shell.delete.history",
		"rm -rf .":                       "shell.delete.all",
		"rm -rf *":                       "shell.delete.all",
		"rm -rf ./*":                     "shell.delete.all",
		"rm -rf $PWD":                    "shell.delete.all",
		"rm -rf ..":                      "shell.delete.above",
		"rm -rf ../sibling":              "shell.delete.above",
		"rm -rf /srv/data":               "shell.delete.folder",
		"rm -rf ~/Documents":             "shell.delete.folder",
		"rm -rf $DIR/":                   "shell.delete.unset",
		"rm -rf ${DIR}/*":                "shell.delete.unset",
		"rm -rf $DIR/etc":                "shell.delete.unset",
		"rm -rf /$x":                     "shell.delete.unset",
		"rm -rf .git":                    "shell.delete.repository",
		"rmdir /etc/x":                   "shell.delete.system",
		"shred -u ~/.ssh/id_rsa":         "shell.delete.secret",

		"rm -rf node_modules dist ./build": "",
		"rm -rf /tmp/work":                 "",
		"rm -rf /tmp/*":                    "",
		"rm -rf $TMPDIR/x":                 "",
		"rm -rf ${TMPDIR:-/tmp}/x":         "",
		"rm -rf \"$dir\"":                  "",
		"rm -rf $dir/virtualenvs":          "",
		"rm -rf ${dir:?}/*":                "",
		"rm -rf /repo/src/__pycache__":     "",
		"rm -rf /var/lib/apt/lists/*":      "",
		"rm -f /some/file":                 "",
		"rm notes.txt other.txt":           "",
		"rm -f *.o":                        "",
		"rm -rf src/*.pyc":                 "",
		"rm --help":                        "",
		"rm -rf -- -x":                     "",
		"rm -rf":                           "",
	})
}
