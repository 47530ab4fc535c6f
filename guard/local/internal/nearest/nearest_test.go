package nearest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/guard/local/internal/nearest"
)

func TestName(t *testing.T) {
	known := []string{"action", "match", "mode", "on_error", "send_email", "İstanbul"}
	for word, want := range map[string]string{
		"mdoe":                   "mode",
		"modee":                  "mode",
		"MODE":                   "mode",
		"onerror":                "on_error",
		"macth":                  "match",
		"send_mail":              "send_email",
		"sendEmail":              "send_email",
		"istanbul":               "İstanbul",
		"severity":               "",
		"x":                      "",
		"":                       "",
		strings.Repeat("m", 100): "",
	} {
		assert.Equal(t, want, nearest.Name(word, known), word)
	}
	assert.Empty(t, nearest.Name("mode", []string{strings.Repeat("mode", 20)}))
}
