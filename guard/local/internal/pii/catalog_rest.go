package pii

import (
	"bytes"
	"strings"
)

func middleEast() []entity {
	return []entity{
		{
			name: "tr_national_id", label: "a Turkish identity number", grade: grave, words: "tc kimlik tckn turkish",
			forms: []form{{medium, "ddddddddddd", tckn}},
		},
		{
			name: "tr_phone_number", label: "a Turkish phone number", grade: private,
			words: phoneWords + " cep numara numarası numaram iletişim irtibat", forms: []form{
				{low, "0-ddd-ddd-dd-dd|0 ddd ddd dd dd|0 (ddd) ddd dd dd|0ddd ddd dd dd|0ddd ddd dddd|ddd-ddd-dd-dd|ddd ddd dd dd|(ddd) ddd dd dd", turkish},
				{lone, "0dddddddddd|dddddddddd|0ddd-ddd-dd-dd", turkish},
			},
		},
		{
			name: "tr_license_plate", label: "a Turkish vehicle's plate", grade: minor, words: "plaka plakası plate taşıt kayıt",
			forms: []form{{low, "dd a{1,3} d{2,4}|dd-a{1,3}-d{2,4}", turkishPlate}, {lone, "dda{1,3}d{2,4}", turkishPlate}},
		},
		{
			name: "il_id", label: "an Israeli identity number", grade: grave, words: "teudat zehut תעודת זהות",
			forms: []form{{named, "ddddddddd", func(v []byte) bool { return !uniform(v) && luhn(v) }}},
		},
		{
			name: "ae_emirates_id", label: "an Emirates ID", grade: grave, words: "emirates eid",
			forms: []form{{high, "784-dddd-ddddddd-d", luhn}, {low, "784dddddddddddd", luhn}},
		},
		{
			name: "sa_national_id", label: "a Saudi identity number", grade: grave, words: "iqama saudi الهوية",
			forms: []form{{named, "dddddddddd", func(v []byte) bool { return (v[0] == '1' || v[0] == '2') && luhn(v) }}},
		},
		{
			name: "eg_national_id", label: "an Egyptian identity number", grade: grave, words: "egyptian الرقم القومي",
			forms: []form{{low, "dddddddddddddd", func(v []byte) bool { return (v[0] == '2' || v[0] == '3') && yymmdd(v[1:]) }}},
		},
	}
}

func africa() []entity {
	return []entity{
		{
			name: "za_id_number", label: "a South African identity number", grade: grave, words: "id identity rsa south african",
			forms: []form{{medium, "ddddddddddddd", southAfrican}},
		},
		{
			name: "za_license_plate", label: "a South African vehicle's plate", grade: minor, words: "plate registration vehicle",
			forms: []form{{low, "aa dd aa GP|aaa ddd GP|aaddaaGP|aaadddGP|CA ddd-ddd|CA dddddd", nil}},
		},
		{
			name: "za_passport", label: "a South African passport's number", grade: grave, words: "passport",
			forms: []form{{low, "adddddddd", func(v []byte) bool { return strings.IndexByte("AMDTE", v[0]) >= 0 }}},
		},
		{
			name: "ng_nin", label: "a Nigerian NIN", grade: grave, words: "nin nimc nigerian nigeria",
			forms: []form{{low, "ddddddddddd", func(v []byte) bool { return !uniform(v) && verhoeff(v) }}, {named, "ddddddddddd", nil}},
		},
		{
			name: "ng_bvn", label: "a Nigerian bank verification number", grade: grave, words: "bvn",
			forms: []form{{named, "ddddddddddd", nil}},
		},
		{
			name: "ng_vehicle_registration", label: "a Nigerian vehicle's registration", grade: minor,
			words: "plate registration vehicle frsc", forms: []form{{low, "aaa-dddaa|aaa dddaa|aaadddaa", nil}},
		},
		{
			name: "ke_national_id", label: "a Kenyan identity number", grade: grave, words: "kenyan huduma",
			forms: []form{{named, "d{7,8}", nil}},
		},
	}
}

// tckn has two check digits.
func tckn(v []byte) bool {
	odd := weighted(v, 1, 0, 1, 0, 1, 0, 1, 0, 1)
	even := weighted(v, 0, 1, 0, 1, 0, 1, 0, 1)
	return v[0] != '0' && ((odd*7-even)%10+10)%10 == digit(v[9]) && (odd+even+digit(v[9]))%10 == digit(v[10])
}

// turkishPlate begins with a province, and has no letter that Turkish lacks.
func turkishPlate(v []byte) bool {
	province := number(v[:2])
	return province >= 1 && province <= 81 && !bytes.ContainsAny(v, "QWX")
}

func southAfrican(v []byte) bool {
	return yymmdd(v) && v[10] <= '2' && v[11] >= '8' && luhn(v)
}

func oceania() []entity {
	return []entity{
		{
			name: "au_abn", label: "an Australian business number", grade: minor, words: "abn business",
			forms: []form{{medium, "dd ddd ddd ddd", abn}, {low, "ddddddddddd", abn}},
		},
		{
			name: "au_acn", label: "an Australian company number", grade: minor, words: "acn company",
			forms: []form{{low, "ddd ddd ddd|ddddddddd", acn}},
		},
		{
			name: "au_tfn", label: "an Australian tax file number", grade: grave, words: "tfn tax file",
			forms: []form{{low, "ddd ddd ddd|ddddddddd", tfn}},
		},
		{
			name: "au_medicare", label: "an Australian Medicare number", grade: grave, words: "medicare",
			forms: []form{{medium, "dddd ddddd d", medicare}, {low, "dddddddddd", medicare}},
		},
		{
			name: "nz_ird", label: "a New Zealand tax number", grade: grave, words: "ird",
			forms: []form{{named, "dd-ddd-ddd|ddd-ddd-ddd|ddd ddd ddd|d{8,9}", nil}},
		},
	}
}

func abn(v []byte) bool {
	sum := weighted(v, 10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19) - 10
	return v[0] != '0' && sum%89 == 0
}

func acn(v []byte) bool {
	return number(v) != 0 && (10-weighted(v, 8, 7, 6, 5, 4, 3, 2, 1)%10)%10 == digit(v[8])
}

func tfn(v []byte) bool {
	return !uniform(v) && weighted(v, 1, 4, 3, 7, 5, 8, 6, 9, 10)%11 == 0
}

func medicare(v []byte) bool {
	return v[0] >= '2' && v[0] <= '6' && weighted(v, 1, 3, 7, 9, 1, 3, 7, 9)%10 == digit(v[8])
}
