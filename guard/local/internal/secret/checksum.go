package secret

import (
	"encoding/base64"
	"hash/crc32"
	"strings"
)

// crcOf62 is the check of GitHub's and npm's tokens: the last six letters are the
// CRC-32 of the thirty before, to the base of 62.
func crcOf62(token string) verdict {
	at := strings.IndexByte(token, '_') + 1
	end := len(token) - 6
	sum := crc32.ChecksumIEEE([]byte(token[at:end]))
	for i := len(token) - 1; i >= end; i-- {
		const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		if token[i] != alphabet[sum%62] {
			return doubtful
		}
		sum /= 62
	}
	return yes
}

// jwtHeader checks that a token of three parts begins with the header of a JWT, and
// is not the one that introductions show.
func jwtHeader(token string) verdict {
	head, rest, _ := strings.Cut(token, ".")
	claims, _, _ := strings.Cut(rest, ".")
	var room [512]byte
	if len(head) > 600 {
		return no
	}
	n, err := base64.RawURLEncoding.Decode(room[:], []byte(head))
	if err != nil || !strings.Contains(string(room[:n]), `"alg"`) {
		return no
	}
	if strings.Contains(claims, "kpvaG4gRG9l") || strings.Contains(claims, "Sm9obiBEb2U") || strings.Contains(claims, "b2huIERvZ") {
		return no // John Doe
	}
	return yes
}

// openAI is the middle of the older keys.
func openAI(token string) verdict {
	if strings.Contains(token, "T3BlbkFJ") {
		return yes
	}
	return doubtful
}

// mixedCase asks for capitals, small letters and digits.
func mixedCase(token string) verdict {
	small, capital, digits, _ := mixture(token)
	if small == 0 || capital == 0 || digits == 0 {
		return no
	}
	return yes
}

// mixed asks for digits, or for capitals among small letters.
func mixed(token string) verdict {
	if small, capitals, _, _ := mixture(token); small > 2 && capitals > 2 {
		return yes
	}
	return withDigits(token)
}

// withDigits asks for digits, so that a long name is none.
func withDigits(token string) verdict {
	if _, _, digits, _ := mixture(token); digits < 2 {
		return no
	}
	return yes
}
