package local_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestCheckAllocs gates what a check may allocate under the built-in policy, for the
// calls that agents make all day.
func TestCheckAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	e := engine(t)
	calls := typicalCalls()
	for name, most := range map[string]float64{
		// A verdict, its digest and the arguments, and nothing for what is not found.
		"path": 9, "url": 9, "order": 9, "search": 9, "transfer": 9, "text4k": 9, "text64k": 9, "output4k": 9, "output64k": 9, "sql": 12, "edit": 12,
		// Findings, and what programs are parsed into.
		"mail": 25, "python": 36, "commit": 52, "shell": 66, "blocked": 88, "shell4k": 2800,
	} {
		t.Run(name, func(t *testing.T) {
			call := calls[name]
			got := testing.AllocsPerRun(100, func() { checkCall(t, e, call) })
			assert.LessOrEqual(t, got, most)
			t.Logf("%.0f of %.0f allocations", got, most)
		})
	}
}
