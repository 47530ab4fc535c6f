package pii

// The checks take the letters and digits of a value, in capitals, and where not
// said otherwise digits only.

// luhn is ISO/IEC 7812-1, annex B.
func luhn(v []byte) bool { return len(v) > 0 && luhnSum(v)%10 == 0 }

func luhnSum(v []byte) int {
	sum := 0
	for i := range v {
		d := int(v[len(v)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum
}

// weighted is the sum of the digits, each times its weight.
func weighted(v []byte, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += w * int(v[i]-'0')
	}
	return sum
}

// number is the value of some digits.
func number(v []byte) int {
	n := 0
	for _, d := range v {
		n = n*10 + int(d-'0')
	}
	return n
}

func digit(b byte) int { return int(b - '0') }

// iso7064 is MOD 11,10 of ISO 7064, the last digit being the check.
func iso7064(v []byte) bool {
	product := 10
	for _, d := range v[:len(v)-1] {
		sum := (digit(d) + product) % 10
		if sum == 0 {
			sum = 10
		}
		product = sum * 2 % 11
	}
	return (11-product)%10 == digit(v[len(v)-1])
}

// verhoeff is the check of J. Verhoeff, over the dihedral group of ten.
func verhoeff(v []byte) bool {
	c := 0
	for i := range v {
		c = dihedral(c, permuted(i%8, digit(v[len(v)-1-i])))
	}
	return c == 0
}

// dihedral multiplies in the dihedral group of the pentagon.
func dihedral(a, b int) int {
	switch {
	case a < 5 && b < 5:
		return (a + b) % 5
	case a < 5:
		return (a+b-5)%5 + 5
	case b < 5:
		return (a-5-b+5)%5 + 5
	default:
		return (a - b + 5) % 5
	}
}

// permuted applies Verhoeff's permutation some times.
func permuted(times, d int) int {
	const permutation = "1576283094"
	for range times {
		d = int(permutation[d] - '0')
	}
	return d
}

// icao is the check digit of ICAO Doc 9303 over letters and digits.
func icao(v []byte) int {
	sum := 0
	for i, b := range v {
		sum += ordinal(b) * [3]int{7, 3, 1}[i%3]
	}
	return sum % 10
}

// ordinal is a digit's value, and 10 to 35 for A to Z.
func ordinal(b byte) int {
	if b >= 'A' {
		return int(b-'A') + 10
	}
	return digit(b)
}

// mod97 is the remainder that an IBAN must leave, 1, with its first four bytes
// moved to its end.
func mod97(v []byte) int {
	rest := 0
	for i := range v {
		n := ordinal(v[(i+4)%len(v)])
		if n > 9 {
			rest *= 10
		}
		rest = (rest*10 + n) % 97
	}
	return rest
}

// uniform says that all bytes are the same.
func uniform(v []byte) bool {
	for _, b := range v {
		if b != v[0] {
			return false
		}
	}
	return true
}

// ean is the check of EAN-13.
func ean(v []byte) bool {
	sum := 0
	for i, d := range v {
		sum += digit(d) * (1 + i%2*2)
	}
	return sum%10 == 0
}

// date says that there is such a day in such a month, of any year.
func date(month, day int) bool {
	if month < 1 || month > 12 || day < 1 {
		return false
	}
	return day <= [...]int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
}

// yymmdd says that six digits are a day, year first; ddmmyy, day first.
func yymmdd(v []byte) bool { return date(number(v[2:4]), number(v[4:6])) }

func ddmmyy(v []byte) bool { return date(number(v[2:4]), number(v[:2])) }
