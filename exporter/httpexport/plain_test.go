package httpexport_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/exporter/httpexport"
)

func TestPlainTable(t *testing.T) {
	t.Parallel()
	assert.Len(t, httpexport.Plain, 256)
	for c := range len(httpexport.Plain) {
		want := c >= ' ' && c < 0x80 && c != '"' && c != '\\'
		assert.Equal(t, want, httpexport.Plain[c] == 1, "%#x", c)
	}
}
