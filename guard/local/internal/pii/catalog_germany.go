package pii

import "strings"

func germany() []entity {
	return []entity{
		{
			name: "de_tax_id", label: "a German tax id", grade: grave,
			words: "steuer steueridentifikationsnummer steuerid idnr identifikationsnummer finanzamt tin",
			forms: []form{{medium, "dd ddd ddd ddd", deTaxID}, {low, "ddddddddddd", deTaxID}},
		},
		{
			name: "de_tax_number", label: "a German tax number", grade: private,
			words: "steuernummer steuer finanzamt steuerbescheid umsatzsteuer einkommensteuer", forms: []form{
				{low, "ddddddddddddd", elster},
				{low, "ddd/ddd/ddddd|dd/ddd/ddddd|ddd/dddd/dddd", nil},
				{named, "dd/dddd/dddd|ddd ddd ddddd|d{10,13}", nil},
			},
		},
		{
			name: "de_id_card", label: "a German identity card's number", grade: grave,
			words: "personalausweis personalausweisnummer ausweis ausweisnummer identity",
			forms: []form{{low, "xxxxxxxxx", deIDCard}},
		},
		{
			name: "de_passport", label: "a German passport's number", grade: grave,
			words: "reisepass reisepassnummer passnummer pass passport mrz", forms: []form{{low, "xxxxxxxxd", dePassport}},
		},
		{
			name: "de_social_security", label: "a German pension insurance number", grade: grave,
			words: "rentenversicherungsnummer sozialversicherungsnummer versicherungsnummer rvnr svnr rentenversicherung " +
				"sozialversicherung rente",
			forms: []form{{high, "dddddddda" + "ddd", rvnr}, {high, "dd dddddd a ddd", rvnr}},
		},
		{
			name: "de_health_insurance", label: "a German health insurance number", grade: grave,
			words: "krankenversicherungsnummer krankenversichertennummer versichertennummer kvnr krankenkasse " +
				"krankenversicherung gesundheitskarte egk gkv aok", forms: []form{{medium, "addddddddd", kvnr}},
		},
	}
}

func germanWork() []entity {
	return []entity{
		{
			name: "de_lanr", label: "a German physician's number", grade: minor, words: "lanr arztnummer arzt",
			forms: []form{{low, "ddddddddd", lanr}},
		},
		{
			name: "de_bsnr", label: "a German practice's number", grade: minor,
			words: "bsnr betriebsstättennummer betriebsstätte praxisnummer praxis arztpraxis",
			forms: []form{{lone, "ddddddddd", func(v []byte) bool { return !uniform(v) }}},
		},
		{
			name: "de_kfz", label: "a German vehicle's plate", grade: minor,
			words: "kennzeichen nummernschild kfz fahrzeug auto pkw lkw zulassung", forms: []form{
				{low, "@{1,3}-@{1,2}-d{1,4}|@{1,3}-@{1,2} d{1,4}|@{1,3} @{1,2} d{1,4}", deDistrict},
				{low, "@{1,3}-@{1,2}-d{1,4}@|@{1,3}-@{1,2} d{1,4}@|@{1,3} @{1,2} d{1,4}@", dePlateSuffix},
				{named, "@{1,3} @{1,2}d{1,4}", nil},
			},
		},
		{
			name: "de_fuehrerschein", label: "a German driving licence", grade: grave,
			words: "führerschein führerscheinnummer fahrerlaubnis fahrerlaubnisnummer licence license",
			forms: []form{{low, "aaddddddddx|addddddddddx", nil}},
		},
		{
			name: "de_handelsregister", label: "a German register's number", grade: minor,
			words: "handelsregister handelsregisternummer amtsgericht registergericht",
			forms: []form{{medium, "HRA d{1,6}|HRB d{1,6}|HRAd{1,6}|HRBd{1,6}", nil}},
		},
		{
			name: "de_vat_id", label: "a German VAT number", grade: minor, words: "ust umsatzsteuer vat rechnung invoice",
			forms: []form{{high, "DEddddddddd|DE ddd ddd ddd|DE-ddd-ddd-ddd|DE ddddddddd", deVAT}},
		},
		{
			name: "de_plz", label: "a German postal code", grade: minor, words: "plz postleitzahl wohnort anschrift",
			forms: []form{{lone, "ddddd", plz}},
		},
	}
}

// deTaxID has no more than one digit twice or three times among its first ten, and a
// check digit.
func deTaxID(v []byte) bool {
	var counts [10]int
	for _, d := range v[:10] {
		counts[digit(d)]++
	}
	repeated := 0
	for _, n := range counts {
		if n > 3 {
			return false
		}
		if n > 1 {
			repeated++
		}
	}
	return v[0] != '0' && repeated <= 1 && iso7064(v)
}

// elster begins with the number of a Bundesland.
func elster(v []byte) bool {
	state := number(v[:2])
	return state >= 1 && state <= 16
}

// icaoLetters are the letters that German documents have.
const icaoLetters = "CFGHJKLMNPRTVWXYZ"

func deDocument(v []byte) bool {
	letter := false
	for _, b := range v {
		if b > '9' {
			if letter = true; strings.IndexByte(icaoLetters, b) < 0 {
				return false
			}
		}
	}
	return letter && v[0] > '9'
}

// deIDCard has a check digit, or is of the series T, whose last digit is none.
func deIDCard(v []byte) bool {
	if !deDocument(v) || v[8] > '9' {
		return false
	}
	return icao(v[:8]) == digit(v[8]) || v[0] == 'T' && kindOf(string(v[1:])) == digits
}

func dePassport(v []byte) bool { return deDocument(v) && icao(v[:8]) == digit(v[8]) }

// rvnr is the check of § 4 VKVV, and a date of birth, the day of which may have 50
// added.
func rvnr(v []byte) bool {
	day, letter := number(v[2:4]), int(v[8]-'A')+1
	if day > 50 {
		day -= 50
	}
	if !date(number(v[4:6]), day) {
		return false
	}
	expanded := [12]byte{9: byte('0' + letter%10), 8: byte('0' + letter/10), 10: v[9], 11: v[10]}
	copy(expanded[:8], v)
	return crossSum(expanded[:], "212571212121")%10 == digit(v[11])
}

// kvnr is the check of annex 1 to § 290 SGB V.
func kvnr(v []byte) bool {
	letter := int(v[0]-'A') + 1
	expanded := [10]byte{byte('0' + letter/10), byte('0' + letter%10)}
	copy(expanded[2:], v[1:9])
	return crossSum(expanded[:], "1212121212")%10 == digit(v[9]) && !uniform(v[1:])
}

// crossSum adds the digits of the products with the weights.
func crossSum(v []byte, weights string) int {
	sum := 0
	for i, d := range v {
		product := digit(d) * digit(weights[i])
		sum += product/10 + product%10
	}
	return sum
}

func lanr(v []byte) bool {
	return !uniform(v) && (10-weighted(v, 4, 9, 4, 9, 4, 9)%10)%10 == digit(v[6])
}

// deDistrict has a number that does not begin with 0.
func deDistrict(v []byte) bool {
	for _, b := range v {
		if b <= '9' {
			return b != '0'
		}
	}
	return false
}

func dePlateSuffix(v []byte) bool {
	last := v[len(v)-1]
	return (last == 'E' || last == 'H') && deDistrict(v)
}

func deVAT(v []byte) bool { return iso7064(v[2:]) }

func plz(v []byte) bool {
	n := number(v)
	return n > 1000 && n < 99999
}
