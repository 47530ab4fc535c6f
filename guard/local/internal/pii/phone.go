package pii

import "github.com/staso-go/staso/guard/local/internal/scan"

// phone finds a phone number that begins with the digits at start: one with a +
// before its country's code.
func (r *reader) phone(start int) {
	if start == 0 || r.text[start-1] != '+' || r.text[start] == '0' {
		return
	}
	if start >= 2 && (scan.Alnum.Is(r.text[start-2]) || r.text[start-2] == ')') {
		return // an addition
	}
	n, at, end := 0, start, start
	for at < len(r.text) && n < 16 {
		b := r.text[at]
		switch {
		case scan.Digit.Is(b):
			n++
			end = at + 1
		case !isPhoneSeparator(b) || at-end > 2:
			at = len(r.text)
			continue
		}
		at++
	}
	if n < 8 || n > 15 || !r.apartRight(end) {
		return
	}
	country := phoneOf(r.text[start:end])
	if _, wanted := r.byName[country]; !wanted {
		country = "phone"
	}
	r.addNamed(country, high, start-1, end)
}

func isPhoneSeparator(b byte) bool {
	return b == ' ' || b == '-' || b == '.' || b == '(' || b == ')' || b == '/'
}

// phoneOf is the entity of a number by its country's code.
func phoneOf(number string) string {
	switch {
	case scan.HasPrefixFold(number, "63"):
		return "ph_mobile_number"
	case scan.HasPrefixFold(number, "90"):
		return "tr_phone_number"
	default:
		return "phone"
	}
}

// nanp is a number of the North American plan.
func nanp(v []byte) bool {
	if len(v) == 11 {
		if v[0] != '1' {
			return false
		}
		v = v[1:]
	}
	return v[0] >= '2' && v[3] >= '2' && (v[1] != '9' || v[2] != '9') && (v[1] != '1' || v[2] != '1')
}

// trunk is a national number with the 0 that is dialled before an area's or a
// mobile network's code.
func trunk(v []byte) bool { return v[0] == '0' && v[1] != '0' && len(v) >= 9 && len(v) <= 11 }

func philippine(v []byte) bool { return v[0] == '0' && v[1] == '9' }

// turkish is a number with the trunk's 0 or without it: mobile from 5, else from 2
// to 4.
func turkish(v []byte) bool {
	if v[0] == '0' {
		v = v[1:]
	}
	return v[0] >= '2' && v[0] <= '5'
}
