// Package figure writes durations, counts and sizes the way a page shows them.
package figure

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// gap is a narrow space that no line breaks at.
const gap = "\u202f"

// Duration writes d in at most two units: 0.42 ms, 420 ms, 4.21 s, 3m 12s.
func Duration(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case d <= 0:
		return "0" + gap + "ms"
	case ms < 0.0095:
		return "<0.01" + gap + "ms"
	case ms < 999.5:
		return significant(ms) + gap + "ms"
	case d < 59_950*time.Millisecond:
		return significant(ms/1000) + gap + "s"
	case d < time.Hour:
		return two(d, time.Minute, "m", time.Second, "s")
	case d < 24*time.Hour:
		return two(d, time.Hour, "h", time.Minute, "m")
	}
	return two(d, 24*time.Hour, "d", time.Hour, "h")
}

// Latency writes d as Duration does, and below a millisecond in microseconds.
func Latency(d time.Duration) string {
	if d <= 0 || d >= time.Millisecond {
		return Duration(d)
	}
	return significant(float64(d)/float64(time.Microsecond)) + gap + "µs"
}

// significant writes x in three figures, at most two of them after the point.
func significant(x float64) string {
	switch {
	case x < 9.995:
		return strconv.FormatFloat(x, 'f', 2, 64)
	case x < 99.95:
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	return strconv.FormatFloat(x, 'f', 0, 64)
}

func two(d, large time.Duration, largeName string, small time.Duration, smallName string) string {
	d = d.Round(small)
	return fmt.Sprintf("%d%s%s%02d%s", d/large, largeName, gap, d%large/small, smallName)
}

// Count writes n with its thousands apart, and from a hundred thousand on in
// three figures: 12,345, 123k, 1.23M.
func Count(n int64) string {
	switch {
	case n < 0:
		return "-" + Count(-max(n, -math.MaxInt64))
	case n < 1000:
		return strconv.FormatInt(n, 10)
	case n < 100_000:
		return Exact(n)
	case n < 999_500:
		return strconv.FormatInt((n+500)/1000, 10) + "k"
	case n < 999_500_000:
		return significant(float64(n)/1e6) + "M"
	}
	return significant(float64(n)/1e9) + "G"
}

// Exact writes n with its thousands apart.
func Exact(n int64) string {
	digits := strconv.FormatInt(n, 10)
	start := len(digits) % 3
	if n < 0 {
		start = 1 + (len(digits)-1)%3
	}
	out := digits[:start]
	for ; start < len(digits); start += 3 {
		if out != "" && out != "-" {
			out += ","
		}
		out += digits[start : start+3]
	}
	return out
}

// Bytes writes a size in bytes, KB or MB of a thousand.
func Bytes[N int | int64](n N) string {
	switch size := float64(n); {
	case n < 1000:
		return fmt.Sprintf("%d"+gap+"bytes", n)
	case size < 999_500:
		return strconv.FormatFloat(size/1e3, 'f', 0, 64) + gap + "KB"
	default:
		return significant(size/1e6) + gap + "MB"
	}
}

// Ago writes how long before now t was, to the minute: a page that is looked at
// again within the same minute reads the same.
func Ago(t, now time.Time) string {
	switch d := now.Sub(t); {
	case t.IsZero():
		return ""
	case d < -time.Minute:
		return "in " + Duration(-d.Truncate(time.Minute))
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%dm ago", d/time.Minute)
	case d < 24*time.Hour:
		return fmt.Sprintf("%dh ago", d/time.Hour)
	case d < 60*24*time.Hour:
		return fmt.Sprintf("%dd ago", d/(24*time.Hour))
	}
	return t.UTC().Format("2 Jan 2006")
}

// Tick writes a round duration in one unit: 250 ms, 1.5 s, 2m.
func Tick(d time.Duration) string {
	short := func(unit time.Duration, name string) string {
		return strconv.FormatFloat(float64(d)/float64(unit), 'f', -1, 64) + gap + name
	}
	switch {
	case d < time.Microsecond:
		return short(1, "ns")
	case d < time.Millisecond:
		return short(time.Microsecond, "µs")
	case d < time.Second:
		return short(time.Millisecond, "ms")
	case d < time.Minute:
		return short(time.Second, "s")
	}
	return Duration(d)
}
