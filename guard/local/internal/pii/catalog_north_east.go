package pii

import "strings"

func northEurope() []entity {
	return []entity{
		{
			name: "fi_personal_identity_code", label: "a Finnish personal identity code", grade: grave,
			words: "hetu henkilötunnus", forms: []form{{high, "ddddddxdddx|dddddd-dddx|dddddd+dddx", hetu}},
		},
		{
			name: "se_personnummer", label: "a Swedish personal number", grade: grave,
			words: "personnummer pnr samordningsnummer", forms: []form{
				{high, "dddddddd-dddd|dddddddd+dddd|dddddd+dddd", personnummer},
				{medium, "dddddd-dddd|dddddddddddd", personnummer},
				{low, "dddddddddd", personnummer},
			},
		},
		{
			name: "se_organisationsnummer", label: "a Swedish firm's number", grade: minor,
			words: "organisationsnummer orgnr företagsnummer company", forms: []form{
				{medium, "dddddd-dddd", organisation}, {low, "dddddddddd", organisation},
			},
		},
		{
			name: "no_fodselsnummer", label: "a Norwegian national number", grade: grave,
			words: "fødselsnummer fodselsnummer personnummer", forms: []form{{medium, "ddddddddddd|dddddd ddddd", norwegian}},
		},
		{
			name: "dk_cpr", label: "a Danish CPR number", grade: grave, words: "cpr",
			forms: []form{{low, "dddddd-dddd", ddmmyy}, {named, "dddddddddd", ddmmyy}},
		},
		{
			name: "is_kennitala", label: "an Icelandic kennitala", grade: grave, words: "kennitala",
			forms: []form{{low, "dddddd-dddd", icelandic}, {named, "dddddddddd", icelandic}},
		},
		{
			name: "ee_isikukood", label: "an Estonian or Lithuanian personal code", grade: grave, words: "isikukood asmens kodas",
			forms: []form{{named, "ddddddddddd", baltic}},
		},
		{
			name: "lv_personas_kods", label: "a Latvian personal code", grade: grave, words: "personas kods",
			forms: []form{{low, "dddddd-ddddd", ddmmyy}},
		},
	}
}

// hetu has a sign for its century, and a check character.
func hetu(v []byte) bool {
	last := len(v) - 1
	if last == 10 && strings.IndexByte("ABCDEFYXWVU", v[6]) < 0 {
		return false
	}
	serial := number(v[last-3 : last])
	return ddmmyy(v) && serial >= 2 &&
		v[last] == "0123456789ABCDEFHJKLMNPRSTUVWXY"[(number(v[:6])*1000+serial)%31]
}

// personnummer is a date, the day of which may have 60 added, with Luhn's check over
// the last ten digits.
func personnummer(v []byte) bool {
	if len(v) == 12 {
		if century := number(v[:2]); century < 18 || century > 20 {
			return false
		}
		v = v[2:]
	}
	day := number(v[4:6])
	if day > 60 {
		day -= 60
	}
	return date(number(v[2:4]), day) && luhn(v)
}

func organisation(v []byte) bool { return v[2] >= '2' && v[0] != '0' && luhn(v) }

