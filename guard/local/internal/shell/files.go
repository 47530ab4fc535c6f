package shell

import (
	"path"
	"strings"

	"github.com/staso-go/staso/guard/local/internal/place"
)

// file is what is known of a file that the source itself wrote.
type file struct {
	stream
}

// maxFiles is how many files are kept in mind.
const maxFiles = 128

// locate is path as seen from the folder that the shell is in.
func locate(sc *scope, name string) string {
	if name == "" || name[0] == '/' || name[0] == '~' || name[0] == '$' || sc.dir == "" {
		return path.Clean(name)
	}
	return path.Join(sc.dir, name)
}

// store takes down what a file now holds.
func (m *machine) store(sc *scope, name string, content stream, appends bool) {
	if m.files == nil {
		m.files = make(map[string]*file)
	}
	m.changed++
	key := locate(sc, name)
	old, ok := m.files[key]
	switch {
	case ok && appends:
		old.stream = old.then(content)
	case ok:
		old.stream = content
	case len(m.files) < maxFiles:
		m.files[key] = &file{stream: content}
	}
}

// content is what a file holds, as far as it is known.
func (m *machine) content(sc *scope, name string) stream {
	if known, ok := m.files[locate(sc, name)]; ok {
		return known.stream
	}
	if name == "/dev/null" {
		return stream{known: true}
	}
	return stream{taint: m.fileTaint(locate(sc, name))}
}

// fileTaint is what reading a file brings with it.
func (m *machine) fileTaint(name string) taint {
	t, known := m.read[name]
	if known {
		return t
	}
	if place.Of(name).Has(place.Secret|place.Account) || isEnvironment(name) {
		t.secret = name
	}
	if m.read == nil {
		m.read = make(map[string]taint)
	}
	if len(m.read) < maxFiles {
		m.read[name] = t
	}
	return t
}

// isEnvironment says that name is the environment of a process.
func isEnvironment(name string) bool {
	return strings.HasPrefix(name, "/proc/") && strings.HasSuffix(name, "/environ")
}
