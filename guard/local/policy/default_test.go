package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard/local/policy"
)

func TestTheBuiltInPolicyParses(t *testing.T) {
	p := policy.Default()
	assert.Equal(t, "default", p.Name)
	assert.Regexp(t, `^sha256:[0-9a-f]{12}$`, p.Version)
	assert.Empty(t, p.Warnings)
	require.NotEmpty(t, p.Rules)
}
