package local_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local"
)

const (
	forSupport  = "version: 1\nname: support\nextends: none\nagents: [\"support-*\"]\nrules: [{id: no-pay, match: {tools: [pay]}, reason: No.}]"
	inTests     = "version: 1\nname: tests\nextends: none\nenvironments: [test]\nrules: [{id: no-get, match: {tools: [get]}, reason: No.}]"
	forEveryone = "version: 1\nname: all\nextends: none\nrules: [{id: no-put, match: {tools: [put]}, reason: No.}]"
)

func engineOf(t *testing.T, policies ...string) *local.Engine {
	t.Helper()
	var opts []local.Option
	for _, text := range policies {
		opts = append(opts, local.WithPolicy(parsePolicy(t, text)))
	}
	e, err := local.New(opts...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, e.Close()) })
	return e
}

// TestNoCallIsWithoutAPolicy: those that no policy is for are judged by the built-in
// one.
func TestNoCallIsWithoutAPolicy(t *testing.T) {
	t.Parallel()
	e := engineOf(t, forSupport, inTests)
	wipe := []byte(`{"command": "rm -rf /"}`)
	for name, test := range map[string]struct {
		call guard.Call
		rule string // that decides; empty: none
	}{
		"for its agent":               {guard.Call{Tool: "pay", Agent: "support-1"}, "no-pay"},
		"for its agent, and no more":  {guard.Call{Tool: "bash", Input: wipe, Agent: "support-1"}, ""},
		"in its environment":          {guard.Call{Tool: "get", Environment: "test"}, "no-get"},
		"in both":                     {guard.Call{Tool: "pay", Agent: "support-1", Environment: "test"}, "no-pay"},
		"for another agent":           {guard.Call{Tool: "bash", Input: wipe, Agent: "crm"}, "dangerous"},
		"for nobody known":            {guard.Call{Tool: "bash", Input: wipe}, "dangerous"},
		"harmless, for another agent": {guard.Call{Tool: "pay", Agent: "crm"}, ""},
	} {
		assert.Equal(t, test.rule, checkCall(t, e, test.call).Rule, name)
	}
	policies := e.Policies()
	require.Len(t, policies, 3)
	assert.Equal(t, "default", policies[2].Name)
}

func TestAPolicyForEverybodyIsEnough(t *testing.T) {
	t.Parallel()
	e := engineOf(t, forSupport, forEveryone)
	assert.Equal(t, guard.ActionAllow, check(t, e, "bash", `{"command": "rm -rf /"}`).Action)
	assert.Equal(t, guard.ActionBlock, check(t, e, "put", `{}`).Action)
	assert.Equal(t, guard.ActionBlock, checkCall(t, e, guard.Call{Tool: "put", Agent: "support-1"}).Action, "as well as its own")
	assert.Len(t, e.Policies(), 2)
}
