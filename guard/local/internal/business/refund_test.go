package business_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/business"
)

func TestRefundValidation(t *testing.T) {
	t.Parallel()
	check(t, build(t, business.NewRefundValidation, `{}`), []row{
		miss("refund_order", `{"order_id": "A-1", "amount": 20}`),
		miss("create_refund", `{"paymentIntent": "pi_1", "amount": 20, "original_amount": 20}`),
		miss("pay", `{"amount": -20}`),
		miss("refund_order", `{"order_id": "A-1"}`),
		hit("refund_order", `{"order_id": "A-1", "amount": 0}`, "refund.not_positive"),
		hit("refund_order", `{"order_id": "A-1", "amount": -5}`, "refund.not_positive"),
		hit("refund_order", `{"order_id": "A-1", "amount": "everything"}`, "refund.unreadable"),
		hit("refund_order", `{"order_id": "A-1", "amount": 20, "order_total": 10}`, "refund.over_paid"),
		hit("refund_order", `{"order_id": "A-1", "refund_amount": "$20", "amount_paid": "$10"}`, "refund.over_paid"),
		hit("refund_order", `{"amount": 20}`, "refund.no_reference"),
		hit("refund_order", `{"amount": 20, "order_id": "", "payment_method": "card"}`, "refund.no_reference"),
	})
	check(t, build(t, business.NewRefundValidation, `{"max": 50, "max_ratio": 0.5, "require": ["order_id", "reason"], "tools": ["send_money"]}`), []row{
		miss("send_money", `{"order_id": "A-1", "reason": "late", "amount": 50}`),
		hit("send_money", `{"order_id": "A-1", "reason": "late", "amount": 51}`, "refund.over_limit"),
		hit("send_money", `{"order_id": "A-1", "amount": 5}`, "refund.no_reference"),
		hit("send_money", `{"order_id": "A-1", "reason": "late", "amount": 30, "paid": 50}`, "refund.over_paid"),
		miss("refund", `{"amount": 999}`),
	})
	refuses(t, business.NewRefundValidation, map[string]string{`{"max": -1}`: "max is -1", `{"max_ratio": 0}`: "max_ratio 0"})
}

func TestRefundIsComparedWithTheConversation(t *testing.T) {
	t.Parallel()
	detector := build(t, business.NewRefundValidation, ``)
	history := []guard.Message{
		{Role: "user", Content: "I want 900 back for W-17"},
		{Role: "tool", Content: `{"orders": [{"order_id": "W-16", "total": 900}, {"order_id": "W-17", "total": 49.99, "items": [{"price": 20}]}]}`},
		{Role: "tool", Content: `not JSON, but about W-17`},
	}
	for arguments, want := range map[string][]string{
		`{"order_id": "W-17", "amount": 49.99}`: nil,
		`{"order_id": "W-17", "amount": 900}`:   {"refund.over_paid"},
		`{"order_id": "W-16", "amount": 900}`:   nil,
		`{"order_id": "W-99", "amount": 900}`:   nil, // not known
	} {
		c := input("refund_order", arguments)
		c.History = history
		assert.Equal(t, want, codes(find(detector, c)), arguments)
	}
}
