// Package shell takes shell command lines apart by their parse tree.
package shell

import "github.com/staso-go/staso/guard/local/internal/detect"

// Analyze says what running source in a POSIX shell or bash would do that is
// dangerous, and which arguments for other detectors stand inside it. A source
// that cannot be parsed is a finding.
func Analyze(b *detect.Budget, source string) detect.Analysis {
	return detect.Analysis{}
}
