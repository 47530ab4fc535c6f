package local_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestCheckAllocs gates what a check may allocate under the built-in policy.
func TestCheckAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	e := engine(t)
	calls := typicalCalls()
	for name, most := range map[string]float64{
		"path": 12, "url": 12, "order": 12, "sql": 20, "mail": 32, "text4k": 12, "text64k": 12, "output4k": 24, "shell": 80,
	} {
		t.Run(name, func(t *testing.T) {
			call := calls[name]
			got := testing.AllocsPerRun(100, func() { checkCall(t, e, call) })
			assert.LessOrEqual(t, got, most)
			t.Logf("%.0f of %.0f allocations", got, most)
		})
	}
}
