package detect

import "time"

// Budget bounds the work on one call, whatever its input. Work is counted in
// bytes looked at, give or take; every so often the clock is read too. The zero
// Budget and a nil one have no limit. It is not safe for concurrent use.
type Budget struct {
	left     int
	untilNow int
	deadline time.Time
	limited  bool
	spent    bool
}

// clockEvery is after how much work the clock is read: about 100 µs.
const clockEvery = 16 << 10

// NewBudget returns a Budget of that much work, until the deadline.
func NewBudget(work int, deadline time.Time) *Budget {
	return &Budget{left: work, untilNow: clockEvery, deadline: deadline, limited: true}
}

// Spend takes n from the budget, and says whether there was enough. Once it says
// no, it says no for good: whoever asked stops where it is, and the engine makes
// a finding of it.
func (b *Budget) Spend(n int) bool {
	if b == nil || !b.limited {
		return true
	}
	if b.spent {
		return false
	}
	b.left -= n
	if b.untilNow -= n; b.untilNow <= 0 {
		b.untilNow = clockEvery
		b.spent = !time.Now().Before(b.deadline)
	}
	b.spent = b.spent || b.left < 0
	return !b.spent
}

// Exhausted says that Spend has said no.
func (b *Budget) Exhausted() bool { return b != nil && b.spent }
