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
	folded := strings.Map(seen, norm.NFKC.String(s))
	return folded, folded != s
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
