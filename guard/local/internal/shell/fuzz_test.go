package shell_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/shell"
)

func FuzzAnalyze(f *testing.F) {
	for _, seed := range []string{
		"ls -la && git status", "echo 'x' | base64 -d | sh", "f() { f | f & }; f", "for i in {1..9}; do echo $((i*2)); done", "x=${y:-$(z)}; cat <<EOF\n$x\nEOF",
		"find . -exec sh -c 'rm {}' \\;", "a=(1 2); echo ${a[@]:1:1} ${x/a/b} ${x##*/}", "case $x in a|b) ;; esac", "echo 'open", "foo(bar)", "exec 3<>/dev/tcp/a/1", "printf '%s\\x41' a b c",
		"tr a-z A-Z <<< x | sed s/a/b/ | cut -c1-2 | head -c 3", "echo x > a; sh a", "while read l; do $l; done < x", "xargs -I{} sh -c '{}' <<< ls", "\x00\xff`", "SELECT 1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		budget := detect.NewBudget(1<<20, time.Now().Add(50*time.Millisecond))
		started := time.Now()
		found := shell.Analyze(budget, source)
		assert.Less(t, time.Since(started), 30*time.Second)
		for _, finding := range found.Findings {
			assert.NotEmpty(t, finding.Code)
			assert.NotEmpty(t, finding.Reason)
			assert.Contains(t, []string{"dangerous", shell.Unparsed}, finding.Detector)
			assert.NotZero(t, finding.Severity)
			if len(finding.Via) == 0 {
				assert.LessOrEqual(t, finding.Start, finding.End)
				assert.LessOrEqual(t, finding.End, len(source))
			}
		}
		if !strings.Contains(source, "'") {
			assert.Empty(t, shell.Analyze(nil, "echo '"+source+"'").Findings, "quoted text is not run")
		}
	})
}

func TestBudgetIsKept(t *testing.T) {
	long := strings.Repeat("x=$(echo a | tr a b | base64); eval \"$x\"; rm -rf /tmp/x\n", 4000)
	budget := detect.NewBudget(10_000, time.Now().Add(time.Hour))
	shell.Analyze(budget, long)
	assert.True(t, budget.Exhausted())
}

func TestNothingTakesLong(t *testing.T) {
	for name, source := range map[string]string{
		"calls":         "a(){ b;b;b;b; }; b(){ c;c;c;c; }; c(){ d;d;d;d; }; d(){ e;e;e;e; }; e(){ f;f;f;f; }; f(){ g;g;g;g; }; g(){ h;h;h;h;}; h(){ i;i;i;i;}; i(){ ls; }; a",
		"values":        "x=aaaaaaaaaaaaaaaa\n" + strings.Repeat("x=$x$x\n", 100) + "eval $x",
		"braces":        "echo " + strings.Repeat("{a,b}", 200),
		"sequence":      "echo {1..100000000} {a..z}{a..z}{a..z}{a..z}{a..z}",
		"alternatives":  strings.Repeat("for i in 1 2 3 4 5 6 7 8 9; do ", 30) + "echo $i$i$i$i" + strings.Repeat("; done", 30),
		"chain":         strings.Repeat("a && ", 20_000) + "b",
		"pipe":          strings.Repeat("a | ", 20_000) + "b",
		"parens":        strings.Repeat("(", 400) + "a" + strings.Repeat(")", 400),
		"substitutions": strings.Repeat("$(", 400) + "a" + strings.Repeat(")", 400),
		"arithmetic":    "echo $((" + strings.Repeat("(", 400) + "1" + strings.Repeat(")", 400) + "))",
		"ifs":           strings.Repeat("if a; then ", 7000) + "b" + strings.Repeat("; fi", 7000),
		"functions":     strings.Repeat("f() ", 7000) + "{ a; }",
		"evals":         "eval " + strings.Repeat("eval ", 10_000) + "ls",
		"shells":        strings.Repeat("sh -c \"", 100) + "ls",
		"glob":          "x=" + strings.Repeat("a", 1000) + "\n" + strings.Repeat("echo ${x##*a*a*a*a*b} ${x//a*a*c/}\n", 500),
		"mistakes":      strings.Repeat("foo(bar)\n", 3000),
		"open quotes":   strings.Repeat("echo 'a\n", 3001),
		"here-document": strings.Repeat("cat <<A\nrm -rf /\nA\n", 3000),
		"redirections":  "ls " + strings.Repeat("> a ", 10_000),
		"wrappers":      strings.Repeat("sudo env nice ", 5000) + "ls",
		"tests":         "[[ " + strings.Repeat("! ", 7000) + "a ]]",
		"elifs":         "if a; then b; " + strings.Repeat("elif a; then b; ", 5000) + "fi",
		"decode":        "echo " + strings.Repeat("A", 60_000) + strings.Repeat(" | base64 -d | base64", 500),
		"xargs":         "echo " + strings.Repeat("a ", 30_000) + strings.Repeat("| xargs -n1 echo", 100),
		"words":         "echo " + strings.Repeat("a ", 500_000),
	} {
		t.Run(name, func(t *testing.T) {
			started := time.Now()
			shell.Analyze(detect.NewBudget(4<<20, time.Now().Add(50*time.Millisecond)), source)
			assert.Less(t, time.Since(started), 30*time.Second)
			t.Log(name, time.Since(started))
		})
	}
}
