package local

import (
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/business"
)

// businessRules are the rules that know what a call means to its owner.
func businessRules() []entry {
	inOut := []guard.Phase{guard.PhaseInput, guard.PhaseOutput}
	return []entry{
		newRule("tool_allowlist", "Tools other than the listed ones.", 0, business.NewToolAllowlist, inputPhase()),
		newRule("tool_denylist", "Tools that are listed.", 0, business.NewToolDenylist, inputPhase()),
		newRule("payment_threshold", "Payments above an amount.", 0, business.NewPaymentThreshold, inputPhase()),
		newRule("refund_validation", "Refunds without an order, or above what was paid.", 0, business.NewRefundValidation, inputPhase()),
		newRule("email_rules", "Mail to people or domains that it must not go to, or to too many.", 0, business.NewEmailRules, inputPhase()),
		newRule("bulk_dump", "Calls that take out more than a few records at a time.", 0, business.NewBulkDump, inOut),
		newRule("confusion_loop", "The same call over and over in one conversation.", 0, business.NewConfusionLoop, inputPhase()),
		newRule("hallucinated_tool_reference", "Tools that nobody offered, and arguments that do not fit the tool's schema.", 0, business.NewHallucinatedToolReference, inputPhase()),
		newRule("content", "Words that are listed.", 0, business.NewContent, allPhases()),
	}
}
