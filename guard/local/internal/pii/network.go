package pii

import "github.com/staso-go/staso/guard/local/internal/scan"

// ipv4 finds an address of four numbers.
func (r *reader) ipv4(start int) {
	end, first := dotted(r.text, start)
	if end < 0 || !r.apartLeft(start) || !apartAddress(r.text, end) {
		return
	}
	sure := medium
	if first == 0 || first == 127 {
		sure = low // nobody's
	}
	r.addNamed("ip", sure, start, end)
}

// dotted reads four numbers up to 255 with dots between them, and returns where
// they end, -1 if there are none, and the first.
func dotted(text string, start int) (end, first int) {
	at := start
	for i := range 4 {
		stop := scan.Digit.Run(text, at)
		if stop == at || stop-at > 3 || stop-at > 1 && text[at] == '0' {
			return -1, 0
		}
		n := number([]byte(text[at:stop]))
		if n > 255 {
			return -1, 0
		}
		if i == 0 {
			first = n
		}
		if at = stop; i < 3 {
			if at == len(text) || text[at] != '.' {
				return -1, 0
			}
			at++
		}
	}
	return at, first
}

// apartAddress says that an address ends there: a port, a prefix's length, a zone
// or a path may follow, a further number may not.
func apartAddress(text string, end int) bool {
	if end == len(text) {
		return true
	}
	b := text[end]
	if scan.Alnum.Is(b) || b == '_' || latinAfter(text, end) {
		return false
	}
	return b != '.' && b != ':' || end+1 == len(text) || !scan.Alnum.Is(text[end+1]) ||
		b == ':' && scan.Digit.Is(text[end+1])
}

// colon collects what is written with colons about the one at i: a hardware
// address, or an address of version 6.
func (r *reader) colon(i, done int) {
	const inAddress = scan.Hex
	doubled := i+1 < len(r.text) && r.text[i+1] == ':'
	if !doubled && (i == 0 || i+1 == len(r.text) || !inAddress.Is(r.text[i-1]) || !inAddress.Is(r.text[i+1])) {
		return
	}
	start := i
	for start > done && i-start < 40 && (inAddress.Is(r.text[start-1]) || r.text[start-1] == ':') {
		start--
	}
	end := i
	for end < len(r.text) && end-start < 48 && (inAddress.Is(r.text[end]) || r.text[end] == ':') {
		end++
	}
	if start > 0 && (scan.Alnum.Is(r.text[start-1]) || r.text[start-1] == '_' || r.text[start-1] == '.') {
		return
	}
	if isMAC(r.text[start:end], ':') && apartAddress(r.text, end) {
		r.addNamed("mac", medium, start, end)
		return
	}
	r.ipv6(start, end)
}

// ipv6 finds an address of version 6 in text[start:end], which holds nothing but
// hexadecimal digits and colons, and in what follows if that is one of version 4.
func (r *reader) ipv6(start, end int) {
	embedded := 0
	if end < len(r.text) && r.text[end] == '.' {
		begin := scan.Digit.RunBack(r.text, end, 3)
		stop, _ := dotted(r.text, begin)
		if stop < 0 || begin == start || r.text[begin-1] != ':' {
			return
		}
		end, embedded = begin, stop
	}
	address := r.text[start:end]
	sure, stop := sixCertainty(address, embedded > 0), max(end, embedded)
	if sure == none || !apartAddress(r.text, stop) {
		return
	}
	if scan.Digit.Run(address+"0", 0) == 0 && kindlessSix(address) && !prefixed(r.text, stop) {
		return
	}
	r.addNamed("ip", sure, start, stop)
}

// kindlessSix says that there is no digit in it: "a::b" is more often a name in a
// program.
func kindlessSix(address string) bool {
	for i := range len(address) {
		if scan.Digit.Is(address[i]) {
			return false
		}
	}
	return true
}

func prefixed(text string, end int) bool {
	return end+1 < len(text) && text[end] == '/' && scan.Digit.Is(text[end+1])
}

// sixCertainty is how sure the groups of address are one of version 6; two of them
// are missing if it ends in one of version 4.
func sixCertainty(address string, embedded bool) certainty {
	groups, gaps := 0, 0
	for at := 0; at < len(address); {
		stop := scan.Hex.Run(address, at)
		if stop-at > 4 {
			return none
		}
		if stop > at {
			groups++
		}
		colons := stop
		for colons < len(address) && address[colons] == ':' {
			colons++
		}
		switch colons - stop {
		case 0, 1:
			if stop == at || colons == len(address) && colons > stop && !embedded {
				return none // a colon alone at an end
			}
		case 2:
			gaps++
		default:
			return none
		}
		at = colons
	}
	if embedded {
		groups += 2
	}
	switch {
	case gaps == 0 && groups == 8:
		return medium
	case gaps == 1 && groups >= 2 && groups < 8:
		return medium
	case gaps == 1 && groups < 2:
		return low // ::1, ::
	default:
		return none
	}
}

// isMAC says that text is six pairs of hexadecimal digits, not all of them zero or
// f.
func isMAC(text string, separator byte) bool {
	if len(text) != 17 {
		return false
	}
	same := true
	for i := range len(text) {
		if i%3 == 2 {
			if text[i] != separator {
				return false
			}
			continue
		}
		if !scan.Hex.Is(text[i]) {
			return false
		}
		same = same && text[i] == text[0]
	}
	return !same || text[0] != '0' && scan.Lower(text[0]) != 'f'
}

// hyphenMAC finds a hardware address with hyphens of which text[start:end] is a
// pair.
func (r *reader) hyphenMAC(start, end int) {
	if end-start != 2 || scan.Hex.Run(r.text[start:end], 0) != 2 {
		return
	}
	for start >= 3 && r.text[start-1] == '-' && scan.Hex.Is(r.text[start-2]) && scan.Hex.Is(r.text[start-3]) {
		start -= 3
	}
	if start+17 <= len(r.text) && isMAC(r.text[start:start+17], '-') && r.apart(start, start+17) {
		r.addNamed("mac", medium, start, start+17)
	}
}
