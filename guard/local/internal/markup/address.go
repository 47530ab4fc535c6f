package markup

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/scan"
)

// runsCode says that an address runs code when it is followed, and returns how long
// its scheme is; 0 if it does not. Blanks, control characters and entities that
// browsers pass over do not hide it.
func runsCode(address string) int {
	var room [32]byte
	plain, end := room[:0], 0
	for end < len(address) && len(plain) < len(room) {
		b, n := unescaped(address[end:])
		if n == 0 {
			break
		}
		end += n
		if b > ' ' && b != 0x7F {
			plain = append(plain, scan.Lower(b))
		}
		switch string(plain) {
		case "javascript:", "vbscript:", "livescript:", "jscript:":
			if harmless(address[end:]) {
				return 0
			}
			return end
		case "data:text/html", "data:text/xml", "data:application/xh", "data:image/svg+xml", "data:text/javascript":
			return end
		}
		if b == ':' && !strings.HasPrefix(string(plain), "data:") || len(plain) == 1 && !strings.Contains("jvld", string(plain)) {
			return 0
		}
	}
	return 0
}

// harmless says that code does nothing: javascript:void(0) is how links are made
// that lead nowhere.
func harmless(code string) bool {
	switch strings.TrimRight(strings.TrimSpace(code), ";)") {
	case "", "void(0", "void 0", "undefined", "false", "#", "//":
		return len(code) < 16
	default:
		return false
	}
}

// unescaped returns the character that text begins with, entities taken for what
// they stand for, and how many bytes it takes. One outside ASCII, or of no meaning in
// a scheme, is 0 bytes long.
func unescaped(text string) (byte, int) {
	if text[0] >= 0x80 {
		return 0, 0
	}
	if text[0] != '&' {
		return text[0], 1
	}
	switch {
	case scan.HasPrefixFold(text, "&tab;"):
		return ' ', len("&tab;")
	case scan.HasPrefixFold(text, "&newline;"):
		return ' ', len("&newline;")
	case scan.HasPrefixFold(text, "&colon;"):
		return ':', len("&colon;")
	}
	if len(text) < 3 || text[1] != '#' {
		return 0, 0
	}
	return numeric(text)
}

// numeric reads &#106; and &#x6A;, of any number of digits, the semicolon left out at
// will.
func numeric(text string) (byte, int) {
	at, radix := 2, 10
	if text[at] == 'x' || text[at] == 'X' {
		at, radix = 3, 16
	}
	n, start := 0, at
	for at < len(text) && at-start < 12 {
		d := digitOf(text[at])
		if d >= radix {
			break
		}
		n = min(n*radix+d, 1<<16)
		at++
	}
	if at == start || n >= 0x80 {
		return 0, 0
	}
	if at < len(text) && text[at] == ';' {
		at++
	}
	return byte(n), at
}

func digitOf(b byte) int {
	switch b = scan.Lower(b); {
	case scan.Digit.Is(b):
		return int(b - '0')
	case scan.Hex.Is(b):
		return int(b-'a') + 10
	default:
		return 99
	}
}
