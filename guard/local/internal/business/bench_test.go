package business_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/guard/local/internal/business"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// harmless is a call in which nothing is to be found.
const harmless = `{"user_id": "mia_3668", "origin": "JFK", "flights": [{"number": "HAT136", "date": "2030-05-20"}, {"number": "HAT039", "date": "2030-05-20"}],
	"payments": [{"id": "card_1", "amount": 120.5}], "note": "window seat, please; and a vegetarian meal"}`

func harmlessDetectors(t testing.TB) map[string]detect.Detector {
	return map[string]detect.Detector{
		"bulk_dump":                   build(t, business.NewBulkDump, ``),
		"email_rules":                 build(t, business.NewEmailRules, ``),
		"hallucinated_tool_reference": build(t, business.NewHallucinatedToolReference, ``),
		"payment_threshold":           build(t, business.NewPaymentThreshold, `{"max": 1000}`),
		"refund_validation":           build(t, business.NewRefundValidation, ``),
		"confusion_loop":              build(t, business.NewConfusionLoop, ``),
		"content":                     build(t, business.NewContent, `{"deny": ["falcon"]}`),
	}
}

func TestNothingFoundNothingAllocated(t *testing.T) {
	ready := call(inConversation("a", "book_reservation", harmless))
	report := func(f detect.Finding) { t.Error(f) }
	for name, detector := range harmlessDetectors(t) {
		most := 0.0
		if name == "payment_threshold" {
			most = 4 // the sum of a list
		}
		if name == "confusion_loop" {
			continue // it counts
		}
		got := testing.AllocsPerRun(100, func() { detector.Detect(ready, report) })
		assert.LessOrEqual(t, got, most, name)
	}
}

func BenchmarkHarmless(b *testing.B) {
	for name, detector := range harmlessDetectors(b) {
		b.Run(name, func(b *testing.B) {
			ready := call(inConversation("a", "book_reservation", harmless))
			ready.Budget = nil // it would run out
			b.ReportAllocs()
			for b.Loop() {
				detector.Detect(ready, func(detect.Finding) {})
			}
		})
	}
}
