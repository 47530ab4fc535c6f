package business

import (
	"fmt"
	"math"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/glob"
)

type refundValidation struct {
	tools   glob.Set
	most    float64 // infinity is no limit
	ratio   float64
	require []string
}

// NewRefundValidation makes the detector of refund_validation. Of the calls of
// "tools" (*refund*, *reimburse*, *chargeback* unless said otherwise) it finds
// those that name no order, or lack an argument of "require"; those whose amount is
// not above zero, is over "max", or is more than "max_ratio" (1) of what was paid,
// where the call or the conversation says how much that was.
func NewRefundValidation(with detect.Params) (detect.Detector, error) {
	params := struct {
		Tools   []string `json:"tools"`
		Max     *float64 `json:"max"`
		Ratio   float64  `json:"max_ratio"`
		Require []string `json:"require"`
	}{Tools: []string{"*refund*", "*reimburse*", "*chargeback*"}, Ratio: 1}
	if err := with.Decode(&params); err != nil {
		return nil, err
	}
	tools, err := globs("tools", params.Tools)
	if err != nil {
		return nil, err
	}
	r := &refundValidation{tools: tools, most: math.Inf(1), ratio: params.Ratio}
	if params.Max != nil {
		r.most = *params.Max
	}
	if r.most < 0 || r.ratio <= 0 {
		return nil, fmt.Errorf("with: max is %v and max_ratio %v: neither may be below zero", r.most, r.ratio)
	}
	for _, name := range params.Require {
		r.require = append(r.require, strings.ToLower(name))
	}
	return r, nil
}

// Detect looks at refunds alone.
func (r *refundValidation) Detect(c *detect.Call, report func(detect.Finding)) {
	if !r.tools.Match(c.Tool) {
		return
	}
	r.reference(c, report)
	refund, paid := r.amounts(c)
	if refund == nil {
		return
	}
	a := amountOf(refund)
	if paid == 0 {
		paid = paidInHistory(c)
	}
	finding := detect.Finding{Severity: guard.SeverityHigh, Field: refund.Field, End: len(refund.Text), Match: refund.Text}
	switch {
	case !a.readable():
		finding.Code, finding.Reason = "refund.unreadable", "Refunds an amount that cannot be read."
	case a.value <= 0:
		finding.Code, finding.Reason = "refund.not_positive", fmt.Sprintf("Refunds %s, which is no refund.", decimal(a.value))
	case a.value > r.most:
		finding.Code, finding.Reason = "refund.over_limit", fmt.Sprintf("Refunds %s, over the limit of %s.", decimal(a.value), decimal(r.most))
	case paid > 0 && a.value > paid*r.ratio+0.005: // less than half a cent is rounding
		finding.Code, finding.Reason = "refund.over_paid", fmt.Sprintf("Refunds %s, but %s was paid.", decimal(a.value), decimal(paid))
	default:
		return
	}
	report(finding)
}

// reference finds refunds that do not say of what.
func (r *refundValidation) reference(c *detect.Call, report func(detect.Finding)) {
	missing := ""
	for _, wanted := range r.require {
		if !hasArg(c, func(arg *detect.Arg) bool { return arg.Key == wanted }) {
			missing = wanted
			break
		}
	}
	if missing == "" && (len(r.require) > 0 || hasArg(c, isReference)) {
		return
	}
	finding := detect.Finding{
		Code: "refund.no_reference", Severity: guard.SeverityMedium,
		Reason: "Refunds without saying which order or payment.",
	}
	if missing != "" {
		finding.Reason = fmt.Sprintf("Refunds without saying its %s.", missing)
	}
	report(finding)
}

func hasArg(c *detect.Call, wanted func(*detect.Arg) bool) bool {
	for arg := range own(c) {
		if strings.TrimSpace(arg.Text) != "" && wanted(arg) {
			return true
		}
	}
	return false
}

// isReference says that an argument names what is refunded.
func isReference(arg *detect.Arg) bool {
	return hasWord(name(arg), func(word string) bool {
		switch word {
		case "order", "charge", "payment", "intent", "transaction", "invoice", "purchase", "booking",
			"reservation", "reference", "capture", "sale", "subscription", "orderid", "chargeid", "paymentid":
			return true
		}
		return false
	}) && !hasWord(name(arg), func(word string) bool {
		switch word {
		case "amount", "total", "method", "type", "status", "date", "note", "reason", "card", "source", "currency":
			return true
		}
		return false
	})
}

// amounts is the argument that says how much is refunded, and what the call says
// was paid; nil and 0 where it does not say.
func (r *refundValidation) amounts(c *detect.Call) (refund *detect.Arg, paid float64) {
	for arg := range own(c) {
		switch {
		case isPaid(name(arg)) && (arg.Kinds&detect.Money != 0 || arg.Key == "paid"):
			if a := amountOf(arg); a.readable() {
				paid = max(paid, a.value)
			}
		case arg.Kinds&detect.Money == 0:
		case refund == nil || hasWord(name(arg), func(word string) bool { return word == "refund" }):
			refund = arg
		}
	}
	return refund, paid
}

// isPaid says that an amount of that name is what was paid.
func isPaid(key string) bool {
	return !strings.Contains(strings.ToLower(key), "refund") && hasWord(key, func(word string) bool {
		switch word {
		case "original", "order", "paid", "charge", "charged", "captured", "purchase", "invoice", "total", "transaction", "payment":
			return true
		}
		return false
	})
}
