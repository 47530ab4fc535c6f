package shell_test

import (
	"strings"
	"testing"

	"github.com/staso-go/staso/guard/local/internal/shell"
)

func BenchmarkAnalyze(b *testing.B) {
	script := strings.Repeat("for f in src/*.go; do\n  go vet \"$f\" 2>&1 | tee -a vet.log\ndone\n# the next step\nif [ -f Makefile ]; then make -j4 all; fi\n", 600)
	for name, source := range map[string]string{
		"two commands": "ls -la && git status",
		"one command":  "go test ./...",
		"commit":       "git commit -m 'shell: say what it does'",
		"pipe":         "find . -name '*.go' | xargs grep -l foo | sort | head -20",
		"decode":       "echo cm0gLXJmIC9ldGM= | base64 -d | sh",
		"64 KB script": script[:64<<10],
		"64 KB text":   "cat > notes.md <<'EOF'\n" + strings.Repeat("All that glitters is not gold, said the old man.\n", 1330) + "EOF",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				shell.Analyze(nil, source)
			}
		})
	}
}
