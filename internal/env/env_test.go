package env_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/env"
)

func of(values map[string]string) env.Lookup {
	return func(name string) (string, bool) {
		value, ok := values[name]
		return value, ok
	}
}

func TestText(t *testing.T) {
	for value, want := range map[string]string{"": "", " ": "", " a b\n": "a b"} {
		got, ok := of(map[string]string{"X": value}).Text("X")
		assert.Equal(t, want, got)
		assert.Equal(t, want != "", ok)
	}
	_, ok := of(nil).Text("X")
	assert.False(t, ok)
}

func TestBool(t *testing.T) {
	for value, want := range map[string]bool{"1": true, " TRUE ": true, "Yes": true, "on": true, "0": false, "False": false, "no": false, "off": false} {
		got := !want
		assert.NoError(t, of(map[string]string{"X": value}).Bool("X", &got))
		assert.Equal(t, want, got, value)
	}
	got := true
	assert.NoError(t, of(map[string]string{"X": " "}).Bool("X", &got))
	assert.NoError(t, of(nil).Bool("X", &got))
	assert.EqualError(t, of(map[string]string{"X": "perhaps"}).Bool("X", &got), `X="perhaps": want 1 or 0, true or false, yes or no, on or off`)
	assert.True(t, got, "it is left alone")
}

func TestCapture(t *testing.T) {
	policy, err := of(map[string]string{"STASO_CAPTURE_OUTPUT": "no", "STASO_CAPTURE_REQUEST": "yes"}).Capture()
	assert.NoError(t, err)
	assert.Equal(t, exporter.CapturePolicy{Output: exporter.Suppressed}, policy)
	_, err = of(map[string]string{"STASO_CAPTURE_OUTPUT": "x", "STASO_CAPTURE_TOOL_SCHEMA": "y"}).Capture()
	assert.ErrorContains(t, err, "STASO_CAPTURE_OUTPUT")
	assert.ErrorContains(t, err, "STASO_CAPTURE_TOOL_SCHEMA")
}
