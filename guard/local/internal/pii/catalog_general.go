package pii

import "github.com/staso-go/staso/guard"

const (
	grave   = guard.SeverityHigh   // opens an account, or stays for life
	private = guard.SeverityMedium // leads to a person
	minor   = guard.SeverityLow    // a device, a vehicle, a firm, a place
)

// general are the entities of no one country. Those without forms have functions of
// their own.
func general() []entity {
	return []entity{
		{
			name: "credit_card", label: "a payment card's number", grade: grave,
			words: "card credit debit visa mastercard amex discover diners jcb maestro cc kreditkarte carte tarjeta",
		},
		{name: "iban", label: "an account's IBAN", grade: grave, words: "iban"},
		{name: "email", label: "an e-mail address", grade: minor, words: ""},
		{name: "phone", label: "a phone number", grade: private, words: phoneWords, forms: []form{
			{medium, "(ddd) ddd-dddd|(ddd)ddd-dddd|(ddd) ddd dddd|ddd-ddd-dddd|ddd.ddd.dddd|d-ddd-ddd-dddd|d.ddd.ddd.dddd|d (ddd) ddd-dddd", nanp},
			{low, "ddd ddd dddd|d ddd ddd dddd|ddd ddd-dddd", nanp},
			{lone, "dddddddddd", nanp},
			{medium, "ddddd dddddd|dddd ddddddd|dddd ddd dddd|ddd dddd dddd|dd-ddddddd|ddd-ddddddd|dddd-ddddddd|dd dddd dddd", trunk},
			{low, "dd dd dd dd dd|dd.dd.dd.dd.dd|dddd-dddddd|dddd ddd ddd|dddd/ddd{4,7}|ddd/ddd{4,7}|ddd d{6,8}|dddd d{5,8}|" +
				"ddddd ddd ddd|ddddd-d{5,7}", trunk},
			{lone, "ddddddddd{1,3}", trunk},
			{named, "d{7,12}|ddd-dddd|ddd dddd|dddd dddd|ddddd ddddd|dddd-dddd|ddddd-ddddd", nil},
		}},
		{name: "ip", label: "an IP address", grade: minor, words: "ip ipv4 ipv6 address"},
		{name: "mac", label: "a device's hardware address", grade: minor, words: "mac ethernet hardware"},
		{
			name: "crypto", label: "the address of a wallet", grade: private,
			words: "wallet bitcoin btc ethereum eth crypto",
		},
		{name: "imei", label: "a phone's IMEI", grade: private, words: "imei", forms: []form{
			{low, "ddddddddddddddd|dd-dddddd-dddddd-d|dd dddddd dddddd d", luhn},
		}},
		{
			name: "vin", label: "a vehicle's identification number", grade: minor,
			words: "vin vehicle chassis fahrgestellnummer", forms: []form{{low, "xxxxxxxxxxxxxxxxx", isVIN}},
		},
		{
			name: "date_of_birth", label: "a date of birth", grade: private,
			words: "dob born birth birthday birthdate geboren geburtsdatum naissance nacimiento nascita nascimento",
			forms: []form{{named, "dddd-dd-dd|dddd/dd/dd|d{1,2}/d{1,2}/d{2,4}|d{1,2}-d{1,2}-dddd|d{1,2}.d{1,2}.d{2,4}", nil}},
		},
		{
			name: "medical_record", label: "the number of a medical record", grade: grave,
			words: "mrn patient chart patientennummer", forms: []form{{named, "d{6,10}|a{1,3}d{6,10}", nil}},
		},
	}
}

const phoneWords = "phone phones telephone tel mobile cell cellphone fax call called calling dial sms whatsapp contact " +
	"telefon telefonnummer handy handynummer rufnummer mobil telefono teléfono movil móvil celular telefone telemóvel " +
	"téléphone portable cellulare телефон 电话 手机 電話 전화 โทร"

// isVIN is ISO 3779 with the check digit of North America: seventeen letters and
// digits without I, O and Q.
func isVIN(v []byte) bool {
	const weights = "8765432:098765432" // ':' is 10
	sum, anyDigit, anyLetter := 0, false, false
	for i, b := range v {
		if b == 'I' || b == 'O' || b == 'Q' {
			return false
		}
		sum += vinValue(b) * digit(weights[i])
		anyDigit = anyDigit || b <= '9'
		anyLetter = anyLetter || b > '9'
	}
	want := byte('X')
	if sum%11 < 10 {
		want = byte('0' + sum%11)
	}
	return anyDigit && anyLetter && v[8] == want
}

func vinValue(b byte) int {
	if b <= '9' {
		return digit(b)
	}
	const values = "12345678.12345.7.923456789" // of A to Z
	return digit(values[b-'A'])
}
