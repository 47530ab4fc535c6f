// Package jsonform gives spans and annotations a form that encoding/json writes
// and reads back, whatever a caller has put into them.
package jsonform

import (
	"time"

	"github.com/staso-go/staso/exporter"
)

// Span returns a shallow copy of s that can be encoded as long as its payloads
// can: an unknown kind or status becomes what a backend takes it for, and the
// time is one that RFC 3339 can say.
func Span(s *exporter.SpanData) exporter.SpanData {
	c := *s
	c.StartTime = sayable(c.StartTime)
	if c.Kind > exporter.KindAgent {
		c.Kind = exporter.KindCustom
	}
	if c.Status > exporter.StatusTimeout {
		c.Status = exporter.StatusError
	}
	return c
}

// Annotation returns a shallow copy of a that can be encoded as long as its value
// can.
func Annotation(a *exporter.Annotation) exporter.Annotation {
	c := *a
	c.Time = sayable(c.Time)
	return c
}

// sayable returns t in UTC, for RFC 3339 has no offsets with seconds, which some
// historic zones have; and within the years 0 to 9999, for it has no others.
func sayable(t time.Time) time.Time {
	t = t.UTC()
	switch year := t.Year(); {
	case year < 0:
		return time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	case year > 9999:
		return time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
	}
	return t
}
