package guard_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/guardtest"
	"github.com/staso-go/staso/testutil"
)

type refundRequest struct {
	OrderID string  `json:"order_id"`
	Amount  float64 `json:"amount"`
}

func payRefund(_ context.Context, r refundRequest) (string, error) {
	return fmt.Sprintf("paid %v for %s", r.Amount, r.OrderID), nil
}

// limit is a Checker of one's own: it looks at the arguments in their JSON form.
func limit(_ context.Context, call guard.Call) (guard.Result, error) {
	var arguments refundRequest
	fits := json.Unmarshal(call.Input, &arguments) == nil
	if fits && arguments.Amount <= 500 {
		return guard.Result{Action: guard.ActionAllow}, nil
	}
	return guard.Result{Action: guard.ActionBlock, Reason: "refunds more than 500"}, nil
}

// A tool is wrapped where it is wired. What is not let run is an error that says
// why; the trace shows it too.
func ExampleTool() {
	rec := testutil.NewRecorder()
	tracer, _ := staso.New(staso.WithAgentName("support-bot"), staso.WithExporter(rec))
	defer tracer.Shutdown(context.Background())

	refund := guard.Tool(tracer, guard.CheckerFunc(limit), "refund", payRefund)

	answer, err := refund(context.Background(), refundRequest{"A-17", 20})
	fmt.Println(answer, err)

	_, err = refund(context.Background(), refundRequest{"A-18", 9000})
	var blocked *guard.BlockedError
	if errors.As(err, &blocked) {
		fmt.Println(blocked.Reason())
	}
	fmt.Print(rec.Tree())
	// Output:
	// paid 20 for A-17 <nil>
	// refunds more than 500
	// tool refund
	// tool refund error
	//   tool guard:blocked:refund
}

// Rules that compare a call with the conversation find it in the context. The loop of
// an agent puts it there before it runs the tools that the model asked for.
func ExampleContextWithHistory() {
	named := func(_ context.Context, call guard.Call) (guard.Result, error) {
		var arguments refundRequest
		_ = json.Unmarshal(call.Input, &arguments)
		for _, message := range call.History {
			if message.Role == "user" && strings.Contains(message.Content, arguments.OrderID) {
				return guard.Result{Action: guard.ActionAllow}, nil
			}
		}
		return guard.Result{Reason: "the user has not spoken of " + arguments.OrderID}, nil
	}
	refund := guard.Tool(nil, guard.CheckerFunc(named), "refund", payRefund)

	history := []guard.Message{{Role: "user", Content: "Order A-17 came broken."}}
	ctx := guard.ContextWithHistory(context.Background(), history)
	fmt.Println(refund(ctx, refundRequest{"A-17", 20}))
	fmt.Println(refund(ctx, refundRequest{"B-99", 20}))
	// Output:
	// paid 20 for A-17 <nil>
	//  guard blocked refund: the user has not spoken of B-99
}

// A verdict may change what a tool runs with.
func ExampleTool_modified() {
	checker := guardtest.Modify("refund", `{"order_id": "A-18", "amount": 500}`)
	refund := guard.Tool(nil, checker, "refund", payRefund)
	fmt.Println(refund(context.Background(), refundRequest{"A-18", 9000}))
	// Output: paid 500 for A-18 <nil>
}

// Check judges a call that is run elsewhere.
func ExampleCheck() {
	result, err := guard.Check(context.Background(), guard.CheckerFunc(limit), guard.Call{
		Tool: "refund", Input: json.RawMessage(`{"order_id": "A-18", "amount": 9000}`),
	})
	fmt.Println(result.Action, err)
	// Output: block guard blocked refund: refunds more than 500
}

// CheckAll judges all the calls of a model's answer before any of them runs.
func ExampleCheckAll() {
	results, err := guard.CheckAll(context.Background(), guard.CheckerFunc(limit), []guard.Call{
		{ID: "call_1", Tool: "refund", Input: json.RawMessage(`{"order_id": "A-17", "amount": 20}`)},
		{ID: "call_2", Tool: "refund", Input: json.RawMessage(`{"order_id": "A-18", "amount": 9000}`)},
	})
	for _, result := range results {
		fmt.Println(result.Action)
	}
	var blocked *guard.BlockedError
	if errors.As(err, &blocked) {
		fmt.Println(blocked.Tools[0].CallID, "may not run:", blocked.Reason())
	}
	// Output:
	// allow
	// block
	// call_2 may not run: refunds more than 500
}

