package pii

import "strings"

func westEurope() []entity {
	return []entity{
		{
			name: "fr_nir", label: "a French social security number", grade: grave,
			words: "nir insee sécurité sociale secu sécu vitale",
			forms: []form{{high, "dddddxddddddddd|d dd dd dx ddd ddd dd", nir}},
		},
		{
			name: "fr_siren", label: "a French firm's number", grade: minor, words: "siren siret rcs",
			forms: []form{{named, "ddd ddd ddd|ddddddddd|dddddddddddddd|ddd ddd ddd ddddd", nil}},
		},
		{
			name: "be_nn", label: "a Belgian national number", grade: grave, words: "rijksregisternummer national registre insz niss",
			forms: []form{{high, "dd.dd.dd-ddd.dd", belgian}, {named, "ddddddddddd", belgian}},
		},
		{
			name: "nl_bsn", label: "a Dutch citizen service number", grade: grave, words: "bsn burgerservicenummer sofinummer",
			forms: []form{{low, "dddd.dd.ddd", bsn}, {named, "ddddddddd|ddd.ddd.ddd", bsn}},
		},
		{
			name: "ch_ahv", label: "a Swiss AHV number", grade: grave, words: "ahv avs ahvn13",
			forms: []form{{high, "756.dddd.dddd.dd", ean}, {medium, "756dddddddddd", ean}},
		},
		{
			name: "at_svnr", label: "an Austrian insurance number", grade: grave, words: "svnr sozialversicherungsnummer versicherungsnummer",
			forms: []form{{low, "dddd dddddd", austrian}, {named, "dddddddddd", austrian}},
		},
	}
}

// nir is a sex, a year, a month and a place, with a remainder of 97; 2A and 2B stand
// for Corsica.
func nir(v []byte) bool {
	var plain [13]byte
	copy(plain[:], v)
	less := 0
	switch plain[6] {
	case 'A':
		plain[6], less = '0', 1000000
	case 'B':
		plain[6], less = '0', 2000000
	}
	if plain[6] > '9' || less > 0 && plain[5] != '2' || strings.IndexByte("123478", plain[0]) < 0 {
		return false
	}
	month := number(plain[3:5])
	return (month >= 1 && month <= 12 || month >= 20) && 97-(number(plain[:])-less)%97 == number(v[13:])
}

func belgian(v []byte) bool {
	check := number(v[9:])
	if month := number(v[2:4]); month > 12 || number(v[4:6]) > 31 || uniform(v) {
		return false
	}
	return 97-number(v[:9])%97 == check || 97-(2000000000+number(v[:9]))%97 == check
}

func bsn(v []byte) bool {
	return !uniform(v) && (weighted(v, 9, 8, 7, 6, 5, 4, 3, 2)-digit(v[8]))%11 == 0
}

func austrian(v []byte) bool {
	return v[0] != '0' && ddmmyy(v[4:]) && weighted(v, 3, 7, 9, 0, 5, 8, 4, 2, 1, 6)%11 == digit(v[3])
}

func southEurope() []entity {
	return []entity{
		{
			name: "es_nif", label: "a Spanish NIF", grade: grave, words: "nif dni documento",
			forms: []form{{medium, "dddddddda|dddddddd-a|ddddddda", nif}},
		},
		{
			name: "es_nie", label: "a Spanish NIE", grade: grave, words: "nie extranjero",
			forms: []form{{high, "addddddda|a-ddddddd-a", nie}},
		},
		{
			name: "es_cif", label: "a Spanish firm's CIF", grade: minor, words: "cif",
			forms: []form{{low, "adddddddx", cif}},
		},
		{
			name: "es_passport", label: "a Spanish passport's number", grade: grave, words: "pasaporte passport",
			forms: []form{{low, "aaadddddd", nil}},
		},
		{
			name: "it_fiscal_code", label: "an Italian fiscal code", grade: grave, words: "codice fiscale cf",
			forms: []form{{high, "aaaaaaxxaxxaxxxa", fiscal}},
		},
		{
			name: "it_vat_code", label: "an Italian VAT number", grade: minor, words: "piva partita iva",
			forms: []form{{low, "ddddddddddd", func(v []byte) bool { return !uniform(v) && luhn(v) }}},
		},
		{
			name: "it_driver_license", label: "an Italian driving licence", grade: grave, words: "patente guida licenza",
			forms: []form{{low, "aaddddddda", nil}, {low, "U1xxxxxxxa", nil}},
		},
		{
			name: "it_identity_card", label: "an Italian identity card's number", grade: grave,
			words: "carta identità identita elettronica cie documento",
			forms: []form{{low, "aaddddddd|aa ddddddd|dddddddaa|aadddddaa", nil}},
		},
		{
			name: "it_passport", label: "an Italian passport's number", grade: grave, words: "passaporto passport",
			forms: []form{{low, "aaddddddd", nil}},
		},
		{
			name: "pt_nif", label: "a Portuguese tax number", grade: grave, words: "nif contribuinte",
			forms: []form{{named, "ddddddddd|ddd ddd ddd", portuguese}},
		},
		{
			name: "gr_amka", label: "a Greek AMKA", grade: grave, words: "amka αμκα",
			forms: []form{{named, "ddddddddddd", func(v []byte) bool { return ddmmyy(v) && luhn(v) }}},
		},
		{
			name: "gr_afm", label: "a Greek tax number", grade: grave, words: "afm αφμ",
			forms: []form{{named, "ddddddddd", nil}},
		},
	}
}

const nifLetters = "TRWAGMYFPDXBNJZSQVHLCKE"

func nif(v []byte) bool {
	last := len(v) - 1
	return v[last] == nifLetters[number(v[:last])%23] && !uniform(v[:last])
}

func nie(v []byte) bool {
	series := strings.IndexByte("XYZ", v[0])
	return series >= 0 && v[8] == nifLetters[(series*10000000+number(v[1:8]))%23]
}

func cif(v []byte) bool {
	if strings.IndexByte("ABCDEFGHJNPQRSUVW", v[0]) < 0 {
		return false
	}
	want := (10 - crossSum(v[1:8], "2121212")%10) % 10
	return v[8] == byte('0'+want) || v[8] == "JABCDEFGHI"[want]
}

// fiscal is the check letter of an Italian fiscal code, whose digits may have
// become letters where two people's were the same.
func fiscal(v []byte) bool {
	const odd = "BAKPLCQDREVOSFTGUHMINJWZYX" // a character's rank is its value
	const omitted = "LMNPQRSTUV"
	for _, i := range [...]int{6, 7, 9, 10, 12, 13, 14} {
		if v[i] > '9' && strings.IndexByte(omitted, v[i]) < 0 {
			return false
		}
	}
	sum := 0
	for i, b := range v[:15] {
		n := ordinal(b)
		if b > '9' {
			n -= 10
		}
		if i%2 == 0 {
			n = strings.IndexByte(odd, byte('A'+n))
		}
		sum += n
	}
	return v[15] == byte('A'+sum%26)
}

func portuguese(v []byte) bool {
	return strings.IndexByte("1235689", v[0]) >= 0 && elevenDown(weighted(v, 9, 8, 7, 6, 5, 4, 3, 2)) == digit(v[8])
}
