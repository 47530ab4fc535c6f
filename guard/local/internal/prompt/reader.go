package prompt

import (
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/scan"
)

// reader reads one text.
type reader struct {
	*detector
	budget *detect.Budget
	text   string
	output bool // a tool returned it
	depth  int  // how often it was decoded
	marks  [signs]mark
	window window // of the look under way
	// until is how far comments, and rotated words, have been looked at.
	until struct{ comments, rotated int }
}

// mark is where a sign is clearest, how much it weighs there, and in all.
type mark struct {
	peak, weight float64
	start, end   int
}

// look looks at what stands about the word of a trigger, text[at:at+n].
type look func(r *reader, at, n int)

// trigger is some words with which a sign may begin.
type trigger struct {
	look  look
	words []string
}

// perLook is what a look costs of the budget.
const perLook = 256

// read looks at all triggers in the text, and says whether the budget allowed for it.
func (r *reader) read() bool {
	if !r.budget.Spend(len(r.text)) {
		return false
	}
	for at, word := r.finder.Next(r.text, 0); at >= 0; at, word = r.finder.Next(r.text, at+1) {
		if !r.budget.Spend(perLook) {
			return false
		}
		r.looks[word](r, at, len(r.finder.Word(word)))
	}
	r.floods()
	return true
}

// add notes a sign. Of several of a kind the heaviest counts, the others by half, and
// all together never twice the heaviest: a long text about an attack is none.
func (r *reader) add(s sign, weight float64, start, end int) {
	if r.exclude[s] || weight <= 0 {
		return
	}
	m := &r.marks[s]
	all := m.weight + weight/2
	if weight > m.peak {
		all = weight + m.weight/2
		*m = mark{peak: weight, start: max(start, 0), end: min(end, len(r.text))}
	}
	m.weight = min(all, 1.9*m.peak)
}

// nearby is within how many bytes signs of different kinds count together.
const nearby = 1000

// weigh returns the heaviest sign, and what all weigh together that stand near it.
func (r *reader) weigh() (worst sign, total float64) {
	for s := range signs {
		if r.marks[s].weight > r.marks[worst].weight {
			worst = s
		}
	}
	at := r.marks[worst].start
	for s := range signs {
		if m := &r.marks[s]; m.start < at+nearby && at < m.end+nearby {
			total += m.weight
		}
	}
	return worst, total
}

const (
	windowBefore = 96  // bytes before a trigger that count
	windowAfter  = 224 // and from its beginning on
	windowWords  = 40
)

// window is the words about a trigger, in lower case.
type window struct {
	text  [windowBefore + windowAfter]byte
	start int // of the window, in the text
	words [windowWords]struct{ start, end int }
	n     int
	// at is the word that the trigger is in; first and last are those of its
	// sentence.
	at, first, last int
}

// about returns the words about text[at].
func (r *reader) about(at int) *window {
	w := &r.window
	w.start = max(0, at-windowBefore)
	end := min(len(r.text), at+windowAfter)
	for i := w.start; i < end; i++ {
		w.text[i-w.start] = scan.Lower(r.text[i])
	}
	length := end - w.start
	w.n, w.at = 0, -1
	for i := 0; i < length && w.n < windowWords; {
		if !inWord(w.text[i]) {
			i++
			continue
		}
		begin := i
		for i < length && inWord(w.text[i]) {
			i++
		}
		w.words[w.n].start, w.words[w.n].end = begin, i
		if w.at < 0 && w.start+i > at {
			w.at = w.n
		}
		w.n++
	}
	if w.at < 0 {
		w.at = w.n
	}
	w.sentence()
	return w
}

// sentence finds the first and the last word of the sentence about w.at.
func (w *window) sentence() {
	w.first, w.last = min(w.at, w.n-1), min(w.at, w.n-1)
	for w.first > 0 && !w.ends(w.first-1) {
		w.first--
	}
	for w.last+1 < w.n && !w.ends(w.last) {
		w.last++
	}
}

func inWord(b byte) bool { return (scan.Alnum | scan.Wide).Is(b) || b == '\'' }

// word returns the word that is so many after the trigger's, before it where by is
// negative; empty where there is none in its sentence.
func (w *window) word(by int) []byte {
	i := w.at + by
	if i < w.first || i > w.last || i < 0 {
		return nil
	}
	return w.text[w.words[i].start:w.words[i].end]
}

// ends says that a sentence ends behind word i.
func (w *window) ends(i int) bool {
	for at := w.words[i].end; at < w.words[i+1].start; at++ {
		switch w.text[at] {
		case '\n':
			return true
		case '.', '!', '?', '|':
			if at+1 >= w.words[i+1].start || scan.Space.Is(w.text[at+1]) {
				return true
			}
		}
	}
	return false
}

// place is where the word so many after the trigger's ends, in the text.
func (w *window) place(by int) int { return w.start + w.words[min(max(w.at+by, 0), w.n-1)].end }

// find returns how many words after the trigger's, no more than most, the first
// stands that is; 0 if none is.
func (w *window) find(most int, is func([]byte) bool) int {
	for by := 1; by <= most; by++ {
		word := w.word(by)
		if word == nil {
			return 0
		}
		if is(word) {
			return by
		}
	}
	return 0
}

// findBack is find for the words before the trigger's.
func (w *window) findBack(most int, is func([]byte) bool) int {
	for by := 1; by <= most; by++ {
		word := w.word(-by)
		if word == nil {
			return 0
		}
		if is(word) {
			return by
		}
	}
	return 0
}
