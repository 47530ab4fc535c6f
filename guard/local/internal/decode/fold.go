package decode

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold reads s as a person sees it: compatibility forms and look-alikes of Latin
// letters become those, and what cannot be seen is left out. It says whether that
// is another text. ASCII is returned as it is.
func Fold(s string) (string, bool) {
	if isASCII(s) {
		return s, false
	}
	folded := strings.Map(seen, normal(s))
	return folded, folded != s
}

// normal is norm.NFKC.String, which is slow on text that it leaves as it is: that is
// left out.
func normal(s string) string {
	if !utf8.ValidString(s) {
		return norm.NFKC.String(s)
	}
	const many = 16 // stretches, from which on it is quicker to leave nothing out
	var out []byte
	done := 0
	for n := 0; ; n++ {
		from, to := changes(s, done)
		if from == to {
			break
		}
		if n == many {
			return string(norm.NFKC.AppendString(out, s[done:]))
		}
		if out == nil {
			out = make([]byte, 0, len(s)+len(s)/8)
		}
		out = append(out, s[done:from]...)
		out = norm.NFKC.AppendString(out, s[from:to])
		done = to
	}
	if done == 0 {
		return s
	}
	return string(append(out, s[done:]...))
}

// changes is the first stretch of s from at on of characters that may not stay, with
// the one before, which a mark may join; an empty one if there is none.
func changes(s string, at int) (from, to int) {
	from = at
	for at < len(s) {
		r, size := utf8.DecodeRuneInString(s[at:])
		if !stays(r) {
			break
		}
		from = at
		at += size
	}
	if at == len(s) {
		return at, at
	}
	for at < len(s) {
		r, size := utf8.DecodeRuneInString(s[at:])
		if stays(r) {
			break
		}
		at += size
	}
	return from, at
}

// stays says that NFKC leaves r as it is, and joins it to nothing that stands before
// it.
func stays(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return true
	case r < 0x0132:
		return r >= 0x00c0 // letters of Western Europe
	case r >= 0x0391 && r <= 0x03ce, r >= 0x0400 && r <= 0x0481: // Greek, Cyrillic
		return true
	case r >= 0x05d0 && r <= 0x05ea, r >= 0x0621 && r <= 0x063a, r >= 0x0641 && r <= 0x064a: // Hebrew, Arabic
		return true
	case r >= 0x2010 && r <= 0x2016:
		return r != 0x2011 // dashes
	case r >= 0x2018 && r <= 0x201f, r == 0x2022, r == 0x3001, r == 0x3002: // quotes, a bullet, ideographic stops
		return true
	case r >= 0x3041 && r <= 0x3094, r >= 0x30a1 && r <= 0x30fa, r >= 0x4e00 && r <= 0x9fff, r >= 0xac00 && r <= 0xd7a3:
		return true // Japanese, Chinese, Korean
	}
	return false
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func seen(r rune) rune {
	if r < utf8.RuneSelf {
		return r
	}
	if Invisible(r) {
		return -1
	}
	return latin(r)
}

// Invisible says that r takes no room where it is shown, or turns the direction of
// what follows.
func Invisible(r rune) bool {
	switch {
	case r == 0x00ad, r == 0x034f, r == 0x061c, r == 0x180e, r == 0xfeff:
		return true
	case r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x2069:
		return true
	case r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return false
}
