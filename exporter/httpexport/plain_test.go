package httpexport

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPlainTable(t *testing.T) {
	t.Parallel()
	assert.Len(t, plain, 256)
	for c := range len(plain) {
		want := c >= ' ' && c < 0x80 && c != '"' && c != '\\'
		assert.Equal(t, want, plain[c] == 1, "%#x", c)
	}
}
