package httpexport

import (
	"errors"
	"net/http"

	"github.com/staso-go/staso/exporter"
)

// maxChunk is how many items a request carries at most.
const maxChunk = 500

// lane is how far the spans, or the annotations, of one batch have come.
type lane struct {
	done  int // how many have met their fate
	size  int // how many the next request may carry
	lost  map[exporter.Reason]int
	cause error // of the first loss: the others are like it as a rule
}

// rejection counts items that were not taken although the rest of a request was.
type rejection struct {
	count int
	cause error
}

// settle books what became of the next n items. A request that was too large is
// halved, an item that is too large alone is counted. It returns the error that
// ends the delivery, if err is one.
func (l *lane) settle(n int, bad rejection, err error) error {
	switch {
	case err == nil:
		l.lose(bad.count, exporter.ReasonRejected, bad.cause)
	case isTooLarge(err) && n > 1:
		l.size = n / 2
		return nil
	case isTooLarge(err):
		l.lose(1, exporter.ReasonOversized, err)
		l.size = maxChunk
	case reasonOf(err) == exporter.ReasonRejected:
		l.lose(n, exporter.ReasonRejected, err)
	default:
		return err
	}
	l.done += n
	return nil
}

func (l *lane) lose(n int, reason exporter.Reason, cause error) {
	if n == 0 {
		return
	}
	if l.lost == nil {
		l.lost = make(map[exporter.Reason]int)
		l.cause = cause
	}
	l.lost[reason] += n
}

func isTooLarge(err error) bool { return hasStatus(err, http.StatusRequestEntityTooLarge) }

func hasStatus(err error, status int) bool {
	var refusal *exporter.APIError
	return errors.As(err, &refusal) && refusal.StatusCode == status
}

func reasonOf(err error) exporter.Reason {
	var reason *exporter.ReasonError
	if errors.As(err, &reason) {
		return reason.Reason
	}
	return exporter.ReasonExporterFailed
}
