package judge_test

import (
	"testing"

	"github.com/staso-go/staso/benchmarks/internal/inputs"
	"github.com/staso-go/staso/benchmarks/internal/judge"
)

// A comparison is worth nothing if somebody finds less.
func TestEveryFinderFindsTheSame(t *testing.T) {
	finders, err := judge.Finders(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range inputs.Texts() {
		for _, finder := range finders {
			found, err := finder.Prepare(text)()
			if err != nil || found != text.Secrets {
				t.Errorf("%s: %s found %d of %d: %v", text.Name, finder.Name, found, text.Secrets, err)
			}
		}
	}
}

func TestEveryCheckerLetsTheCallsPass(t *testing.T) {
	checkers, err := judge.Checkers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range inputs.Calls() {
		for _, checker := range checkers {
			if passes, err := checker.Prepare(call)(); err != nil || !passes {
				t.Errorf("%s: %s does not let it pass: %v", call.Name, checker.Name, err)
			}
		}
	}
}

func BenchmarkSecrets(b *testing.B) {
	finders, err := judge.Finders(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for _, text := range inputs.Texts() {
		for _, finder := range finders {
			b.Run(text.Name+"/judge="+finder.Name, func(b *testing.B) {
				find := finder.Prepare(text)
				b.SetBytes(int64(len(text.Content)))
				b.ReportAllocs()
				for b.Loop() {
					if _, err := find(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkCalls(b *testing.B) {
	checkers, err := judge.Checkers(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for _, call := range inputs.Calls() {
		for _, checker := range checkers {
			b.Run(call.Name+"/judge="+checker.Name, func(b *testing.B) {
				check := checker.Prepare(call)
				b.SetBytes(int64(len(call.Arguments)))
				b.ReportAllocs()
				for b.Loop() {
					if _, err := check(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
