package panics_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/panics"
)

func TestSafeLeavesGoodErrorsAlone(t *testing.T) {
	assert.NoError(t, panics.Safe(nil))
	for _, err := range []error{errors.New("boom"), fmt.Errorf("x: %w", errors.ErrUnsupported), errors.Join(errors.New("a"), nil)} {
		assert.Equal(t, err, panics.Safe(err))
	}
}

func TestSafeErrorsMayBeExamined(t *testing.T) {
	var reasoned *exporter.ReasonError
	for name, err := range map[string]error{
		"nil pointer":            reasoned,
		"nil pointer, wrapped":   fmt.Errorf("x: %w", reasoned),
		"nil pointer, joined":    errors.Join(errors.New("a"), reasoned),
		"around nothing":         &exporter.RetryableError{},
		"around a nil pointer":   &exporter.RetryableError{Err: reasoned},
		"Error panics":           brokenError{cycle()},
		"Error panics, in depth": &exporter.ReasonError{Err: brokenError{1}},
	} {
		t.Run(name, func(t *testing.T) {
			safe := panics.Safe(err)
			assert.NotEmpty(t, safe.Error())
			assert.NotErrorAs(t, safe, new(*exporter.PartialError))
			assert.Equal(t, safe, panics.Safe(safe))
		})
	}
}

func TestSafeKeepsWhatIsWrapped(t *testing.T) {
	assert.ErrorAs(t, panics.Safe(&exporter.RetryableError{}), new(*exporter.RetryableError))
}
