package pipeline

import "time"

// slot is an item in the queue.
type slot struct {
	item  Item
	class Class
	bytes int
	epoch *epoch
}

// ring is a queue that grows as it fills, and never shrinks.
type ring struct {
	slots []slot
	head  int
	len   int

	bytes  int // of the queued slots
	rushed int // so many slots at the head are not to wait

	// The age of the head is known without looking at the clock for each slot:
	// it was pushed at oldest or later, and all but the first known slots were
	// pushed at mark or later.
	oldest, mark time.Time
	known        int

	urgent   int       // so many slots at the head are not to wait the whole interval
	urgentAt time.Time // but until then
}

const firstRing = 64

func (r *ring) push(s slot) {
	if r.len == len(r.slots) {
		r.grow()
	}
	if r.len == 0 {
		r.oldest = time.Now()
		r.mark, r.known = r.oldest, 0
	}
	r.slots[(r.head+r.len)%len(r.slots)] = s
	r.len++
	r.bytes += s.bytes
}

func (r *ring) grow() {
	grown := make([]slot, max(firstRing, 2*len(r.slots)))
	n := copy(grown, r.slots[r.head:])
	copy(grown[n:], r.slots[:r.head])
	r.slots, r.head = grown, 0
}

func (r *ring) pop() slot {
	s := r.slots[r.head]
	r.slots[r.head] = slot{}
	r.head = (r.head + 1) % len(r.slots)
	r.len--
	r.bytes -= s.bytes
	r.rushed = max(0, r.rushed-1)
	r.urgent = max(0, r.urgent-1)
	return s
}

// aged follows n pops.
func (r *ring) aged(n int) {
	if n < r.known {
		r.known -= n
		return
	}
	r.oldest, r.mark, r.known = r.mark, time.Now(), r.len
}

// hasten has all that is queued taken after delay at the latest.
func (r *ring) hasten(delay time.Duration) {
	if at := time.Now().Add(delay); r.urgent == 0 || at.Before(r.urgentAt) {
		r.urgentAt = at
	}
	r.urgent = r.len
}

// rush has all that is queued taken without waiting.
func (r *ring) rush() { r.rushed = r.len }

// deadline is when the head has waited long enough.
func (r *ring) deadline(interval time.Duration) time.Time {
	at := r.oldest.Add(interval)
	if r.urgent > 0 && r.urgentAt.Before(at) {
		return r.urgentAt
	}
	return at
}
