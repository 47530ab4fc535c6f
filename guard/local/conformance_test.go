package local_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/guardtest"
	"github.com/staso-go/staso/guard/local"
)

func TestConformance(t *testing.T) {
	before := goleak.IgnoreCurrent()
	guardtest.Run(t, guardtest.Harness{
		New: func(t guardtest.TestingT) guard.Checker {
			e, err := local.New()
			if err != nil {
				t.Fatalf("New: %v", err)
			}
			return e
		},
		Allowed: []guard.Call{{Tool: "bash", Input: json.RawMessage(`{"command":"go test ./..."}`)}},
		Blocked: []guard.Call{{Tool: "bash", Input: json.RawMessage(`{"command":"rm -rf /"}`)}},
		Close: func(c guard.Checker) {
			e, ok := c.(*local.Engine)
			require.True(t, ok)
			assert.NoError(t, e.Close())
		},
		Leaks: func() error { return goleak.Find(before) },
	})
}