// The local engine decides what it can; the backend adds the rules of the
// workspace. The strictest verdict counts.
func ExampleChain() {
	local := guard.CheckerFunc(limit)
	backend := guardtest.Escalate("refund", "the customer is new")
	checker := guard.Chain(local, backend)

	for _, amount := range []string{"20", "9000"} {
		result, _ := checker.Check(context.Background(), guard.Call{
			Tool: "refund", Input: json.RawMessage(`{"amount": ` + amount + `}`),
		})
		fmt.Printf("%s: %s, %s\n", amount, result.Action, result.Reason)
	}
	// Output:
	// 20: escalate, the customer is new
	// 9000: block, refunds more than 500
}

// Where the backend cannot be reached, the failure mode decides, and the Result
// says so.
func ExampleNewClient() {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"action": "block", "reason": "deletes every file of the system"}`)
	}))
	client, err := guard.NewClient(guard.WithBaseURL(backend.URL), guard.WithFailClosed(true))
	if err != nil {
		fmt.Println(err) // every bad option at once
		return
	}
	defer client.Close()
	call := guard.Call{Tool: "bash", Input: json.RawMessage(`{"command": "rm -rf /"}`)}

	result, _ := client.Check(context.Background(), call)
	fmt.Println(result.Action, "because it", result.Reason)

	backend.Close()
	result, _ = client.Check(context.Background(), call)
	fmt.Println(result.Action, result.Failure, result.FailureMode)
	// Output:
	// block because it deletes every file of the system
	// block network_unavailable fail_closed
}

func ExampleDigest() {
	one := guard.Digest("refund", json.RawMessage(`{"order_id": "A-17", "amount": 20}`))
	same := guard.Digest("refund", json.RawMessage(`{"order_id":"A-17","amount":20}`))
	other := guard.Digest("refund", json.RawMessage(`{"order_id":"A-17","amount":200}`))
	fmt.Println(one == same, one == other)
	fmt.Println(one)
	// Output:
	// true false
	// sha256:59f4aaa6e746e3f14979789b98e6b56fbf4edb56fc5a3f0b0351cc043d8b53e0
}

// support is a service with a guarded tool in it; its test is
// TestRefundsAreGuarded.
type support struct {
	lookup func(context.Context, string) (float64, error)
	refund func(context.Context, refundRequest) (string, error)
	ask    func(context.Context, string) (string, error)
}

func newSupport(tracer *staso.Tracer, checker guard.Checker) *support {
	s := &support{}
	s.lookup = staso.Tool(tracer, "lookup_order", func(context.Context, string) (float64, error) { return 9000, nil })
	s.refund = guard.Tool(tracer, checker, "refund", payRefund)
	s.ask = staso.Agent(tracer, "support-bot", s.answer)
	return s
}

func (s *support) answer(ctx context.Context, orderID string) (string, error) {
	amount, err := s.lookup(ctx, orderID)
	if err != nil {
		return "", err
	}
	return s.refund(ctx, refundRequest{orderID, amount})
}

// A service's test puts a Script in the place of its guard.
func TestRefundsAreGuarded(t *testing.T) {
	rec := testutil.NewRecorder()
	tracer, err := staso.New(staso.WithAgentName("test"), staso.WithExporter(rec))
	if err != nil {
		t.Fatal(err)
	}
	defer tracer.Shutdown(context.Background())
	checker := guardtest.Block("refund", "over the limit")

	_, err = newSupport(tracer, checker).ask(t.Context(), "A-17")
	var blocked *guard.BlockedError
	if !errors.As(err, &blocked) || blocked.Reason() != "over the limit" {
		t.Errorf("the refund was not blocked: %v", err)
	}
	if asked := string(checker.CallsTo("refund")[0].Input); asked != `{"order_id":"A-17","amount":9000}` {
		t.Errorf("the guard saw %s", asked)
	}
	rec.AssertTree(t, `
		agent support-bot error
		  tool lookup_order
		  tool refund error
		    tool guard:blocked:refund
	`)
}
