package scan

// Finder finds the occurrences of some words in a text, in one pass and without
// allocating. The letters A to Z match in either case. It is safe for concurrent
// use.
type Finder struct {
	// slots leads from the hash of three bytes to the bucket, from 1 on, of the
	// words that begin with them; most hold 0.
	slots   [slots]uint8
	buckets []bucket
	words   []string
}

// bucket is the words of one slot.
type bucket struct {
	words []int
	// fourth is the set of what their fourth bytes can be, by their last five bits;
	// all where a word has no more than three.
	fourth uint32
}

const (
	shortest = 3 // bytes of the shortest word that a Finder takes
	slotBits = 13
	slots    = 1 << slotBits
)

// NewFinder returns a Finder of the words, which are in lower case and at least
// three bytes long; it panics at a shorter one.
func NewFinder(words ...string) *Finder {
	f := &Finder{words: words, buckets: make([]bucket, 1)}
	for i, word := range words {
		if len(word) < shortest {
			panic("scan: a word of less than three bytes: " + word)
		}
		slot := &f.slots[hash(fold(word[0])<<16|fold(word[1])<<8|fold(word[2]))]
		if *slot == 0 {
			if len(f.buckets) > 255 {
				panic("scan: too many words")
			}
			*slot = uint8(len(f.buckets))
			f.buckets = append(f.buckets, bucket{})
		}
		f.buckets[*slot].put(i, word)
	}
	return f
}

func (b *bucket) put(i int, word string) {
	b.words = append(b.words, i)
	if len(word) == shortest {
		b.fourth = ^uint32(0)
	} else {
		b.fourth |= 1 << (word[shortest] & 31)
	}
}

// fold takes the bit away that tells capitals from small letters; other bytes may
// fall together too.
func fold(b byte) uint32 { return uint32(b | 0x20) }

// hash is of the last three bytes of those in last.
func hash(last uint32) uint32 { return last << 8 * 0x9E3779B1 >> (32 - slotBits) }

// Next returns where the next word at or after from begins, and which of the
// words it is: the longest where several begin there. Without one, it returns
// -1, -1.
func (f *Finder) Next(text string, from int) (at, word int) {
	if from+shortest > len(text) {
		return -1, -1
	}
	last := fold(text[from])<<8 | fold(text[from+1])
	for i := from + 2; i < len(text); i++ {
		last = last<<8 | fold(text[i])
		slot := f.slots[hash(last)]
		if slot == 0 {
			continue
		}
		b := &f.buckets[slot]
		if i+1 < len(text) && b.fourth>>(text[i+1]&31)&1 == 0 {
			continue
		}
		if word := f.longest(text[i-2:], b.words); word >= 0 {
			return i - 2, word
		}
	}
	return -1, -1
}

// longest returns the longest of the words that text begins with, or -1.
func (f *Finder) longest(text string, words []int) int {
	found := -1
	for _, i := range words {
		if HasPrefixFold(text, f.words[i]) && (found < 0 || len(f.words[i]) > len(f.words[found])) {
			found = i
		}
	}
	return found
}

// Word returns the word of that index.
func (f *Finder) Word(i int) string { return f.words[i] }
