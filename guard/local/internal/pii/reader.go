package pii

import (
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/scan"
)

// reader reads the texts of one call.
type reader struct {
	*detector
	budget *detect.Budget
	report func(detect.Finding)

	arg   *detect.Arg
	mode  mode
	named set // what the argument's name speaks of

	text   string
	via    string
	spare  spareness
	hits   [maxHits]hit
	n      int
	around contextAt
	value  value
}

// maxHits is how many readings of one number are kept.
const maxHits = 24

// hit is one reading of a number.
type hit struct {
	entity     int
	sure       certainty
	start, end int
}

// contextAt is what the words beside the number at start speak of.
type contextAt struct {
	start, end int
	means      set
}

// interest is why a byte is looked at.
var interest = makeInterest() //nolint:gochecknoglobals // a table, never written

func makeInterest() (table [256]bool) {
	for b := range table {
		table[b] = scan.Digit.Is(byte(b)) || b == '@' || b == ':'
	}
	return table
}

// read reports what is in a text, and says whether the budget allows for more.
func (r *reader) read(text, via string) bool {
	r.text, r.via, r.spare, r.around = text, via, unknown, contextAt{start: -1}
	if !r.budget.Spend(len(text)) {
		return false
	}
	done := 0 // nothing before this is looked at again
	for i := 0; i < len(text); {
		if !interest[text[i]] {
			i++
			continue
		}
		end := r.at(i, done)
		if end < 0 {
			return false
		}
		if r.n > 0 {
			done = max(done, r.flush())
		}
		i = max(i+1, end, done)
	}
	return true
}

// at collects the readings of what stands at i, and returns how far it looked; -1
// if the budget is spent.
func (r *reader) at(i, done int) int {
	r.n = 0
	switch r.text[i] {
	case '@':
		r.email(i, done)
		return i + 1
	case ':':
		r.colon(i, done)
		for i < len(r.text) && r.text[i] == ':' {
			i++
		}
		return i
	default:
		start := scan.Alnum.RunBack(r.text, i, min(i-done, maxWord+1))
		end := scan.Alnum.Run(r.text, i)
		if !r.budget.Spend(64) {
			return -1
		}
		r.word(start, end, done)
		return end
	}
}

// word collects the readings of the word text[start:end], which holds a digit, and
// of what begins with the short words before it.
func (r *reader) word(start, end, done int) {
	if end-start > maxLongWord {
		return
	}
	starts, n := r.wordsBefore(start, done)
	for ; n > 0; n-- {
		r.shapes(starts[n-1], scan.Alnum.Run(r.text, starts[n-1]))
	}
	r.shapes(start, end)
	r.numbers(start, end)
}

// maxLongWord is the longest word with a digit that can be anything.
const maxLongWord = 90

// wordsBefore returns where the short words made of letters begin that stand before
// start with one separator each between them, the nearest first.
func (r *reader) wordsBefore(start, done int) (starts [4]int, n int) {
	for n < len(starts) {
		if start-2 < done || !isSeparator(r.text[start-1]) {
			return starts, n
		}
		begin := scan.Letter.RunBack(r.text, start-1, 4)
		if begin == start-1 || begin < done || start-1-begin > 3 || begin > 0 && scan.Alnum.Is(r.text[begin-1]) {
			return starts, n
		}
		starts[n], start = begin, begin
		n++
	}
	return starts, n
}

func isSeparator(b byte) bool { return b == ' ' || b == '-' || b == '.' || b == '(' || b == '+' }

// shapes holds the forms that begin with a word like text[start:end] against what
// stands there.
func (r *reader) shapes(start, end int) {
	if end-start > maxWord {
		return
	}
	bucket := &r.buckets[kindOf(r.text[start:end])][end-start]
	r.alone(bucket[0], start, end)
	if end+1 < len(r.text) {
		if n := follower(r.text[end], r.text[end+1]); n > 0 {
			r.groups(bucket[n], start)
		}
	}
}

// alone tries the forms that are one word.
func (r *reader) alone(candidates []candidate, start, end int) {
	if len(candidates) == 0 || !r.apart(start, end) {
		return
	}
	v := &r.value
	set := false
	for i := range candidates {
		c := &candidates[i]
		switch {
		case !c.shape.whole():
			if set = false; c.shape.match(r.text, start, v) != end {
				continue
			}
		case !set:
			v.set(r.text[start:end])
			set = true
		}
		if c.valid == nil || c.valid(v.get()) {
			r.add(c.entity, c.sure, start, end)
		}
	}
}

