package business_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/business"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// FuzzDetect: no call makes a detector panic, or report what does not stand there.
func FuzzDetect(f *testing.F) {
	detectors := []detect.Detector{
		build(f, business.NewToolAllowlist, `{"tools": ["get_*"]}`),
		build(f, business.NewPaymentThreshold, `{"max": 10, "currency": "EUR"}`),
		build(f, business.NewRefundValidation, `{"tools": ["*"]}`),
		build(f, business.NewEmailRules, `{"allow_domains": ["example.com"], "max_recipients": 1, "attachments": "none"}`),
		build(f, business.NewBulkDump, `{"max_rows": 3}`),
		build(f, business.NewConfusionLoop, `{"repeat": 2, "window": 2}`),
		build(f, business.NewHallucinatedToolReference, `{"schemas": {"get_user": {"type": "object"}}}`),
		build(f, business.NewContent, `{"deny": ["abc", {"regexp": "[0-9]+x"}], "allow": ["zabc"]}`),
	}
	f.Add("refund", `{"order_id": "A-1", "amount": "$1.234,50k", "to": "a@x.org, \"b\" <c@y.org>\nBcc: d@z.org"}`, `{"order_id": "A-1", "total": 5}`)
	f.Add("sql_query", `{"sql": "SELECT /* x */ 'a;b' FROM t; COPY t TO STDOUT"}`, `[[1,2],{"a":[1,2,3,4]}]`)
	f.Fuzz(func(t *testing.T, tool, arguments, other string) {
		for _, phase := range []guard.Phase{guard.PhaseInput, guard.PhaseOutput} {
			c := call(guard.Call{
				Tool: tool, Input: json.RawMessage(arguments), Output: json.RawMessage(other), Phase: phase, Conversation: tool,
				History: []guard.Message{{Role: "tool", Content: other}, {Role: "assistant", Content: other}},
			})
			for _, detector := range detectors {
				detector.Detect(c, func(f detect.Finding) {
					assert.NotEmpty(t, f.Code)
					assert.NotEmpty(t, f.Reason)
					assert.True(t, f.Start >= 0 && f.Start <= f.End, f)
				})
			}
		}
	})
}
