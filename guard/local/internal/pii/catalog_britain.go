package pii

import "strings"

func britain() []entity {
	return []entity{
		{
			name: "uk_nhs", label: "an NHS number", grade: grave, words: "nhs patient health",
			forms: []form{{medium, "ddd-ddd-dddd|ddd ddd dddd", nhs}, {low, "dddddddddd", nhs}},
		},
		{
			name: "uk_nino", label: "a UK national insurance number", grade: grave, words: "nino insurance ni",
			forms: []form{{medium, "aadddddda|aa dd dd dd a|aa-dd-dd-dd-a|aa dddddd a", nino}},
		},
		{
			name: "uk_passport", label: "a UK passport's number", grade: grave, words: "passport",
			forms: []form{{low, "aaddddddd", nil}, {named, "ddddddddd", nil}},
		},
		{
			name: "uk_driving_licence", label: "a UK driving licence", grade: grave,
			words: "driving licence license dvla", forms: []form{{medium, "xxxxxddddddxxxaa|xxxxx dddddd xxxaa", ukLicence}},
		},
		{
			name: "uk_vehicle_registration", label: "a UK vehicle's registration", grade: minor,
			words: "vehicle registration plate reg vrn dvla logbook car", forms: []form{
				{low, "aaddaaa|aadd aaa|aadd-aaa", ukPlate},
				{low, "ad{1,3} aaa|ad{1,3}-aaa|aaa d{1,3}a|aaa-d{1,3}a", ukOldPlate},
				{lone, "ad{1,3}aaa|aaad{1,3}a", ukOldPlate},
			},
		},
		{
			name: "uk_postcode", label: "a UK postcode", grade: minor, words: "postcode postal address",
			forms: []form{{low, "a{1,2}d{1,2} daa|a{1,2}da daa", postcode}, {lone, "a{1,2}ddaa|a{1,2}dddaa|a{1,2}dadaa", postcode}},
		},
		{
			name: "uk_utr", label: "a UK taxpayer's reference", grade: grave, words: "utr hmrc",
			forms: []form{{named, "dddddddddd|ddddd ddddd", nil}},
		},
		{
			name: "ie_pps", label: "an Irish PPS number", grade: grave, words: "pps ppsn",
			forms: []form{{low, "ddddddda|dddddddaa", pps}},
		},
	}
}

// nhs is the check of an NHS number, modulo 11.
func nhs(v []byte) bool {
	rest := 11 - weighted(v, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11
	return rest%11 == digit(v[9]) && rest != 10 && !uniform(v)
}

// nino knows the letters that are not given out.
func nino(v []byte) bool {
	if strings.IndexByte("DFIQUV", v[0]) >= 0 || strings.IndexByte("DFIOQUV", v[1]) >= 0 {
		return false
	}
	switch string(v[:2]) {
	case "BG", "GB", "KN", "NK", "NT", "TN", "ZZ":
		return false
	}
	return v[8] >= 'A' && v[8] <= 'D'
}

// ukLicence is the first five letters of a name, filled up with nines, and a date
// of birth in between.
func ukLicence(v []byte) bool {
	name := strings.TrimRight(string(v[:5]), "9")
	if name == "" || strings.ContainsAny(name, "0123456789") {
		return false
	}
	month, day := number(v[6:8]), number(v[8:10])
	initials := func(b byte) bool { return b >= 'A' || b == '9' }
	return date(month%50, day) && (month <= 12 || month >= 51) && initials(v[11]) && initials(v[12])
}

func ukPlate(v []byte) bool {
	age := number(v[2:4])
	if age < 2 || age > 29 && age < 51 || age > 79 {
		return false
	}
	return plateLetters(v[:2]) && plateLetters(v[4:])
}

// ukOldPlate has its letter of the year at the beginning or at the end.
func ukOldPlate(v []byte) bool {
	year, rest := v[0], v[1:]
	if v[1] > '9' {
		year, rest = v[len(v)-1], v[:len(v)-1]
	}
	return plateLetters(rest) && strings.IndexByte("IOQUZ", year) < 0
}

// plateLetters says that there are no letters that look like digits.
func plateLetters(v []byte) bool {
	for _, b := range v {
		if b == 'I' || b == 'Q' {
			return false
		}
	}
	return true
}

func postcode(v []byte) bool {
	inward := v[len(v)-3:]
	for _, b := range inward[1:] {
		if strings.IndexByte("CIKMOV", b) >= 0 {
			return false
		}
	}
	return strings.IndexByte("QVX", v[0]) < 0 && (v[1] <= '9' || strings.IndexByte("IJZ", v[1]) < 0)
}

func pps(v []byte) bool {
	sum := weighted(v, 8, 7, 6, 5, 4, 3, 2)
	if len(v) == 9 && v[8] != 'W' {
		sum += 9 * int(v[8]-'A'+1)
	}
	return v[7] == "WABCDEFGHIJKLMNOPQRSTUV"[sum%23]
}
