package code_test

import (
	"testing"
	"time"

	"github.com/staso-go/staso/guard/local/internal/code"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// never is a deadline that does not come.
func never() time.Time { return time.Now().Add(time.Hour) }

func FuzzAnalyze(f *testing.F) {
	for _, seed := range []string{
		`import os; os.system(f"rm {x}")`, "exec(base64.b64decode('eA=='))", "const {a} = require('fs'); a`x${b}`", "system \"x\"; %x(ls); <<EOS\nx\nEOS\n",
		"<?php eval(gzinflate(base64_decode('eA=='))); ?>", "open(F, \">&S\"); qx{ls}", "x[::-1].join(['a'])", "class A { b() { return /[/]/ } }",
	} {
		f.Add(seed, "python")
		f.Add(seed, "")
	}
	f.Fuzz(func(t *testing.T, source, lang string) {
		budget := detect.NewBudget(1<<20, never())
		start := time.Now()
		code.Analyze(budget, source, lang)
		if spent := time.Since(start); spent > 30*time.Second {
			t.Errorf("took %v", spent)
		}
	})
}

func BenchmarkAnalyzeHarmless(b *testing.B) {
	source := "total = 0\nfor i in range(10):\n    total += i * 2\nprint(total)\n"
	b.ReportAllocs()
	for b.Loop() {
		code.Analyze(nil, source, "python")
	}
}