func norwegian(v []byte) bool {
	day := number(v[:2])
	if day > 40 {
		day -= 40
	}
	return date(number(v[2:4]), day) &&
		(11-weighted(v, 3, 7, 6, 1, 8, 9, 4, 5, 2)%11)%11 == digit(v[9]) &&
		(11-weighted(v, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11)%11 == digit(v[10])
}

func icelandic(v []byte) bool {
	return ddmmyy(v) && (11-weighted(v, 3, 2, 7, 6, 5, 4, 3, 2)%11)%11 == digit(v[8]) && (v[9] == '9' || v[9] == '0')
}

func baltic(v []byte) bool {
	if v[0] < '1' || v[0] > '6' || !yymmdd(v[1:]) {
		return false
	}
	rest := weighted(v, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1) % 11
	if rest == 10 {
		rest = weighted(v, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3) % 11 % 10
	}
	return rest == digit(v[10])
}

func eastEurope() []entity {
	return []entity{
		{
			name: "pl_pesel", label: "a Polish PESEL", grade: grave, words: "pesel",
			forms: []form{{medium, "ddddddddddd", pesel}},
		},
		{
			name: "pl_nip", label: "a Polish tax number", grade: private, words: "nip",
			forms: []form{{medium, "ddd-ddd-dd-dd|ddd-dd-dd-ddd", nip}, {named, "dddddddddd", nip}},
		},
		{
			name: "pl_id_card", label: "a Polish identity card's number", grade: grave, words: "dowód dowod osobisty",
			forms: []form{{low, "aaadddddd|aaa dddddd", polishCard}},
		},
		{
			name: "cz_rodne_cislo", label: "a Czech or Slovak birth number", grade: grave, words: "rodné rodne číslo cislo rč",
			forms: []form{{medium, "dddddd/dddd", rodne}, {named, "dddddddddd", rodne}},
		},
		{
			name: "ro_cnp", label: "a Romanian CNP", grade: grave, words: "cnp",
			forms: []form{{medium, "ddddddddddddd", cnp}},
		},
		{
			name: "bg_egn", label: "a Bulgarian EGN", grade: grave, words: "egn егн",
			forms: []form{{named, "dddddddddd", egn}},
		},
		{
			name: "hu_taj", label: "a Hungarian TAJ number", grade: grave, words: "taj",
			forms: []form{{named, "ddd ddd ddd|ddd-ddd-ddd|ddddddddd", taj}},
		},
		{
			name: "hr_oib", label: "a Croatian OIB", grade: grave, words: "oib",
			forms: []form{{named, "ddddddddddd", iso7064}},
		},
		{
			name: "rs_jmbg", label: "a JMBG of the former Yugoslavia", grade: grave, words: "jmbg emšo emso",
			forms: []form{{medium, "ddddddddddddd", jmbg}},
		},
		{
			name: "ru_inn", label: "a Russian tax number", grade: grave, words: "inn инн",
			forms: []form{{medium, "dddddddddddd", innPerson}, {named, "dddddddddd", innFirm}},
		},
		{
			name: "ru_snils", label: "a Russian SNILS", grade: grave, words: "snils снилс",
			forms: []form{{high, "ddd-ddd-ddd dd|ddd-ddd-ddd-dd", snils}, {named, "ddddddddddd", snils}},
		},
		{
			name: "ru_passport", label: "a Russian passport's number", grade: grave, words: "паспорт паспорта passport",
			forms: []form{{named, "dddd dddddd|dd dd dddddd|dddddddddd", nil}},
		},
		{
			name: "ua_rnokpp", label: "a Ukrainian tax number", grade: grave, words: "рнокпп іпн rnokpp",
			forms: []form{{named, "dddddddddd", rnokpp}},
		},
	}
}

// pesel holds a date, the century in its month.
func pesel(v []byte) bool {
	return date(number(v[2:4])%20, number(v[4:6])) && weighted(v, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)%10 == 0
}

func nip(v []byte) bool {
	return v[0] != '0' && weighted(v, 6, 5, 7, 2, 3, 4, 5, 6, 7)%11 == digit(v[9])
}

func polishCard(v []byte) bool {
	sum := 0
	for i, weight := range [...]int{7, 3, 1, 9, 7, 3, 1, 7, 3} {
		sum += weight * ordinal(v[i])
	}
	return sum%10 == 0
}

// rodne holds a date; a woman's month has 50 added, and 20 more are added where
// numbers ran out.
func rodne(v []byte) bool {
	month := number(v[2:4]) % 50
	if month > 20 {
		month -= 20
	}
	return date(month, number(v[4:6])) && number(v)%11 == 0 && !uniform(v)
}

func cnp(v []byte) bool {
	rest := weighted(v, 2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9) % 11
	return v[0] != '0' && yymmdd(v[1:]) && min(rest, rest%10+rest/10) == digit(v[12]) && number(v[7:9]) <= 52
}

func egn(v []byte) bool {
	month := number(v[2:4])
	if month > 40 {
		month -= 40
	} else if month > 20 {
		month -= 20
	}
	return date(month, number(v[4:6])) && weighted(v, 2, 4, 8, 5, 10, 9, 7, 3, 6)%11%10 == digit(v[9])
}

func taj(v []byte) bool {
	return !uniform(v) && weighted(v, 3, 7, 3, 7, 3, 7, 3, 7)%10 == digit(v[8])
}

func jmbg(v []byte) bool {
	return ddmmyy(v) && elevenDown(weighted(v, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) == digit(v[12])
}

func innFirm(v []byte) bool {
	return v[0] != '0' && weighted(v, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10 == digit(v[9])
}

func innPerson(v []byte) bool {
	return !uniform(v) && weighted(v, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10 == digit(v[10]) &&
		weighted(v, 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10 == digit(v[11])
}

func snils(v []byte) bool {
	return !uniform(v) && weighted(v, 9, 8, 7, 6, 5, 4, 3, 2, 1)%101%100 == number(v[9:])
}

func rnokpp(v []byte) bool {
	sum := weighted(v, 10, 5, 7, 9, 4, 6, 10, 5, 7) - 11*digit(v[0])
	rest := ((sum % 11) + 11) % 11 % 10
	return v[0] != '0' && rest == digit(v[9])
}
