package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/guard/guardtest"
	"github.com/staso-go/staso/guard/local"
	"github.com/staso-go/staso/guard/local/policy"
	"github.com/staso-go/staso/testutil"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestRun(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), testutil.NewRecorder(), &out))
	assert.Equal(t, `shell: the shop opens at nine
shell did not run: Deletes every file of the system.
refund: paid 20.00 for A-17
refund did not run: Refunds over 100 need a person.
`, out.String())
}

// The tests that stand in policy.yaml are part of this package's tests.
func TestPolicy(t *testing.T) {
	p, err := policy.Parse("policy.yaml", rules)
	require.NoError(t, err)
	results, err := local.RunTests(t.Context(), p)
	require.NoError(t, err)
	require.NotEmpty(t, results)
	for _, r := range results {
		assert.True(t, r.Passed(), "%s / %s: %s", r.Rule, r.Test.Name, r.Failure)
	}
}

func TestWhatIsDangerousDoesNotRun(t *testing.T) {
	rec := testutil.NewRecorder()
	tracer, err := staso.New(staso.WithAgentName("test"), staso.WithExporter(rec), staso.WithLookupEnv(nil))
	require.NoError(t, err)
	engine, err := newEngine()
	require.NoError(t, err)
	report, err := NewBot(tracer, engine).Answer(t.Context(), []Request{
		{Tool: "shell", Shell: Command{"echo rm -rf /"}},
		{Tool: "shell", Shell: Command{"echo cm0gLXJmIC8= | base64 -d | sh"}},
		{Tool: "refund", Refund: Refund{OrderID: "A-18", Amount: 9000}},
	})
	require.NoError(t, err)
	assert.Contains(t, report, "shell: rm -rf /\n")
	assert.Contains(t, report, "shell did not run: Deletes every file of the system.")
	assert.Contains(t, report, "refund did not run: Refunds over 100 need a person.")
	rec.AssertTree(t, `
		agent support-bot
		  tool shell
		  tool shell error
		    tool guard:blocked:shell
		  tool refund error
		    tool guard:blocked:refund
	`)
	require.NoError(t, tracer.Shutdown(t.Context()))
}

// A test of the bot's own logic scripts the verdicts.
func TestABlockedRefundIsTold(t *testing.T) {
	report, err := NewBot(nil, guardtest.Block("refund", "the order is not paid")).Answer(t.Context(), []Request{{Tool: "refund"}})
	require.NoError(t, err)
	assert.Equal(t, "refund did not run: the order is not paid\n", report)
}
