package pii

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/scan"
)

// mode is how much an argument is expected to hold personal data by chance.
type mode uint8

const (
	strict mode = iota // commands, paths, sources: what is sure counts
	short              // a value by itself
	name               // a value whose name says that it is the id of a thing
	free               // a text
)

// argument turns to another argument.
func (r *reader) argument(arg *detect.Arg) {
	r.arg, r.mode, r.named = arg, strict, r.words.in(arg.Key)
	const text, value = detect.Text, detect.Value | detect.Email
	switch {
	case arg.Kinds&text != 0 && !r.named.has(otherwise):
		r.mode = free
	case arg.Kinds&(value|text) != 0 && namesThing(arg.Key):
		r.mode = name
	case arg.Kinds&(value|text) != 0:
		r.mode = short
	}
}

// namesThing says that a value of that name is the id of a record.
func namesThing(key string) bool {
	for _, end := range [...]string{"id", "ids", "uuid", "sku", "hash", "sha", "slug", "version"} {
		if strings.HasSuffix(key, end) {
			return true
		}
	}
	return false
}

// flush reports the readings that count, and returns the end of the last.
func (r *reader) flush() int {
	end, best := 0, none
	r.keepSure()
	for i := range r.n {
		h := &r.hits[i]
		h.sure = r.weigh(h)
		if h.sure != none && h.sure >= r.least {
			best = max(best, h.sure)
		}
	}
	for i := range r.n {
		h := &r.hits[i]
		if h.sure == none || h.sure < r.least || r.covered(i) || r.allowed(r.text[h.start:h.end]) {
			continue
		}
		if h.sure < best && best >= medium && (best == high || !r.isSpare()) {
			continue // it is what the surer one says
		}
		r.found(h)
		end = max(end, h.end)
	}
	return end
}

// keepSure drops what is not sure where something is: it is what the sure one says.
func (r *reader) keepSure() {
	sure := 0
	for i := range r.n {
		if h := r.hits[i]; h.sure == high && r.counts(&h, high) {
			r.hits[sure] = h
			sure++
		}
	}
	if sure > 0 {
		r.n = sure
	}
}

// covered says that another reading takes in more of the text and is as sure.
func (r *reader) covered(i int) bool {
	h := &r.hits[i]
	for j := range r.n {
		o := &r.hits[j]
		if o.sure >= h.sure && o.start <= h.start && o.end >= h.end && o.end-o.start > h.end-h.start {
			return true
		}
	}
	return false
}

// weigh returns how sure a reading is where it stands; none if it does not count.
func (r *reader) weigh(h *hit) certainty {
	sure := h.sure
	if sure == high {
		return r.ifCounts(h, sure) // whatever stands beside it
	}
	if r.mode == strict && sure < medium {
		return none // no word beside it lifts it so far
	}
	means := r.beside(h)
	other := means.has(otherwise) && plain(r.text[h.start:h.end])
	switch {
	case means.has(h.entity) && (!other || sure > lone):
		sure = min(max(sure+1, medium), high)
	case other && sure <= medium:
		sure--
	}
	return r.ifCounts(h, sure)
}

func (r *reader) ifCounts(h *hit, sure certainty) certainty {
	if r.counts(h, sure) {
		return sure
	}
	return none
}

func (r *reader) counts(h *hit, sure certainty) bool {
	switch r.mode {
	case free:
		return sure >= medium || sure == low && r.isSpare() || sure == lone && r.isAlone(h)
	case short:
		return sure >= medium
	case name:
		return sure >= high || sure == medium && r.named.has(h.entity)
	default:
		return sure >= high && r.entities[h.entity].grade > guard.SeverityLow
	}
}

// plain says that a number is written without any separator.
func plain(text string) bool { return scan.Alnum.Run(text, 0) == len(text) }

// besideCost is what reading the words beside a number takes, in bytes looked at.
const besideCost = 1 << 10

// beside returns what the words beside a reading and the argument's name speak of.
func (r *reader) beside(h *hit) set {
	if r.around.start != h.start || r.around.end != h.end {
		r.budget.Spend(besideCost) // the next piece of work asks whether there is more
		means := r.words.around(r.text, h.start, h.end)
		means.join(r.named)
		r.around = contextAt{start: h.start, end: h.end, means: means}
	}
	return r.around.means
}

// spareness says whether a text is little more than numbers; it is found out when
// it is asked for.
type spareness uint8

const (
	unknown spareness = iota
	wordy
	spare
)

const (
	spareText = 96 // bytes of the longest text that is little more than a number
	spareWord = 3  // letters of the longest word in one
)

func (r *reader) isSpare() bool {
	if r.spare == unknown {
		r.spare = wordy
		if isSpare(r.text) {
			r.spare = spare
		}
	}
	return r.spare == spare
}

func isSpare(text string) bool {
	if len(text) > spareText || strings.ContainsAny(text, "=<>{}*$%&|;\\") || strings.Contains(text, " + ") {
		return false
	}
	const inWord = scan.Letter | scan.Wide | scan.Digit
	for i := 0; i < len(text); {
		end := inWord.Run(text, i)
		if end-i > spareWord && kindOf(text[i:end]) == letters {
			return false
		}
		i = end + 1
	}
	return true
}

// isAlone says that the text is nothing but the reading.
func (r *reader) isAlone(h *hit) bool {
	return strings.TrimSpace(r.text[:h.start]) == "" && strings.Trim(r.text[h.end:], " \t\r\n.") == ""
}

func (r *reader) allowed(match string) bool {
	for _, value := range r.allow {
		if strings.EqualFold(value, match) ||
			value[:min(1, len(value))] == "@" && len(match) > len(value) && strings.EqualFold(match[len(match)-len(value):], value) {
			return true
		}
	}
	return false
}
