package command_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/guard/local/internal/command"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// harmless are command lines in which there is nothing to find.
func harmless() []*command.Invocation {
	var invocations []*command.Invocation
	for _, line := range []string{
		"git status --short", "git commit -m 'x y'", "rm -rf node_modules ./build", "ls -la src", "grep -rn foo src", "find . -name '*.go'", "kubectl get pods -n prod",
		"aws s3 ls s3://bucket", "docker build -t x .", "npm install left-pad", "cat README.md", "sed -i s/a/b/ src/a.go", "cp a.txt b.txt", "mv a b", "make test", "terraform plan", "ps aux", "echo delete everything",
	} {
		invocations = append(invocations, split(line))
	}
	return invocations
}

func TestJudgeDoesNotAllocate(t *testing.T) {
	report := func(detect.Finding) {}
	for _, inv := range harmless() {
		assert.Zero(t, testing.AllocsPerRun(100, func() { command.Judge(nil, inv, report) }), inv.Name)
	}
}

func BenchmarkJudge(b *testing.B) {
	invocations := harmless()
	report := func(detect.Finding) {}
	b.ReportAllocs()
	for b.Loop() {
		for _, inv := range invocations {
			command.Judge(nil, inv, report)
		}
	}
}
