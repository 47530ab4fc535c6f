package scan

import "math/bits"

// Finder finds the occurrences of some words in a text, in one pass and without
// allocating. The letters A to Z match in either case. It is safe for concurrent
// use.
type Finder struct {
	// The buckets of the words whose first, second and third byte may be this one.
	first, second, third [256]uint64
	buckets              [64][]int
	words                []string
}

// shortest is the length of the shortest word that a Finder takes.
const shortest = 3

// NewFinder returns a Finder of the words, which are in lower case and at least
// three bytes long; it panics at a shorter one.
func NewFinder(words ...string) *Finder {
	f := &Finder{words: words}
	for i, word := range words {
		if len(word) < shortest {
			panic("scan: a word of less than three bytes: " + word)
		}
		n := bucketOf(word)
		f.buckets[n] = append(f.buckets[n], i)
		mark(&f.first, word[0], n)
		mark(&f.second, word[1], n)
		mark(&f.third, word[2], n)
	}
	return f
}

// bucketOf keeps words of one beginning together, so that few buckets match by
// accident.
func bucketOf(word string) int {
	return (int(word[0])*31 + int(word[1])*7 + int(word[2])) & 63
}

func mark(table *[256]uint64, b byte, bucket int) {
	table[b] |= 1 << bucket
	table[Upper(b)] |= 1 << bucket
}

// Next returns where the next word at or after from begins, and which of the
// words it is: the longest where several begin there. Without one, it returns
// -1, -1.
func (f *Finder) Next(text string, from int) (at, word int) {
	for i := from; i+shortest <= len(text); i++ {
		mask := f.first[text[i]] & f.second[text[i+1]]
		if mask == 0 {
			continue
		}
		if mask &= f.third[text[i+2]]; mask == 0 {
			continue
		}
		if word := f.at(text[i:], mask); word >= 0 {
			return i, word
		}
	}
	return -1, -1
}

// at returns the longest word of the buckets in mask that text begins with, or -1.
func (f *Finder) at(text string, mask uint64) int {
	found := -1
	for ; mask != 0; mask &= mask - 1 {
		for _, i := range f.buckets[bits.TrailingZeros64(mask)] {
			if HasPrefixFold(text, f.words[i]) && (found < 0 || len(f.words[i]) > len(f.words[found])) {
				found = i
			}
		}
	}
	return found
}

// Word returns the word of that index.
func (f *Finder) Word(i int) string { return f.words[i] }
