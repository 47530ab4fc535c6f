package pipeline

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/staso-go/staso/exporter"
)

// errCutShort is of what was under way when the deadline of Shutdown passed.
var errCutShort = errors.New("the deadline of Shutdown passed")

// settle writes the fate of a batch into the books.
func (s *sender) settle(slots []slot, err error, rejected func(*exporter.PartialError) map[exporter.Reason]int) {
	var partial *exporter.PartialError
	switch {
	case err == nil:
		s.p.settle(slots, "", nil)
	case errors.As(err, &partial):
		s.settlePartly(slots, err, rejected(partial))
	default:
		s.lose(slots, err)
	}
}

// settlePartly takes as many as were rejected for lost. Which they were is not
// said: spans are taken before provisional roots, so that no loss is hidden.
func (s *sender) settlePartly(slots []slot, err error, rejected map[exporter.Reason]int) {
	slices.SortStableFunc(slots, func(a, b slot) int { return cmp.Compare(a.class, b.class) })
	for _, reason := range slices.Sorted(maps.Keys(rejected)) {
		n := min(max(rejected[reason], 0), len(slots))
		s.p.settle(slots[:n], cmp.Or(reason, exporter.ReasonRejected), err)
		slots = slots[n:]
	}
	s.p.settle(slots, "", nil)
	s.tell(err)
}

// lose gives slots up.
func (s *sender) lose(slots []slot, err error) {
	reason := reasonOf(err, s.p.ctx.Err() != nil)
	if reason == exporter.ReasonShutdown && !errors.Is(err, errCutShort) {
		err = fmt.Errorf("%w: %w", errCutShort, err)
	}
	s.p.settle(slots, reason, err)
	s.tell(err)
}

// reasonOf says under which reason a final error is counted. What an exporter
// answered stands also where it was cut short.
func reasonOf(err error, cutShort bool) exporter.Reason {
	var reasoned *exporter.ReasonError
	var retryable *exporter.RetryableError
	switch {
	case errors.As(err, &reasoned):
		return cmp.Or(reasoned.Reason, exporter.ReasonExporterFailed)
	case cutShort:
		return exporter.ReasonShutdown
	case errors.As(err, &retryable):
		return exporter.ReasonRetriesExhausted
	}
	return exporter.ReasonExporterFailed
}

func (s *sender) tell(err error) {
	if s.p.cfg.OnTrouble != nil {
		_ = contain(func() error { s.p.cfg.OnTrouble(err); return nil }) //nolint:errcheck // whom to tell of a listener that panics
	}
}
