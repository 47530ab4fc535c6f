package panics_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/internal/panics"
)

type (
	brokenError  struct{ with any }
	brokenString struct{}
	named        string
)

func (b brokenError) Error() string { panic(b.with) }
func (brokenString) String() string { panic("again") }
func (n *named) String() string     { return string(*n) }
func cycle() (m map[string]any)     { m = map[string]any{}; m["self"] = m; return m }

func TestText(t *testing.T) {
	for name, c := range map[string]struct {
		v    any
		want string
	}{
		"nil":             {nil, "nil"},
		"string":          {"boom", "boom"},
		"int":             {7, "7"},
		"error":           {errors.New("boom"), "boom"},
		"another value":   {1.5, "float64"},
		"cycle":           {cycle(), "map[string]interface {}"},
		"error panics":    {brokenError{cycle()}, "panics_test.brokenError"},
		"Stringer panics": {brokenString{}, "panics_test.brokenString"},
		"nil pointer":     {(*named)(nil), "*panics_test.named"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, panics.Text(c.v))
		})
	}
}
