package guardapi

import (
	"sync/atomic"
	"time"

	"github.com/staso-go/staso/guard"
)

// buckets are the upper bounds of the histogram of evaluations, in seconds.
func buckets() [8]float64 { return [8]float64{0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.25, 1} }

// Counts are what the metrics show of the guard. They are safe for concurrent use.
type Counts struct {
	// Decisions is by action: see ByAction.
	decisions [4]atomic.Int64
	// Unavailable had no verdict in time, Unrecorded could not be stored, Conflicts
	// came under an id that was used.
	Unavailable, Unrecorded, Conflicts atomic.Int64
	Reported, ReportsRejected          atomic.Int64
	Escalations, Approved, Denied      atomic.Int64
	Redeemed, Refused                  atomic.Int64 // grants taken, and not given
	Waiting                            atomic.Int64 // requests that wait for a person

	took    [9]atomic.Int64 // by bucket; the last is beyond them all
	seconds atomic.Int64    // in nanoseconds
}

func (c *Counts) decided(action guard.Action, took time.Duration) {
	if int(action) < len(c.decisions) {
		c.decisions[action].Add(1)
	}
	c.seconds.Add(int64(took))
	for i, bound := range buckets() {
		if took.Seconds() <= bound {
			c.took[i].Add(1)
			return
		}
	}
	c.took[len(buckets())].Add(1)
}

// ByAction calls each with the number of decisions of each action.
func (c *Counts) ByAction(each func(action string, n int64)) {
	for i := range c.decisions {
		each(guard.Action(i).String(), c.decisions[i].Load())
	}
}

// Histogram calls each with the bounds of the time of evaluations, in seconds, and
// how many took no longer; it returns the number and the time of them all.
func (c *Counts) Histogram(each func(bound float64, n int64)) (total int64, sum time.Duration) {
	for i, bound := range buckets() {
		total += c.took[i].Load()
		each(bound, total)
	}
	return total + c.took[len(buckets())].Load(), time.Duration(c.seconds.Load())
}
