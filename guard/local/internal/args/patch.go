package args

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// maxPatched is how many files of a patch are looked at.
const maxPatched = 64

// patched adds the files that a patch changes, where the argument at i is one:
// "*** Update File: a.go".
func (s *Set) patched(b *detect.Budget, i int) {
	const begin = "*** Begin Patch"
	arg := s.Args[i]
	if arg.Kinds&detect.Text == 0 || !strings.Contains(arg.Text[:min(len(arg.Text), 256)], begin) || !b.Spend(len(arg.Text)) {
		return
	}
	found := 0
	for line := range strings.Lines(arg.Text) {
		name, ok := patchedFile(strings.TrimSpace(line))
		if !ok {
			continue
		}
		s.Add(detect.Arg{Field: arg.Field, Key: "path", Kinds: detect.Path, Text: name, Via: viaOf(arg.Via, "patch"), Derived: true, Parent: i})
		if found++; found == maxPatched {
			return
		}
	}
}

// patchedFile is the file that a line of a patch names.
func patchedFile(line string) (string, bool) {
	for _, head := range [...]string{"*** Add File: ", "*** Update File: ", "*** Delete File: ", "*** Move to: "} {
		if name, ok := strings.CutPrefix(line, head); ok {
			return name, name != ""
		}
	}
	return "", false
}
