package guard

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/staso-go/staso/internal/api"
	"github.com/staso-go/staso/internal/jsonenc"
)

// Client is a [Checker] that asks a backend. It is an [Approver] too: what a local
// engine in the same [Chain] escalates it puts before a person. It is safe for
// concurrent use.
//
// Where the backend gives no verdict the failure mode decides, see [WithFailClosed],
// and the Result's Failure says why. What the backend refuses for the call's own
// sake never runs, and neither does a call whose decision id it knows from another
// one: whoever makes up calls must not be able to choose the failure mode.
//
// A verdict is read so that nothing odd in it lets a call run: of actions that
// contradict each other the strictest counts, those of single rules included, and
// one that is not known blocks. A verdict that is torn, or answers another
// question, allows nothing by itself, and if it speaks of anything but allow, it
// blocks.
type Client struct {
	config
	api       *api.Client
	encoder   jsonenc.Encoder
	transport *http.Transport // nil: the caller's
	end       context.CancelFunc
}

var (
	_ Checker  = (*Client)(nil)
	_ Approver = (*Client)(nil)
)

// keptConnections is how many idle ones are kept: about as many calls are judged at
// once.
const keptConnections = 32

// NewClient returns a Client. Every bad option and variable is in the error, which
// wraps [staso.ErrInvalidOption]. Nothing is sent before the first call, and no
// goroutine is started. [Client.Close] lets go of the connections.
func NewClient(opts ...Option) (*Client, error) {
	cfg, err := newConfig(opts)
	if err != nil {
		return nil, fmt.Errorf("guard.NewClient: %w", err)
	}
	c := &Client{config: *cfg}
	life, end := context.WithCancel(context.Background())
	c.end = end
	if c.httpClient == nil {
		c.transport = api.NewTransport(life, keptConnections)
		c.httpClient = &http.Client{Transport: c.transport}
	}
	c.api = api.NewClient(c.httpClient, c.base, c.apiKey, 0)
	return c, nil
}

// Close lets go of connections that nothing uses. The Client can still be used.
func (c *Client) Close() {
	if c != nil && c.transport != nil {
		c.transport.CloseIdleConnections()
	}
}

// Check asks the backend to judge the call. Its error is nil unless the call has no
// tool, or ctx was cancelled. The deadline of ctx is one of the reasons for which
// there may be no verdict.
func (c *Client) Check(ctx context.Context, call Call) (Result, error) {
	return c.check(ctx, call, false)
}

// check leaves it to the asker, where that is wanted, to put before a person what is
// escalated.
func (c *Client) check(ctx context.Context, call Call, deferred bool) (Result, error) {
	switch {
	case c == nil:
		return Result{Reason: "there is no guard: the Client is nil; the call does not run"}, nil
	case call.Tool == "":
		return Result{Reason: "the call names no tool"}, errors.New("guard: check a call: it names no tool")
	case !c.enabled:
		return disabledResult(call), nil
	}
	started := time.Now()
	q := c.question(ctx, call)
	q.deferred = deferred
	result := c.evaluate(ctx, q)
	result.DecisionID, result.Source, result.Digest = q.call.DecisionID, q.call.Source, q.digest
	if result.Allowed() {
		result.Approval = "" // only what is redeemed here is an approval
	}
	if err := cancelled(ctx); err != nil {
		return Result{Reason: "it was cancelled while it was judged"}, fmt.Errorf("guard: check a call of %s: %w", call.Tool, err)
	}
	var err error
	if result.Action == ActionEscalate && !deferred {
		result, err = c.escalated(ctx, q, result)
	}
	result.Latency = time.Since(started)
	return result, err
}

func disabledResult(call Call) Result {
	return Result{
		Action: ActionAllow, Reason: "the guard is disabled; the call runs unjudged",
		DecisionID: call.DecisionID, Source: call.Source,
	}
}

// cancelled is ctx's error, unless its time has run out.
func cancelled(ctx context.Context) error {
	if err := ctx.Err(); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// question is a call, ready to be asked about.
type question struct {
	call    Call
	input   []byte // the arguments as they are sent: an object
	digest  string
	refused string // why it cannot be asked

	deferred bool // whoever asks puts before a person what is escalated
}

// question fills in what the call leaves open.
func (c *Client) question(ctx context.Context, call Call) question {
	call = call.In(ctx)
	if call.DecisionID == uuid.Nil {
		call.DecisionID = uuid.New()
	}
	if call.Source == "" {
		call.Source = sourceManual
	}
	q := question{call: call, digest: Digest(call.Tool, call.Input)}
	var err error
	if q.input, err = argumentsObject(call.Input); err != nil {
		q.refused = err.Error()
	}
	return q
}

// The sources of calls that this package knows.
const (
	sourceManual = "manual"
	sourceSDK    = "sdk"
)

// String names the Client, without any secret.
func (c *Client) String() string {
	if c == nil {
		return "guard.Client(nil)"
	}
	return fmt.Sprintf("guard.Client(%s)", c.base)
}

// Format prints String for every verb, so that none reaches the key.
func (c *Client) Format(f fmt.State, _ rune) { fmt.Fprint(f, c.String()) }
