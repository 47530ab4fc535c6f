package httpexport

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/staso-go/staso/exporter"
)

// acknowledgement is the answer to an ingest request.
type acknowledgement struct {
	Accepted     *int            `json:"accepted"` // traces
	Rejected     int             `json:"rejected"` // traces
	SpansDropped int             `json:"spans_dropped"`
	ReceiptID    *string         `json:"receipt_id"`
	Errors       json.RawMessage `json:"errors"` // []refused as a rule
}

// refused says what was wrong with one trace.
type refused struct {
	Trace  int    `json:"trace"`
	Detail string `json:"detail"`
}

// readAcknowledgement returns what the backend refused. An
// answer that does not account for every trace is an error, and retryable: what
// is stored is not known, and sending it again does no harm.
func readAcknowledgement(body []byte, key uuid.UUID, groups []group) (rejection, error) {
	var ack acknowledgement
	if err := json.Unmarshal(body, &ack); err != nil {
		return rejection{}, malformed(fmt.Errorf("it is not the JSON that was expected: %w", err))
	}
	if err := ack.check(key, len(groups)); err != nil {
		return rejection{}, malformed(err)
	}
	// The list only explains: where it cannot be read, the counts still hold.
	var refusals []refused
	_ = json.Unmarshal(ack.Errors, &refusals) //nolint:errcheck // see above
	lost := rejection{count: ack.lostSpans(groups, refusals)}
	if lost.count > 0 {
		lost.cause = ack.cause(refusals)
	}
	return lost, nil
}

func malformed(err error) error {
	return &exporter.RetryableError{Err: fmt.Errorf("acknowledgement: %w", err)}
}

func (a *acknowledgement) check(key uuid.UUID, traces int) error {
	switch {
	case a.Accepted == nil:
		return errors.New("it does not say how many traces were accepted")
	case *a.Accepted < 0 || a.Rejected < 0 || a.SpansDropped < 0:
		return errors.New("it has a negative count")
	case *a.Accepted+a.Rejected != traces:
		return fmt.Errorf("%d traces were sent, %d accepted and %d rejected", traces, *a.Accepted, a.Rejected)
	// A backend that knows no receipts leaves them out or answers null.
	case a.ReceiptID != nil && !strings.EqualFold(*a.ReceiptID, key.String()):
		return errors.New("its receipt is for another request")
	}
	return nil
}

// lostSpans counts the spans of the refused traces. Where the answer does not say
// which traces those were, the largest count: a loss is never told too small.
func (a *acknowledgement) lostSpans(groups []group, refusals []refused) int {
	total, lost := 0, a.SpansDropped
	rest := make([]int, 0, len(groups))
	rejected := a.Rejected
	for i, g := range groups {
		total += g.count
		if rejected > 0 && names(refusals, i) {
			lost += g.count
			rejected--
			continue
		}
		rest = append(rest, g.count)
	}
	slices.Sort(rest)
	for _, count := range rest[len(rest)-rejected:] {
		lost += count
	}
	return min(lost, total)
}

func names(refusals []refused, trace int) bool {
	return slices.ContainsFunc(refusals, func(r refused) bool { return r.Trace == trace })
}

func (a *acknowledgement) cause(refusals []refused) error {
	if len(refusals) == 0 {
		return fmt.Errorf("backend rejected %d traces and dropped %d spans", a.Rejected, a.SpansDropped)
	}
	first := refusals[0]
	return fmt.Errorf("backend rejected %d traces, the first: trace %d: %.300q", a.Rejected, first.Trace, first.Detail)
}
