package pii

import (
	"strconv"
	"strings"

	"github.com/staso-go/staso/guard/local/internal/scan"
)

const (
	maxWord  = 40 // letters and digits of the longest word looked at
	maxValue = 40 // letters and digits of the longest value
)

// wordKind is what a word is made of.
type wordKind uint8

const (
	digits  wordKind = iota // digits only
	letters                 // letters only
	mixed                   // both
)

// shape is a form that a number is written in.
type shape struct {
	steps []step
	// least and most are how long its first word is, and kinds what that is made
	// of, as a set.
	least, most int
	kinds       uint8
	// word is how many of the steps it takes, and next is how long the word behind
	// it may be; nothing is said of that if most is 0.
	word int
	next step
	// open says that an opening bracket stands before that word.
	open bool
}

// step is some bytes of a class, or one separator.
type step struct {
	class       byte // d a @ x, a separator, or the byte itself
	least, most int
}

// compileAll compiles shapes with a | between them.
func compileAll(text string) []shape {
	var shapes []shape
	for part := range strings.SplitSeq(text, "|") {
		shapes = append(shapes, compile(part))
	}
	return shapes
}

// compile compiles a shape. In it, d is a digit, a a letter, @ a capital letter and
// x either; - . / ( ) + and a blank are themselves, and so are capital letters (in
// either case) and digits; ~ is one of - . and blank, the same one throughout. What
// is followed by {m,n} stands m to n times.
func compile(text string) shape {
	var s shape
	text, s.open = strings.CutPrefix(text, "(")
	for i := 0; i < len(text); i++ {
		next := step{class: text[i], least: 1, most: 1}
		if i+1 < len(text) && text[i+1] == '{' {
			end := i + strings.IndexByte(text[i:], '}')
			next.least, next.most = span(text[i+2 : end])
			i = end
		}
		if n := len(s.steps); n > 0 && s.steps[n-1].class == next.class && placeholder(next.class) {
			s.steps[n-1].least += next.least
			s.steps[n-1].most += next.most
			continue
		}
		s.steps = append(s.steps, next)
	}
	s.firstWord()
	s.nextWord()
	return s
}

// span reads "3,5"; what is no number panics, as it is a mistake in a table.
func span(text string) (least, most int) {
	from, to, _ := strings.Cut(text, ",")
	least, err := strconv.Atoi(from)
	if err != nil {
		panic("pii: " + text)
	}
	if most, err = strconv.Atoi(to); err != nil {
		panic("pii: " + text)
	}
	return least, most
}

func placeholder(class byte) bool {
	return class == 'd' || class == 'a' || class == '@' || class == 'x'
}

// firstWord notes how long the first word is, and what it can be made of.
func (s *shape) firstWord() {
	digit, letter, either := false, false, false
	for _, step := range s.steps {
		switch {
		case step.class == 'x':
			either = true
		case step.class == 'd', scan.Digit.Is(step.class):
			digit = true
		case step.class == 'a', step.class == '@', scan.Letter.Is(step.class):
			letter = true
		default:
			s.note(digit, letter, either)
			return
		}
		s.least += step.least
		s.most += step.most
		s.word++
	}
	s.note(digit, letter, either)
}

// nextWord notes how long the word behind the first separator is.
func (s *shape) nextWord() {
	for i := s.word + 1; i < len(s.steps); i++ {
		if class := s.steps[i].class; !placeholder(class) && !scan.Alnum.Is(class) {
			return
		}
		s.next.least += s.steps[i].least
		s.next.most += s.steps[i].most
	}
}

func (s *shape) note(digit, letter, either bool) {
	if digit && letter || either {
		s.kinds |= 1 << mixed
	}
	if !letter {
		s.kinds |= 1 << digits
	}
	if !digit {
		s.kinds |= 1 << letters
	}
}

func (s *shape) mayBegin(kind wordKind) bool { return s.kinds&(1<<kind) != 0 }

// whole says that the shape is a word of any bytes of its kind.
func (s *shape) whole() bool {
	return len(s.steps) == 1 && (s.steps[0].class == 'd' || s.steps[0].class == 'x')
}

// separators returns the bytes that may follow the first word; 0 is none.
func (s *shape) separators() []byte {
	switch {
	case s.word == len(s.steps):
		return []byte{0}
	case s.steps[s.word].class == '~':
		return []byte{' ', '-', '.'}
	default:
		return []byte{s.steps[s.word].class}
	}
}

// behind returns one byte of each class that may stand behind that separator.
func (s *shape) behind() []byte {
	if s.word+1 == len(s.steps) {
		return []byte{' '}
	}
	switch class := s.steps[s.word+1].class; class {
	case 'd':
		return []byte{'0'}
	case 'a', '@':
		return []byte{'A'}
	case 'x':
		return []byte{'0', 'A'}
	default:
		return []byte{class}
	}
}

// value is the letters and digits of a match, in capitals.
type value struct {
	bytes [maxValue]byte
	n     int
}

func (v *value) get() []byte { return v.bytes[:v.n] }

// set takes a word of letters and digits.
func (v *value) set(word string) {
	v.n = 0
	for i := range len(word) {
		v.add(word[i])
	}
}

// match holds the shape against text from start, where its first word begins. It
// fills v, and returns the end of what matched, or -1.
func (s *shape) match(text string, start int, v *value) int {
	v.n = 0
	at, separator := start, byte(0)
	for i := range s.steps {
		step := &s.steps[i]
		if placeholder(step.class) {
			if at = v.take(text, at, step); at < 0 {
				return -1
			}
			continue
		}
		if at >= len(text) || !one(step.class, text[at], &separator) {
			return -1
		}
		if scan.Alnum.Is(text[at]) && !v.add(text[at]) {
			return -1
		}
		at++
	}
	return at
}

// take reads as many bytes of the step's class as there may be.
func (v *value) take(text string, at int, step *step) int {
	n := 0
	for ; n < step.most && at+n < len(text) && isClass(step.class, text[at+n]); n++ {
		if !v.add(text[at+n]) {
			return -1
		}
	}
	if n < step.least {
		return -1
	}
	return at + n
}

func (v *value) add(b byte) bool {
	if v.n == maxValue {
		return false
	}
	v.bytes[v.n] = scan.Upper(b)
	v.n++
	return true
}

func isClass(class, b byte) bool {
	switch class {
	case 'd':
		return scan.Digit.Is(b)
	case 'a':
		return scan.Letter.Is(b)
	case '@':
		return b >= 'A' && b <= 'Z'
	default:
		return scan.Alnum.Is(b)
	}
}

// one says that b is what the step asks for, and remembers the separator.
func one(class, b byte, separator *byte) bool {
	if class != '~' {
		return scan.Upper(b) == class
	}
	if *separator == 0 && (b == '-' || b == ' ' || b == '.') {
		*separator = b
	}
	return b == *separator && b != 0
}
