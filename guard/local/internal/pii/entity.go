package pii

import (
	"slices"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/scan"
)

// certainty is how sure it is that a match is what it looks like.
type certainty uint8

const (
	none certainty = iota
	// named: the form says nothing; it takes a word beside it that does.
	named
	// lone: a form that much else has too. It counts where the argument is
	// nothing but this.
	lone
	// low: a weak check digit, or a form that little else has. It counts where
	// the argument is little more than this.
	low
	// medium: it counts in any text and in any short value.
	medium
	// high: it counts in any argument.
	high
)

// entity is a kind of personal data.
type entity struct {
	// name is in the manner of Presidio's: the country's code first.
	name string
	// label is what it is, with its article, for the reason.
	label string
	// grade is the severity of one that is sure.
	grade guard.Severity
	// words are those, in lower case, that say beside a number that it is one of
	// these.
	words string
	forms []form
}

// form is a way in which an entity is written.
type form struct {
	sure certainty
	// shapes are the forms, as in [compile], with a | between them.
	shapes string
	// valid looks at the letters and digits alone, in capitals; nil takes all.
	valid func(v []byte) bool
}

// candidate is a shape of an entity.
type candidate struct {
	entity int
	sure   certainty
	shape  shape
	valid  func(v []byte) bool
}

// catalog returns all entities.
func catalog() []entity {
	return slices.Concat(
		general(), unitedStates(), americas(), britain(), germany(), germanWork(), westEurope(),
		southEurope(), northEurope(), eastEurope(), india(), southAsia(), eastAsia(), middleEast(), africa(), oceania(),
	)
}

// index puts the forms of an entity where the words that may begin them lead to.
func (d *detector) index(i int) {
	for _, f := range d.entities[i].forms {
		for _, s := range compileAll(f.shapes) {
			c := candidate{entity: i, sure: f.sure, shape: s, valid: f.valid}
			for kind := range d.buckets {
				if !s.mayBegin(wordKind(kind)) {
					continue
				}
				for n := s.least; n <= min(s.most, maxWord); n++ {
					d.buckets[kind][n].put(c)
				}
			}
		}
	}
}

// bucket holds the candidates that begin with words of one kind and length, by what
// follows the word.
type bucket [followers][]candidate

// followers is how many things can follow a word: nothing of the number, or one of
// five separators with a digit, a letter or a bracket behind it.
const followers = 1 + 5*3

func (b *bucket) put(c candidate) {
	for _, separator := range c.shape.separators() {
		if separator == 0 {
			b[0] = append(b[0], c)
			continue
		}
		for _, behind := range c.shape.behind() {
			n := follower(separator, behind)
			b[n] = append(b[n], c)
		}
	}
}

// follower returns which of the followers a separator with a byte behind it is; 0
// for none.
func follower(separator, behind byte) int {
	n := 1
	switch separator {
	case ' ':
	case '-':
		n += 3
	case '.':
		n += 6
	case '/':
		n += 9
	case '(', ')', '+':
		n += 12
	default:
		return 0
	}
	switch class := scan.Of(behind); {
	case class&scan.Digit != 0:
		return n
	case class&scan.Letter != 0:
		return n + 1
	default:
		return n + 2
	}
}
