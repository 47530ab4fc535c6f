package pii

import (
	"bytes"
	"crypto/sha256"
	"strings"

	"github.com/staso-go/staso/guard/local/internal/scan"
)

// crypto finds the address of a wallet: one of Bitcoin, by its check sum, or one of
// Ethereum.
func (r *reader) crypto(start, end int) {
	word := r.text[start:end]
	switch {
	case len(word) == 42 && strings.HasPrefix(word, "0x") && scan.Hex.Run(word, 2) == 42 && r.apart(start, end):
		r.addNamed("crypto", medium, start, end)
	case len(word) <= 35 && (word[0] == '1' || word[0] == '3') && base58check(word) && r.apart(start, end):
		r.addNamed("crypto", high, start, end)
	case len(word) <= 90 && scan.HasPrefixFold(word, "bc1") && bech32(word) && r.apart(start, end):
		r.addNamed("crypto", high, start, end)
	}
}

// base58check decodes an address of 25 bytes, the last four of which are the
// beginning of the doubled SHA-256 of the others.
func base58check(word string) bool {
	const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	var raw [25]byte
	for i := range len(word) {
		carry := strings.IndexByte(alphabet, word[i])
		if carry < 0 {
			return false
		}
		for j := len(raw) - 1; j >= 0; j-- {
			carry += 58 * int(raw[j])
			raw[j] = byte(carry)
			carry >>= 8
		}
		if carry != 0 {
			return false
		}
	}
	once := sha256.Sum256(raw[:21])
	twice := sha256.Sum256(once[:])
	return bytes.Equal(twice[:4], raw[21:])
}

// bech32 checks an address of BIP 173 or BIP 350 that begins with bc1.
func bech32(word string) bool {
	const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	sum := uint32(1)
	for _, b := range []byte{'b' >> 5, 'c' >> 5, 0, 'b' & 31, 'c' & 31} {
		sum = polymod(sum) ^ uint32(b)
	}
	for i := 3; i < len(word); i++ {
		n := strings.IndexByte(alphabet, scan.Lower(word[i]))
		if n < 0 {
			return false
		}
		sum = polymod(sum) ^ uint32(n)
	}
	const first, second = 1, 0x2bc830a3
	return sum == first || sum == second
}

func polymod(sum uint32) uint32 {
	top := sum >> 25
	sum = sum & 0x1ffffff << 5
	for i, generator := range [...]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
		if top>>i&1 == 1 {
			sum ^= generator
		}
	}
	return sum
}
