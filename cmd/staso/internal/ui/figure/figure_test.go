package figure_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/staso-go/staso/cmd/staso/internal/ui/figure"
)

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 ms", -1: "0 ms", 800: "<0.01 ms", 420 * time.Microsecond: "0.42 ms", 4200 * time.Microsecond: "4.20 ms",
		420 * time.Millisecond: "420 ms", 999_600 * time.Microsecond: "1.00 s", 4213 * time.Millisecond: "4.21 s",
		42 * time.Second: "42.0 s", 59_990 * time.Millisecond: "1m 00s", 192 * time.Second: "3m 12s",
		2*time.Hour + 5*time.Minute: "2h 05m", 75 * time.Hour: "3d 03h", math.MaxInt64: "106751d 23h",
	} {
		assert.Equal(t, want, strings.ReplaceAll(figure.Duration(d), "\u202f", " "), d.String())
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0", 999: "999", 1000: "1,000", 12345: "12,345", 99_999: "99,999", 100_000: "100k",
		123_456: "123k", 999_499: "999k", 999_500: "1.00M", 12_345_678: "12.3M", 5_000_000_000: "5.00G", -1234: "-1,234", math.MinInt64: "-9223372037G",
	} {
		assert.Equal(t, want, figure.Count(n))
	}
	assert.Equal(t, "1,234,567", figure.Exact(1_234_567))
	assert.Equal(t, "-123,456", figure.Exact(-123_456))
}

func TestBytes(t *testing.T) {
	for n, want := range map[int]string{0: "0 bytes", 999: "999 bytes", 1500: "2 KB", 12_345: "12 KB", 1_234_567: "1.23 MB"} {
		assert.Equal(t, want, strings.ReplaceAll(figure.Bytes(n), "\u202f", " "))
	}
}

func TestAgo(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for before, want := range map[time.Duration]string{
		5 * time.Second: "just now", -5 * time.Second: "just now", 61 * time.Second: "1m ago",
		3 * time.Hour: "3h ago", 50 * time.Hour: "2d ago", 90 * 24 * time.Hour: "1 Dec 2025",
	} {
		assert.Equal(t, want, figure.Ago(now.Add(-before), now))
	}
	assert.Empty(t, figure.Ago(time.Time{}, now))
}

func TestLatency(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                       "0\u202fms",
		700 * time.Nanosecond:   "0.70\u202fµs",
		21 * time.Microsecond:   "21.0\u202fµs",
		1500 * time.Microsecond: "1.50\u202fms",
	} {
		assert.Equal(t, want, figure.Latency(d))
	}
}
