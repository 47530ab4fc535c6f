package secret

import (
	"math"
	"strings"

	"github.com/staso-go/staso/guard/local/internal/scan"
)

// entropy is Shannon's, in bits a byte.
func entropy(text string) float64 {
	if text == "" {
		return 0
	}
	var counts [256]int
	for i := range len(text) {
		counts[text[i]]++
	}
	sum, n := 0.0, float64(len(text))
	for _, count := range counts {
		if count > 0 {
			p := float64(count) / n
			sum -= p * math.Log2(p)
		}
	}
	return sum
}

// placeholder says that a value stands for one that is to be put in: an example, a
// variable, a mask.
func placeholder(value string) bool {
	if repeated(value) || sequence(value) >= 8 {
		return true
	}
	for i := range len(value) {
		for _, word := range standIns(scan.Lower(value[i])) {
			if scan.HasPrefixFold(value[i:], word) {
				return true
			}
		}
	}
	return false
}

// standIns returns the words that begin with a byte and stand for another value.
func standIns(first byte) []string {
	switch first {
	case 'e':
		return []string{"example"}
	case 'p':
		return []string{"placeholder", "password_here"}
	case 'c':
		return []string{"changeme", "change_me", "change-me"}
	case 'x':
		return []string{"xxxx"}
	case 'y':
		return []string{"your_", "your-", "yourtoken", "yourkey", "yourapi", "yourpass"}
	case 'd':
		return []string{"dummy", "dontuse"}
	case 'f':
		return []string{"fake_", "fake-"}
	case 'r':
		return []string{"redacted", "replace"}
	case 's':
		return []string{"sample", "secret_here"}
	case 'i', 'k', 'n', 'u':
		return []string{"insert", "key_here", "notreal", "not_a_real", "undefined"}
	case 'm':
		return []string{"my_secret", "my-secret", "mytoken"}
	case 't':
		return []string{"test_token", "token_here", "todo"}
	case '*':
		return []string{"***"}
	case '.':
		return []string{"..."}
	case '$':
		return []string{"${", "$("}
	case '%':
		return []string{"%s", "%v"}
	case '[':
		return []string{"[your", "[redacted"}
	case '{':
		return []string{"{{"}
	case '<':
		return []string{"<"}
	default:
		return nil
	}
}

// repeated says that one byte stands five times in a row.
func repeated(value string) bool {
	row := 1
	for i := 1; i < len(value); i++ {
		if value[i] != value[i-1] {
			row = 0
		}
		if row++; row >= 5 {
			return true
		}
	}
	return false
}

// sequence is the longest run of bytes that each come one after the one before, as
// in 12345678 and abcdefgh.
func sequence(value string) int {
	longest, run := 0, 1
	for i := 1; i < len(value); i++ {
		if value[i] != value[i-1]+1 && (value[i-1] != '9' || value[i] != '0') {
			run = 0
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// mixture counts the classes of bytes in a value: small letters, capitals, digits,
// and others.
func mixture(value string) (small, capital, digits, others int) {
	for i := range len(value) {
		switch b := value[i]; {
		case b >= 'a' && b <= 'z':
			small++
		case b >= 'A' && b <= 'Z':
			capital++
		case scan.Digit.Is(b):
			digits++
		default:
			others++
		}
	}
	return small, capital, digits, others
}

// hexadecimal says that all bytes are hexadecimal digits.
func hexadecimal(value string) bool { return scan.Hex.Run(value, 0) == len(value) }

// looksRandom says that a value of a token's length is not a name, a word or a path.
func looksRandom(value string) bool {
	least := 3.5
	switch {
	case hexadecimal(value):
		least = 3.0
	case len(value) < 20:
		least = 3.3
	}
	small, capital, digits, _ := mixture(value)
	if entropy(value) < least || digits == 0 && (small == 0 || capital == 0) {
		return false
	}
	return digits > 0 || !wordy(value)
}

// wordy says that a value is made of words: capitals stand only where one begins.
func wordy(value string) bool {
	runs := strings.FieldsFunc(value, func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == '/' })
	for _, run := range runs {
		if turns(run) > 1+len(run)/4 {
			return false
		}
	}
	return true
}

// turns counts where small letters give way to capitals.
func turns(value string) int {
	n := 0
	for i := 1; i < len(value); i++ {
		if value[i] <= 'Z' && value[i-1] >= 'a' {
			n++
		}
	}
	return n
}