// groups tries the forms that are more than one word.
func (r *reader) groups(candidates []candidate, start int) {
	separator := scan.Alnum.Run(r.text, start)
	next := scan.Alnum.Run(r.text[:min(len(r.text), separator+maxWord)], separator+1) - separator - 1
	for i := range candidates {
		c := &candidates[i]
		if c.shape.next.most > 0 && (next < c.shape.next.least || next > c.shape.next.most) {
			continue
		}
		stop, begin := c.shape.match(r.text, start, &r.value), start
		if stop >= 0 && c.shape.open {
			begin--
		}
		if stop < 0 || begin < 0 || c.shape.open && r.text[begin] != '(' || !r.apart(begin, stop) {
			continue
		}
		if c.valid == nil || c.valid(r.value.get()) {
			r.add(c.entity, c.sure, begin, stop)
		}
	}
}

func kindOf(word string) wordKind {
	var seen scan.Class
	for i := range len(word) {
		seen |= scan.Of(word[i])
	}
	switch {
	case seen&scan.Alnum == scan.Alnum:
		return mixed
	case seen&scan.Digit != 0:
		return digits
	default:
		return letters
	}
}

// add notes a reading; of several of one entity at one place the surest stays.
func (r *reader) add(entity int, sure certainty, start, end int) {
	for i := range r.n {
		h := &r.hits[i]
		if h.entity == entity && h.start == start && h.end == end {
			h.sure = max(h.sure, sure)
			return
		}
	}
	if r.n < maxHits {
		r.hits[r.n] = hit{entity: entity, sure: sure, start: start, end: end}
		r.n++
	}
}

// addNamed is add for an entity that has a function of its own.
func (r *reader) addNamed(name string, sure certainty, start, end int) {
	if i, wanted := r.byName[name]; wanted {
		r.add(i, sure, start, end)
	}
}

// apart says that text[start:end] is not part of a longer word, number or name.
func (r *reader) apart(start, end int) bool {
	return r.apartLeft(start) && r.apartRight(end)
}

func (r *reader) apartLeft(start int) bool {
	if start == 0 {
		return true
	}
	b := r.text[start-1]
	if scan.Alnum.Is(b) || b == '_' || b == '$' || latinBefore(r.text, start) {
		return false
	}
	if start == 1 {
		return b != '+'
	}
	beyond := r.text[start-2]
	switch b {
	case '-':
		return !scan.Alnum.Is(beyond) || r.label(start-1)
	case '.', '/', '\\', '@', '%', '&', '~':
		return !scan.Alnum.Is(beyond)
	case ',', ':':
		return !scan.Digit.Is(beyond)
	case '+':
		return false
	default:
		return true
	}
}

// label says that the word before text[end] is a name, like the ID in "ID-123",
// rather than a part of a longer number.
func (r *reader) label(end int) bool {
	start := scan.Alnum.RunBack(r.text, end, 12)
	word := r.text[start:end]
	return len(word) >= 2 && kindOf(word) == letters && scan.Hex.Run(word, 0) < len(word) &&
		(start == 0 || r.text[start-1] == ' ' || r.text[start-1] == '(')
}

func (r *reader) apartRight(end int) bool {
	if end == len(r.text) {
		return true
	}
	b := r.text[end]
	if scan.Alnum.Is(b) || b == '_' || b == '%' || latinAfter(r.text, end) {
		return false
	}
	if end+1 == len(r.text) {
		return true
	}
	beyond := r.text[end+1]
	switch b {
	case '-', '.', '/', '\\', '@', ':', '+', '*':
		return !scan.Alnum.Is(beyond)
	case ',':
		return !scan.Digit.Is(beyond)
	default:
		return true
	}
}

// latinBefore says that the character before text[at] is a letter of a European
// script outside ASCII; latinAfter, that the one at it is.
func latinBefore(text string, at int) bool {
	return at >= 2 && text[at-1]&0xC0 == 0x80 && latinLead(text[at-2])
}

func latinAfter(text string, at int) bool { return latinLead(text[at]) }

func latinLead(b byte) bool { return b >= 0xC3 && b <= 0xC9 }
