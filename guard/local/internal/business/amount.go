package business

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// amount is how much money an argument says.
type amount struct {
	value    float64 // in whole units; NaN where the argument could not be read
	currency string  // "USD"; empty where it does not say
}

// readable says that the argument said an amount.
func (a amount) readable() bool { return !math.IsNaN(a.value) }

// amountOf reads an argument. Amounts whose name says that they are in cents are
// put in whole units.
func amountOf(arg *detect.Arg) amount {
	a := amount{value: arg.Number}
	if !arg.IsNumber {
		a = parseAmount(arg.Text)
	}
	if hasWord(name(arg), isMinorUnit) {
		a.value /= 100
	}
	return a
}

func isMinorUnit(word string) bool {
	switch word {
	case "cent", "cents", "pence", "minor", "minorunits", "centimes":
		return true
	}
	return false
}

// longestAmount is how many bytes a text may have to be read as an amount.
const longestAmount = 64

// parseAmount reads an amount as people write it: "$1,200.50", "1.200,50 €", "USD
// 5k", "-3", "(3)". Where separators could mean two things, it takes the larger.
func parseAmount(text string) amount {
	var r amountReader
	if len(text) > longestAmount || !r.read(strings.TrimSpace(text)) {
		return amount{value: math.NaN()}
	}
	value, err := strconv.ParseFloat(plainNumber(string(r.digits)), 64)
	if err != nil {
		return amount{value: math.NaN()}
	}
	return amount{value * r.scale, string(r.currency)}
}

// amountReader tells apart what an amount is made of.
type amountReader struct {
	digits   []rune // and separators, and the sign
	currency []rune // three letters
	scale    float64
}

// read says whether text was an amount and nothing else.
func (r *amountReader) read(text string) bool {
	r.scale = 1
	if strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")") {
		r.digits, text = append(r.digits, '-'), text[1:len(text)-1]
	}
	runes := []rune(text)
	for i, c := range runes {
		last := i+1 == len(runes) || !unicode.IsLetter(runes[i+1])
		afterDigit := i > 0 && unicode.IsDigit(runes[i-1])
		switch {
		case unicode.IsSpace(c), c == '\'', c == '’', c == '_':
		case unicode.Is(unicode.Sc, c):
			r.currency = append(r.currency, []rune(symbolName(c))...)
		case unicode.IsLetter(c) && last && afterDigit && r.scaled(c):
		case unicode.IsLetter(c):
			r.currency = append(r.currency, unicode.ToUpper(c))
		case c == '−':
			r.digits = append(r.digits, '-')
		default:
			r.digits = append(r.digits, c)
		}
	}
	return len(r.currency) == 0 || len(r.currency) == 3
}

func (r *amountReader) scaled(c rune) bool {
	switch c {
	case 'k', 'K':
		r.scale = 1e3
	case 'm', 'M':
		r.scale = 1e6
	}
	return r.scale > 1
}

func symbolName(symbol rune) string {
	switch symbol {
	case '$':
		return "USD"
	case '€':
		return "EUR"
	case '£':
		return "GBP"
	case '¥':
		return "JPY"
	case '₹':
		return "INR"
	case '₩':
		return "KRW"
	case '₽':
		return "RUB"
	}
	return "XXX"
}

// plainNumber drops what groups digits, and makes a point of what separates the
// fraction: the last separator, unless three digits follow it or it stands there
// twice.
func plainNumber(digits string) string {
	last := strings.LastIndexAny(digits, ".,")
	if last < 0 {
		return digits
	}
	whole, fraction := digits[:last], digits[last+1:]
	repeated := strings.IndexByte(whole, digits[last]) >= 0
	whole = strings.NewReplacer(".", "", ",", "").Replace(whole)
	if repeated || len(fraction) == 3 {
		return whole + fraction
	}
	return whole + "." + fraction
}
