package sql

import "strings"

// constant is a string or a number that stands in the source.
type constant struct {
	text    string
	amount  float64
	numeric bool
}

// literal is the constant that [i, limit) is.
func (s *script) literal(i, limit int) (constant, bool) {
	for limit-i > 2 && s.is(i, "(") && s.closing(i, limit) == limit-1 {
		i, limit = i+1, limit-1
	}
	t := s.at(i)
	if limit-i == 1 && (t.kind == text || t.kind == name && s.source[t.start] == '"') {
		c := constant{text: s.value(i)}
		c.amount, c.numeric = parseNumber(c.text)
		return c, true
	}
	if limit-i > 2 && t.kind == text {
		return s.sumOfTexts(i, limit)
	}
	if n, ok := s.amount(i, limit); ok {
		return constant{text: s.source[t.start:s.at(limit-1).end], amount: n, numeric: true}, true
	}
	return constant{}, false
}

// sumOfTexts joins strings: "'a' + 'b'".
func (s *script) sumOfTexts(i, limit int) (constant, bool) {
	var b strings.Builder
	for ; i < limit; i += 2 {
		if s.at(i).kind != text || i+1 < limit && !s.is(i+1, "+") {
			return constant{}, false
		}
		b.WriteString(s.value(i))
	}
	return constant{text: b.String()}, true
}

// amount adds up a sum of numbers: "2-1".
func (s *script) amount(i, limit int) (float64, bool) {
	sum, sign := 0.0, 1.0
	if i < limit && s.is(i, "-") {
		sign, i = -1, i+1
	}
	for ; i < limit; i += 2 {
		n, ok := parseNumber(s.string(i))
		if s.at(i).kind != number || !ok {
			return 0, false
		}
		sum += sign * n
		switch {
		case i+1 == limit:
			return sum, true
		case s.is(i+1, "+"):
			sign = 1
		case s.is(i+1, "-"):
			sign = -1
		default:
			return 0, false
		}
	}
	return 0, false
}

// parseNumber reads digits with a point among them. Exponents are left alone.
func parseNumber(text string) (float64, bool) {
	n, scale, digits := 0.0, 1.0, 0
	point := false
	for _, b := range []byte(text) {
		switch {
		case b == '.' && !point:
			point = true
		case digit(b) && point:
			scale /= 10
			n += float64(b-'0') * scale
			digits++
		case digit(b):
			n = n*10 + float64(b-'0')
			digits++
		default:
			return 0, false
		}
	}
	return n, digits > 0
}
