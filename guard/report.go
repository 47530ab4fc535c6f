package guard

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/staso-go/staso"
)

const (
	reportSize  = 100       // decisions in a request
	reportBytes = 4 << 20   // likewise
	reportInput = 256 << 10 // larger arguments are left out of a report
)

// decisionJSON is a Decision on the wire.
type decisionJSON struct {
	verdictJSON

	ToolName  string              `json:"tool_name"`
	ToolInput json.RawMessage     `json:"tool_input,omitempty"`
	Phase     string              `json:"phase,omitempty"`
	Context   map[string]any      `json:"context"`
	Capture   staso.CapturePolicy `json:"capture"`
	DecidedAt time.Time           `json:"decided_at"`
}

// Report tells the backend of verdicts that were reached in this process, so that
// they stand beside its own; a [Reporter] does it by itself. It goes by the capture
// policy: what is suppressed is left out, and so are arguments above 256 KiB. Reporting
// a decision again changes nothing. A disabled Client reports nothing.
func (c *Client) Report(ctx context.Context, decisions ...Decision) error {
	if c == nil || !c.enabled {
		return nil
	}
	encoded := make([][]byte, len(decisions))
	for i, d := range decisions {
		var err error
		if encoded[i], err = c.encodeDecision(ctx, d); err != nil {
			return fmt.Errorf("guard: report the decision on a call of %s: %w", d.Call.Tool, err)
		}
	}
	for sent := 0; sent < len(encoded); {
		n := batchLength(encoded[sent:])
		if err := c.report(ctx, encoded[sent:sent+n]); err != nil {
			return fmt.Errorf("guard: report decisions: %d of %d were accepted: %w", sent, len(encoded), err)
		}
		sent += n
	}
	return nil
}

// encodeDecision reads all of a decision: what it refers to may change afterwards.
func (c *Client) encodeDecision(ctx context.Context, d Decision) ([]byte, error) {
	call, result := d.Call.In(ctx), d.Result
	call.History, call.Schema, call.Tools = nil, nil, nil // the backend has the trace
	capture := c.captureIn(ctx)
	w := decisionJSON{
		ToolName: call.Tool, Context: c.wireContext(call, capture), Capture: capture, DecidedAt: d.Time.UTC(),
	}
	if d.Time.IsZero() {
		w.DecidedAt = time.Now().UTC()
	}
	if call.Phase != PhaseInput {
		w.Phase = call.Phase.String()
	}
	if capture.ToolArguments == staso.Suppressed {
		result = withoutContent(result)
	} else if input, err := argumentsObject(call.Input); err == nil && len(input) <= reportInput {
		w.ToolInput = input
	}
	w.verdictJSON = result.wire()
	if w.DecisionID == nil {
		w.DecisionID = &call.DecisionID
	}
	return marshal(w)
}

// batchLength is how many of the decisions go into one request, one at least.
func batchLength(encoded [][]byte) int {
	size := 0
	for i, d := range encoded {
		if size += len(d) + 1; i > 0 && (i == reportSize || size > reportBytes) {
			return i
		}
	}
	return len(encoded)
}

// report sends one request.
func (c *Client) report(ctx context.Context, encoded [][]byte) error {
	body := []byte(`{"decisions":[`)
	for i, d := range encoded {
		if i > 0 {
			body = append(body, ',')
		}
		body = append(body, d...)
	}
	body = append(body, "]}"...)
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	answer, err := c.post(ctx, "/v1/guard/decisions", body, nil)
	if err != nil {
		return err
	}
	accepted := readAs[struct {
		Accepted int `json:"accepted"`
	}](answer.Body).Accepted
	if accepted != len(encoded) {
		return fmt.Errorf("the backend took %d of the last %d", accepted, len(encoded))
	}
	return nil
}
