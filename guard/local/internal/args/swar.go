package args

// Eight bytes at a time, as a number: a byte of a result whose highest bit is set
// says that the byte there has the property. What borrows from its neighbour can
// only claim too much, never too little; so a hit is looked at byte by byte.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

func eight(s string, i int) uint64 {
	_ = s[i+7]
	return uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
		uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
}

func below(x uint64, n byte) uint64 { return (x - ones*uint64(n)) &^ x & highs }

func equal(x uint64, c byte) uint64 { return below(x^ones*uint64(c), 1) }

// plainUntil is where in s, from i on, a string's text first is not to be taken as
// it stands: a quote, a backslash or a control character. It may say earlier.
func plainUntil(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		x := eight(s, i)
		if below(x, ' ')|equal(x, '"')|equal(x, '\\') != 0 {
			break
		}
	}
	return i
}
