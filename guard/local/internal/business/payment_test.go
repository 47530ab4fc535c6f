package business_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard/local/internal/business"
)

func TestPaymentThreshold(t *testing.T) {
	t.Parallel()
	const over, sum, unreadable, currency = "payment.over_limit", "payment.sum_over_limit", "payment.unreadable", "payment.currency"
	check(t, build(t, business.NewPaymentThreshold, `{"max": 1000, "currency": "usd"}`), []row{
		miss("pay", `{"amount": 1000}`),
		hit("pay", `{"amount": 1000.01}`, over),
		hit("pay", `{"amount": -5000}`, over),
		hit("pay", `{"amount": 1e9}`, over),
		hit("pay", `{"amount": "5000"}`, over),
		hit("pay", `{"amount": "$5,000.00"}`, over),
		hit("pay", `{"amount": "5.000,00 USD"}`, over),
		hit("pay", `{"amount": "USD 5k"}`, over),
		hit("pay", `{"amount": "(5 000)"}`, over),
		hit("pay", `{"amount": "5'000"}`, over),
		hit("pay", `{"amount": "1.5M"}`, over),
		miss("pay", `{"amount": "$1,000.00"}`),
		miss("pay", `{"amount": "999,99"}`),
		miss("pay", `{"amount": ""}`),
		miss("pay", `{"amount_cents": 100000}`),
		hit("pay", `{"amountCents": 100001}`, over),
		hit("pay", `{"amount": "a lot"}`, unreadable),
		hit("pay", `{"amount": "five thousand"}`, unreadable),
		hit("pay", `{"amount": "10 EUR"}`, currency),
		hit("pay", `{"amount": 10, "currency": "eur"}`, currency),
		miss("pay", `{"amount": 10, "currency": "USD"}`),
		hit("pay", `{"payments": [{"amount": 600}, {"amount": 600}]}`, sum),
		miss("pay", `{"payments": [{"amount": 600}, {"amount": 300}]}`),
		hit("pay", `{"payload": "{\"amount\": 5000}"}`, over),
		miss("pay", `{"note": "5000 people came", "order_id": 5000}`),
	})
	check(t, build(t, business.NewPaymentThreshold, `{"max": 10, "args": ["legs[].n"]}`), []row{
		hit("x", `{"legs": [{"n": 4}, {"n": 11}]}`, over),
		hit("x", `{"legs": [{"n": 7}, {"n": 7}]}`, sum),
		miss("x", `{"amount": 500, "legs": [{"n": 4}]}`),
	})
	refuses(t, business.NewPaymentThreshold, map[string]string{
		`{}`: "max is missing", `{"max": -1}`: "0 or more", `{"max": 1, "currency": "euro"}`: "three letters",
	})
}

// A call with many lists does not hide the sum of one.
func TestPaymentThresholdAddsUpEveryList(t *testing.T) {
	t.Parallel()
	var lists strings.Builder
	for i := range 40 {
		fmt.Fprintf(&lists, `"l%d": [{"amount": 1}], `, i)
	}
	check(t, build(t, business.NewPaymentThreshold, `{"max": 1000}`), []row{
		hit("pay", `{`+lists.String()+`"last": [{"amount": 600}, {"amount": 600}]}`, "payment.sum_over_limit"),
		miss("pay", `{`+lists.String()+`"last": [{"amount": 600}, {"amount": 300}]}`),
	})
}

func TestPaymentThresholdSaysHowMuchInWords(t *testing.T) {
	t.Parallel()
	findings := find(build(t, business.NewPaymentThreshold, `{"max": 100, "currency": "EUR"}`), input("pay", `{"order": {"amount": 250.5}}`))
	require.Len(t, findings, 1)
	assert.Equal(t, "Moves 250.5, over the limit of 100 EUR.", findings[0].Reason)
	assert.Equal(t, "order.amount", findings[0].Field)
}
