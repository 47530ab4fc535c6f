package vcs_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/staso-go/staso/internal/vcs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// env is a lookup over pairs of name and value.
func env(pairs ...string) vcs.LookupEnv {
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(name string) (string, bool) {
		value, ok := values[name]
		return value, ok
	}
}

func ptr[T any](v T) *T { return &v }
