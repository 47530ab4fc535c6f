package guard_test

import (
	"context"
	"testing"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/guardtest"
)

// What a guarded call costs besides the judging.
func BenchmarkTool(b *testing.B) {
	tool := guard.Tool(nil, allow(), "refund", refundOf)
	in := refundOrder{ID: "A-17", Amount: 20, Note: "as agreed"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tool(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkChain(b *testing.B) {
	checker := guard.Chain(allow(), allow())
	asked := call("refund", `{"order_id":"A-17","amount":20}`)
	b.ReportAllocs()
	for b.Loop() {
		if r, _ := checker.Check(b.Context(), asked); !r.Allowed() {
			b.Fatal(r.Reason)
		}
	}
}

func BenchmarkDecodeVerdict(b *testing.B) {
	body := []byte(`{"action":"block","reason":"deletes every file of the system","severity":"critical","results":[
		{"rule_id":"r1","rule_name":"dangerous","action":"block","severity":"critical","evaluation_status":"evaluated","violations":[{"code":"shell.delete.root"}]},
		{"rule_id":"r2","rule_name":"pii","action":"allow","evaluation_status":"evaluated","violations":[]}],"rules_triggered":["dangerous"]}`)
	b.ReportAllocs()
	for b.Loop() {
		guard.DecodeVerdict(body, question, guard.FailOpen)
	}
}

func BenchmarkReporter(b *testing.B) {
	client, _ := newClient(b, says(`{}`))
	reporter := guard.NewReporter(guardtest.Allow(), client)
	defer func() { _ = reporter.Shutdown(context.Background()) }()
	asked := call("refund", `{"order_id":"A-17","amount":20}`)
	b.ReportAllocs()
	for b.Loop() {
		if r, _ := reporter.Check(b.Context(), asked); !r.Allowed() {
			b.Fatal(r.Reason)
		}
	}
}
