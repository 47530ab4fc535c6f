package pii

import "github.com/staso-go/staso/guard/local/internal/scan"

// numbers collects those readings of the word text[start:end] that have no fixed
// length, or a check of their own.
func (r *reader) numbers(start, end int) {
	switch n := end - start; kindOf(r.text[start:end]) {
	case digits:
		if n >= 4 {
			r.card(start)
		}
		if n <= 3 && end < len(r.text) && r.text[end] == '.' {
			r.ipv4(start)
		}
		r.phone(start)
		r.hyphenMAC(start, end)
	case mixed:
		if n >= 4 && scan.Letter.Is(r.text[start]) && scan.Letter.Is(r.text[start+1]) {
			r.iban(start)
		}
		if n >= 25 {
			r.crypto(start, end)
		}
		r.hyphenMAC(start, end)
	}
}

// gather reads digits from start, in groups of at least two with one blank or
// hyphen between them, the same one throughout. It returns the end of the longest
// run of groups that has no more than most digits, and whether they are in groups.
func (r *reader) gather(start, most int, v *value) (end int, grouped bool) {
	v.n = 0
	separator, groups := byte(0), 0
	for at := start; ; at++ {
		stop := scan.Digit.Run(r.text, at)
		if stop-at < 2 || v.n+stop-at > most || stop < len(r.text) && scan.Letter.Is(r.text[stop]) {
			return end, groups > 1
		}
		for ; at < stop; at++ {
			v.add(r.text[at])
		}
		end = stop
		groups++
		if stop == len(r.text) || r.text[stop] != ' ' && r.text[stop] != '-' || separator != 0 && r.text[stop] != separator {
			return end, groups > 1
		}
		separator = r.text[stop]
	}
}

// card finds a payment card's number.
func (r *reader) card(start int) {
	v := &r.value
	for most := 19; most >= 12; most = v.n - 1 {
		end, grouped := r.gather(start, most, v)
		if v.n < 12 {
			return
		}
		if sure := cardCertainty(v.get(), grouped); sure != none && luhn(v.get()) && r.apart(start, end) {
			r.addNamed("credit_card", sure, start, end)
			return
		}
		if !grouped {
			return
		}
	}
}

// cardCertainty is how sure digits that pass the check are a card's, by the ranges
// of ISO/IEC 7812 that the networks issue from.
func cardCertainty(v []byte, grouped bool) certainty {
	n, four, six := len(v), number(v[:4]), number(v[:6])
	two := four / 100
	switch {
	case uniform(v):
		return none
	case four/1000 == 4 && (n == 16 || n == 19 && grouped),
		(two >= 51 && two <= 55 || four >= 2221 && four <= 2720 || four >= 2200 && four <= 2204) && n == 16,
		(two == 34 || two == 37) && n == 15,
		(four == 6011 || two == 65 || two == 64 || two == 62 || two == 60 || two == 81) && n == 16,
		four >= 3528 && four <= 3589 && n == 16,
		(two == 50 || two == 56 || two == 57 || two == 58 || two == 63 || two == 67 || two == 68) && n == 16,
		four == 9792 && n == 16:
		return high
	case (four/10 >= 300 && four/10 <= 305 || two == 36 || two == 38 || two == 39 || four == 3095) && n == 14:
		return medium
	case four/1000 == 4 && (n == 13 || n == 19), (two == 62 || two == 60 || two == 65 || six == 506099) && n > 16:
		return medium
	case (two == 50 || two >= 56 && two <= 58 || two/10 == 6) && n >= 12, four/1000 == 1 && n == 15:
		return low
	default:
		return none
	}
}

// iban finds an account's number in the form of ISO 13616.
func (r *reader) iban(start int) {
	want := ibanLength(scan.Upper(r.text[start]), scan.Upper(r.text[start+1]))
	if want == 0 || !scan.Digit.Is(r.text[start+2]) || !scan.Digit.Is(r.text[start+3]) {
		return
	}
	v := &r.value
	v.n = 0
	at := start
	for ; at < len(r.text) && v.n < want; at++ {
		switch b := r.text[at]; {
		case scan.Alnum.Is(b):
			v.add(b)
		case b != ' ' && b != '-' || !scan.Alnum.Is(r.text[at-1]):
			return
		}
	}
	if v.n == want && mod97(v.get()) == 1 && r.apart(start, at) {
		r.addNamed("iban", high, start, at)
	}
}

// ibanLength is how long a country's are; 0 where it has none.
func ibanLength(a, b byte) int {
	for i := 0; i < len(ibanLengths); i += 4 {
		if ibanLengths[i] == a && ibanLengths[i+1] == b {
			return digit(ibanLengths[i+2])*10 + digit(ibanLengths[i+3])
		}
	}
	return 0
}

// ibanLengths is the registry of SWIFT: a country and its length, one after the
// other.
const ibanLengths = "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20" +
	"EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20" +
	"LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25" +
	"QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30"
