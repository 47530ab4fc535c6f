package sqlite

import "time"

// timeLimit bounds times so that the distance of any two fits an int64: they
// are held within 1823 to 2116.
const timeLimit = 1<<62 - 1

// nanos is t in nanoseconds since 1970.
func nanos(t time.Time) int64 {
	if sec := t.Unix(); sec <= -timeLimit/1_000_000_000 {
		return -timeLimit
	} else if sec >= timeLimit/1_000_000_000 {
		return timeLimit
	}
	return t.UnixNano()
}

func at(nanos int64) time.Time { return time.Unix(0, nanos).UTC() }

// after is start + duration, held at the end of time.
func after(start, duration int64) int64 {
	if duration > timeLimit-start {
		return timeLimit
	}
	return start + duration
}
