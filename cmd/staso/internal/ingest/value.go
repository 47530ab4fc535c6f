package ingest

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/staso-go/staso/cmd/staso/internal/jsonscan"
)

// reader reads the values of one item. What is JSON but not what was wanted is
// passed over and remembered as a fault: the item is lost, the rest is not.
type reader struct {
	*jsonscan.Scanner
	attributes jsonscan.Scanner // reused for what is in a span's attributes
	faults     []fault
	total      int // faults met, also those beyond the bound
	span       int // the span that is being read; -1 outside any
}

type fault struct {
	span   int
	detail string
}

func (r *reader) fail(field, shape, want string) {
	r.total++
	if len(r.faults) < maxErrorsPerTrace {
		r.faults = append(r.faults, fault{r.span, field + ": " + shape + ": want " + want})
	}
}

// refuse takes a value of the wrong type.
func (r *reader) refuse(field, want string) {
	if shape := r.shape(); r.Err() == nil {
		r.fail(field, shape, want)
	}
}

// shape takes the next value and says what it looks like, never what it holds.
func (r *reader) shape() string {
	switch kind := r.Kind(); kind {
	case jsonscan.String:
		return fmt.Sprintf("a string of %d bytes", len(r.Text("")))
	case jsonscan.Number:
		return numberShape(r.Number())
	case jsonscan.Bool:
		return strconv.FormatBool(r.Bool())
	default:
		r.Skip()
		return map[jsonscan.Kind]string{jsonscan.Null: "null", jsonscan.Array: "an array", jsonscan.Object: "an object"}[kind]
	}
}

func numberShape(literal []byte) string {
	switch {
	case len(literal) == 0:
		return "no number" // the document breaks off here
	case literal[0] == '-':
		return "a negative number"
	case bytes.ContainsAny(literal, ".eE"):
		return fmt.Sprintf("a number with a fraction or an exponent, %d characters long", len(literal))
	}
	return fmt.Sprintf("a number of %d digits", len(literal))
}

// null takes null, which means what an absent field means.
func (r *reader) null() bool {
	if r.Kind() != jsonscan.Null {
		return false
	}
	r.Null()
	return true
}

// id reads text that identifies something: too long a one is a fault, as a cut
// one might be another's.
func (r *reader) id(field, like string) string {
	if r.null() {
		return ""
	}
	if r.Kind() != jsonscan.String {
		r.refuse(field, "a string")
		return ""
	}
	text := r.Text(like)
	if len(text) > maxIDBytes {
		r.fail(field, fmt.Sprintf("a string of %d bytes", len(text)), fmt.Sprintf("at most %d", maxIDBytes))
		return ""
	}
	return text
}

// label reads text for people: too long a one is cut.
func (r *reader) label(field, like string) string {
	if r.null() {
		return ""
	}
	if r.Kind() != jsonscan.String {
		r.refuse(field, "a string")
		return ""
	}
	return cut(r.Text(like), maxLabelBytes)
}

// text reads text of any length.
func (r *reader) text(field string) string {
	if r.Kind() != jsonscan.String {
		r.refuse(field, "a string or null")
		return ""
	}
	return r.Text("")
}

const ellipsis = "…"

func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	end := limit - len(ellipsis)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + ellipsis
}

// uuid reads a UUID in its 36 characters; null is [uuid.Nil].
func (r *reader) uuid(field string) uuid.UUID {
	if r.null() {
		return uuid.Nil
	}
	if r.Kind() != jsonscan.String {
		r.refuse(field, "a UUID in a string")
		return uuid.Nil
	}
	text := r.Bytes()
	if r.Err() != nil {
		return uuid.Nil
	}
	id, ok := parseUUID(text)
	if !ok {
		r.fail(field, fmt.Sprintf("a string of %d bytes", len(text)), "a UUID, 32 hexadecimal digits in the form 8-4-4-4-12")
	}
	return id
}

func parseUUID(text []byte) (uuid.UUID, bool) {
	if len(text) != 36 {
		return uuid.Nil, false
	}
	id, err := uuid.ParseBytes(text)
	return id, err == nil
}

// time reads an RFC 3339 time; null is the zero time.
func (r *reader) time(field string, now time.Time) time.Time {
	const want = "an RFC 3339 time with its zone, for instance 2026-01-31T09:00:00.5Z"
	if r.null() {
		return time.Time{}
	}
	if r.Kind() != jsonscan.String {
		r.refuse(field, want)
		return time.Time{}
	}
	text := r.Bytes()
	if r.Err() != nil {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339Nano, string(text))
	switch {
	case err != nil:
		r.fail(field, fmt.Sprintf("a string of %d bytes that is no such time", len(text)), want)
	case t.Year() < 1970:
		r.fail(field, "a time before 1970", "a later one: is it set?")
	case t.Sub(now) > maxAhead:
		r.fail(field, "a time more than 24 h ahead of this server's clock", "an earlier one: compare the two clocks")
	default:
		return t.UTC()
	}
	return time.Time{}
}

// milliseconds reads a duration. A negative one, which a clock that was set back
// leaves behind, counts as zero.
func (r *reader) milliseconds(field string) time.Duration {
	const want = "a number of milliseconds, at most ten years"
	if r.null() {
		return 0
	}
	if r.Kind() != jsonscan.Number {
		r.refuse(field, want)
		return 0
	}
	literal := r.Number()
	if r.Err() != nil {
		return 0
	}
	ms, err := strconv.ParseFloat(string(literal), 64)
	if err != nil || ms > float64(maxDuration/time.Millisecond) {
		r.fail(field, numberShape(literal), want)
		return 0
	}
	return time.Duration(math.Round(max(ms, 0) * float64(time.Millisecond)))
}

// tokens reads a count. A fraction of zero, as in 12.0, is let pass.
func (r *reader) tokens(field string) int64 {
	if r.null() {
		return 0
	}
	const want = "a whole number from 0 to 1000000000000"
	if r.Kind() != jsonscan.Number {
		r.refuse(field, want)
		return 0
	}
	literal := r.Number()
	if r.Err() != nil {
		return 0
	}
	n, ok := parseCount(literal)
	if !ok {
		r.fail(field, numberShape(literal), want)
	}
	return n
}

func parseCount(literal []byte) (int64, bool) {
	n, err := strconv.ParseInt(string(literal), 10, 64)
	if err != nil {
		f, ferr := strconv.ParseFloat(string(literal), 64)
		if ferr != nil || f != math.Trunc(f) || f < 0 || f > maxTokens {
			return 0, false
		}
		n = int64(f)
	}
	if n < 0 || n > maxTokens {
		return 0, false
	}
	return n, true
}

// yesNo reads a boolean or null.
func (r *reader) yesNo(field string) *bool {
	if r.null() {
		return nil
	}
	if r.Kind() != jsonscan.Bool {
		r.refuse(field, "true, false or null")
		return nil
	}
	b := r.Bool()
	return &b
}

// payload reads JSON that travels in a string. A value that does not come in a
// string is taken as it stands. Whether the string holds JSON is not asked: what
// is not JSON is kept, and shown as text.
func (r *reader) payload() []byte {
	switch r.Kind() {
	case jsonscan.Null:
		r.Null()
		return nil
	case jsonscan.String:
		return r.Bytes()
	}
	return r.Raw()
}
