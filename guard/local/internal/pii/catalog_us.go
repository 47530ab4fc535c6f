package pii

func unitedStates() []entity {
	return []entity{
		{
			name: "us_ssn", label: "a US social security number", grade: grave, words: "ssn ssns social socialsecurity",
			forms: []form{{medium, "ddd-dd-dddd|ddd dd dddd", ssn}, {lone, "ddddddddd|ddd.dd.dddd", ssn}},
		},
		{
			name: "us_itin", label: "a US taxpayer number", grade: grave, words: "itin taxpayer tin",
			forms: []form{{medium, "ddd-dd-dddd|ddd dd dddd", itin}, {low, "ddddddddd", itin}},
		},
		{
			name: "us_ein", label: "a US employer number", grade: minor, words: "ein fein employer",
			forms: []form{{named, "dd-ddddddd", nil}},
		},
		{
			name: "aba_routing", label: "a US bank's routing number", grade: private, words: "aba routing bank rtn",
			forms: []form{{medium, "dddd-dddd-d", aba}, {low, "ddddddddd", aba}},
		},
		{
			name: "us_bank", label: "a US bank account number", grade: grave,
			words: "account acct bank checking savings deposit", forms: []form{
				{lone, "dddddddddddd|d{14,17}", varied}, {named, "d{8,17}", varied},
			},
		},
		{
			name: "us_driver_license", label: "a US driver's license", grade: grave,
			words: "driver drivers license licence lic permit dl dls cdls driving", forms: []form{
				{lone, "ad{7,8}|ad{12,14}|dddddddda|aaddddddd|addddddR|ddaaad{5,6}|dddaadddd|ddddddddaa|addadddddd", nil},
				{named, "d{7,12}|ad{3,14}|aad{3,7}|d{7,9}a|aadddddda|adaxa|ad-ddd-ddd-ddd-ddd-d|addd-dddd-dddd", nil},
			},
		},
		{
			name: "us_passport", label: "a US passport's number", grade: grave, words: "passport travel",
			forms: []form{{lone, "ddddddddd|adddddddd", usPassport}},
		},
		{
			name: "us_mbi", label: "a Medicare beneficiary's number", grade: grave, words: "mbi medicare beneficiary",
			forms: []form{{high, "xxxx-xxx-xxxx|xxxx xxx xxxx", mbi}, {medium, "xxxxxxxxxxx", mbi}},
		},
		{
			name: "us_npi", label: "a US health provider's number", grade: minor, words: "npi provider practitioner",
			forms: []form{{low, "dddddddddd|dddd-ddd-ddd|dddd ddd ddd", npi}},
		},
		{
			name: "medical_license", label: "a US prescriber's DEA number", grade: private,
			words: "dea medical license certificate prescriber", forms: []form{{low, "aaddddddd|a9ddddddd", dea}},
		},
		{
			name: "us_clia", label: "a US laboratory's number", grade: minor, words: "clia laboratory lab",
			forms: []form{{low, "ddDddddddd", nil}},
		},
	}
}

// ssn knows the areas, groups and serials that are not given out, and the numbers
// that advertisements made known.
func ssn(v []byte) bool {
	area, serial := string(v[:3]), number(v[5:])
	switch {
	case area == "000", area == "666", v[0] == '9', number(v[3:5]) == 0, serial == 0, uniform(v):
		return false
	}
	switch string(v) {
	case "078051120", "219099999", "123456789", "457555462":
		return false
	}
	return true
}

func itin(v []byte) bool {
	group := number(v[3:5])
	return v[0] == '9' && (group >= 50 && group <= 65 || group >= 70 && group <= 88 ||
		group >= 90 && group <= 92 || group >= 94)
}

// aba is the check of a routing number, and the districts of the Federal Reserve
// that it begins with.
func aba(v []byte) bool {
	district := number(v[:2])
	if uniform(v) || district > 12 && district < 21 || district > 32 && district < 61 || district > 72 && district != 80 {
		return false
	}
	return weighted(v, 3, 7, 1, 3, 7, 1, 3, 7, 1)%10 == 0
}

// varied leaves out runs of one digit, and milliseconds since 1970.
func varied(v []byte) bool { return !uniform(v) && (len(v) != 13 || v[0] != '1') }

func usPassport(v []byte) bool {
	return !uniform(v) && (v[0] <= '9' || v[0] == 'A' || v[0] == 'C' || v[0] == 'E' || v[0] == 'Y' || v[0] == 'Z')
}

// mbi is the form of the Centers for Medicare & Medicaid Services: C A AN N A AN N A
// A N N, without the letters S, L, O, I, B and Z.
func mbi(v []byte) bool {
	const form = "CAXNAXNAANN"
	for i, b := range v {
		isDigit := b <= '9'
		switch form[i] {
		case 'C':
			if !isDigit || b == '0' {
				return false
			}
		case 'N':
			if !isDigit {
				return false
			}
		case 'A':
			if isDigit {
				return false
			}
		}
		switch b {
		case 'S', 'L', 'O', 'I', 'B', 'Z':
			return false
		}
	}
	return true
}

// npi is Luhn's check with 80840, which stands for health in the US, before it; that
// adds 24.
func npi(v []byte) bool {
	return (v[0] == '1' || v[0] == '2') && !uniform(v[:9]) && (luhnSum(v)+24)%10 == 0
}

func dea(v []byte) bool {
	d := v[2:]
	odd := digit(d[0]) + digit(d[2]) + digit(d[4])
	even := digit(d[1]) + digit(d[3]) + digit(d[5])
	return (odd+2*even)%10 == digit(d[6])
}
