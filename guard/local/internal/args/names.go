package args

import "github.com/staso-go/staso/guard/local/internal/detect"

// kindNames are the kinds by the names that policies have for them, in order.
func kindNames() [11]string {
	return [...]string{"shell", "argv", "sql", "path", "url", "host", "email", "text", "code", "money", "value"}
}

// KindNames are the names of the kinds in a set.
func KindNames(kinds detect.Kind) []string {
	var names []string
	for i, name := range kindNames() {
		if kinds&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// KindOf is the kind that a policy's name means; "none" is no kind. It says
// whether there is such a kind.
func KindOf(name string) (detect.Kind, bool) {
	for i, known := range kindNames() {
		if name == known {
			return 1 << i, true
		}
	}
	return 0, name == "none"
}
