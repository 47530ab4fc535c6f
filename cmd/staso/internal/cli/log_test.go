package cli_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/cmd/staso/internal/cli"
)

func TestTheLogDoesNotRepeatItselfWithoutEnd(t *testing.T) {
	for debug, most := range map[bool]int{false: 10, true: 1000} { // a second may end meanwhile
		var b strings.Builder
		log := cli.NewLogger(&b, debug)
		for range 1000 {
			log.Error("request failed")
		}
		lines := strings.Count(b.String(), "request failed")
		assert.GreaterOrEqual(t, lines, most/2)
		assert.LessOrEqual(t, lines, most)
	}
}
