package pii

import "strings"

func india() []entity {
	return []entity{
		{
			name: "in_aadhaar", label: "an Indian Aadhaar number", grade: grave, words: "aadhaar aadhar uidai uid आधार",
			forms: []form{{medium, "dddd dddd dddd|dddd-dddd-dddd", aadhaar}, {low, "dddddddddddd", aadhaar}},
		},
		{name: "in_pan", label: "an Indian PAN", grade: grave, words: "pan permanent", forms: []form{
			{medium, "aaaaadddda", pan}, {low, "aaaaadddda", nil}, {lone, "xxxxxxxxxx", fourDigits},
		}},
		{
			name: "in_gstin", label: "an Indian GST number", grade: minor, words: "gst gstin",
			forms: []form{{medium, "ddaaaaaddddaxZx", gstin}},
		},
		{
			name: "in_passport", label: "an Indian passport's number", grade: grave, words: "passport",
			forms: []form{{low, "addddddd|a ddddddd", inPassport}},
		},
		{
			name: "in_voter", label: "an Indian voter's number", grade: grave, words: "voter epic elector",
			forms: []form{{low, "aaaddddddd", nil}},
		},
		{
			name: "in_vehicle_registration", label: "an Indian vehicle's registration", grade: minor,
			words: "rto vehicle plate registration bike car", forms: []form{
				{medium, "aadda{1,2}dddd|aada{1,3}dddd|aa dd a{1,2} dddd|aa-dd-a{1,2}-dddd", rtoState},
				{low, "ddBHddddaa|ddaddddddda|ddadddddda", nil},
				{low, "d{1,3}CDd{1,4}|d{1,3}CCd{1,4}|d{1,3}UNd{1,4}", nil},
				{lone, "add{4,5}|adddd|aadddd|aaadddd", nil},
			},
		},
		{
			name: "in_ifsc", label: "an Indian bank branch's code", grade: minor, words: "ifsc",
			forms: []form{{low, "aaaa0xxxxxx", nil}},
		},
	}
}

func southAsia() []entity {
	return []entity{
		{
			name: "pk_cnic", label: "a Pakistani identity card's number", grade: grave, words: "cnic nic",
			forms: []form{{medium, "ddddd-ddddddd-d", nil}, {named, "ddddddddddddd", nil}},
		},
		{
			name: "th_tnin", label: "a Thai national id number", grade: grave,
			words: "tnin thai เลขประจำตัวประชาชน เลขบัตรประชาชน บัตรประชาชน รหัสปชช",
			forms: []form{{medium, "d-dddd-ddddd-dd-d|d dddd ddddd dd d", thai}, {low, "ddddddddddddd", thai}},
		},
		{name: "sg_fin", label: "a Singaporean NRIC or FIN", grade: grave, words: "nric fin", forms: []form{
			{medium, "addddddda", singapore}, {low, "addddddda", func(v []byte) bool { return strings.IndexByte("STFGM", v[0]) >= 0 }},
		}},
		{
			name: "sg_uen", label: "a Singaporean firm's number", grade: minor, words: "uen acra",
			forms: []form{{medium, "dddddddda|ddddddddda|addaadddda", uen}},
		},
		{
			name: "my_nric", label: "a Malaysian identity card's number", grade: grave, words: "mykad nric ic kad pengenalan",
			forms: []form{{medium, "dddddd-dd-dddd", yymmdd}, {named, "dddddddddddd", yymmdd}},
		},
		{
			name: "id_nik", label: "an Indonesian NIK", grade: grave, words: "nik ktp",
			forms: []form{{low, "dddddddddddddddd", nik}},
		},
		{
			name: "ph_mobile_number", label: "a Philippine mobile number", grade: private, words: phoneWords + " telepono numero",
			forms: []form{{medium, "dddd-ddd-dddd|dddd ddd dddd|dddd.ddd.dddd", philippine}, {low, "ddddddddddd", philippine}},
		},
		{
			name: "ph_tin", label: "a Philippine taxpayer number", grade: grave, words: "tin bir taxpayer",
			forms: []form{{medium, "ddd-ddd-ddd-ddd", phTIN}, {low, "ddd-ddd-ddd|ddddddddd|dddddddddddd", phTIN}},
		},
		{
			name: "ph_umid", label: "a Philippine UMID number", grade: grave, words: "umid crn",
			forms: []form{{low, "dddd-ddddddd-d", nil}, {named, "dddddddddddd", nil}},
		},
		{
			name: "ph_philhealth", label: "a Philippine health insurance number", grade: grave, words: "philhealth pin",
			forms: []form{{low, "dd-ddddddddd-d", nil}, {named, "dddddddddddd", nil}},
		},
		{
			name: "ph_sss", label: "a Philippine social security number", grade: grave, words: "sss",
			forms: []form{{low, "dd-ddddddd-d", nil}},
		},
		{
			name: "ph_passport", label: "a Philippine passport's number", grade: grave, words: "passport pasaporte",
			forms: []form{{low, "addddddda|aaddddddda", func(v []byte) bool { return v[0] == 'P' || v[0] == 'E' || v[0] == 'D' || v[0] == 'S' }}},
		},
	}
}

func aadhaar(v []byte) bool { return v[0] >= '2' && !uniform(v) && verhoeff(v) }

// pan has the kind of its holder for its fourth letter.
func pan(v []byte) bool { return strings.IndexByte("ABCFGHJLPT", v[3]) >= 0 }

// fourDigits says that there are four digits in a row, and a letter.
func fourDigits(v []byte) bool {
	row, longest, letter := 0, 0, false
	for _, b := range v {
		if b > '9' {
			row, letter = 0, true
			continue
		}
		row++
		longest = max(longest, row)
	}
	return longest == 4 && letter
}

func gstin(v []byte) bool {
	state := number(v[:2])
	return state >= 1 && state <= 38 && state != 38 && v[12] != '0'
}

func inPassport(v []byte) bool { return v[1] != '0' && v[7] != '0' }

// rtoState is a state or territory and a number that is not zero.
func rtoState(v []byte) bool {
	const states = "AN AP AR AS BR CG CH CT DD DH DL DN GA GJ HP HR JH JK KA KL LA LD MH ML MN MP MZ NL OD OR PB PY " +
		"RJ SK TN TR TS TG UA UK UL UP UT WB"
	return strings.Contains(states, string(v[:2])) && string(v[len(v)-4:]) != "0000"
}

// thai has a province in its second and third digits.
func thai(v []byte) bool {
	province := number(v[1:3])
	switch province {
	case 28, 29, 59, 68, 69, 78, 79, 87, 88, 89, 97, 98, 99:
		return false
	}
	return v[0] != '0' && province >= 10 && !uniform(v) &&
		(11-weighted(v, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11)%10 == digit(v[12])
}

func singapore(v []byte) bool {
	sum := weighted(v[1:], 2, 7, 6, 5, 4, 3, 2)
	switch v[0] {
	case 'S':
		return v[8] == "JZIHGFEDCBA"[sum%11]
	case 'T':
		return v[8] == "JZIHGFEDCBA"[(sum+4)%11]
	case 'F':
		return v[8] == "XWUTRQPNMLK"[sum%11]
	case 'G':
		return v[8] == "XWUTRQPNMLK"[(sum+4)%11]
	case 'M':
		return v[8] == "XWUTRQPNJLK"[(sum+3)%11]
	default:
		return false
	}
}

// uen is the check of a firm's number, in its three forms.
func uen(v []byte) bool {
	switch {
	case len(v) == 9:
		return v[8] == "XMKECAWLJDB"[weighted(v, 10, 4, 9, 3, 8, 2, 7, 1)%11]
	case v[0] <= '9':
		year := number(v[:4])
		return year >= 1850 && year <= 2100 && v[9] == "ZKCMDNERGWH"[weighted(v, 10, 8, 6, 4, 9, 7, 5, 3, 1)%11]
	default:
		return strings.IndexByte("TSR", v[0]) >= 0 && v[9] == uenLetters[(uenSum(v)-5+11)%11]
	}
}

const uenLetters = "ABCDEFGHJKLMNPQRSTUVWX0123456789"

func uenSum(v []byte) int {
	sum := 0
	for i, weight := range [...]int{4, 3, 5, 3, 10, 2, 2, 5, 7} {
		sum += weight * strings.IndexByte(uenLetters, v[i])
	}
	return sum
}

// nik holds a date, a woman's day with 40 added.
func nik(v []byte) bool {
	day := number(v[6:8])
	if day > 40 {
		day -= 40
	}
	province := number(v[:2])
	return province >= 11 && province <= 96 && date(number(v[8:10]), day)
}

func phTIN(v []byte) bool {
	return !uniform(v[:9]) && weighted(v, 9, 8, 7, 6, 5, 4, 3, 2)%11 == digit(v[8])
}

func eastAsia() []entity {
	return []entity{
		{
			name: "kr_rrn", label: "a Korean resident number", grade: grave, words: "rrn resident 주민등록번호 주민번호",
			forms: []form{{medium, "dddddd-ddddddd", rrn('1')}, {low, "ddddddddddddd", rrn('1')}},
		},
		{
			name: "kr_frn", label: "a Korean foreigner's number", grade: grave, words: "frn foreigner 외국인등록번호 외국인번호",
			forms: []form{{medium, "dddddd-ddddddd", rrn('5')}, {low, "ddddddddddddd", rrn('5')}},
		},
		{
			name: "kr_brn", label: "a Korean business number", grade: minor, words: "brn 사업자등록번호",
			forms: []form{{medium, "ddd-dd-ddddd", brn}, {low, "dddddddddd", brn}},
		},
		{
			name: "kr_driver_license", label: "a Korean driving licence", grade: grave,
			words: "driver license licence 운전면허 운전면허번호 면허번호",
			forms: []form{{medium, "dd-dd-dddddd-dd|dd dd dddddd dd", krLicence}, {low, "dddddddddddd", krLicence}},
		},
		{
			name: "kr_passport", label: "a Korean passport's number", grade: grave, words: "passport 여권 여권번호",
			forms: []form{{low, "adddadddd|adddddddd", func(v []byte) bool { return strings.IndexByte("MSROGD", v[0]) >= 0 }}},
		},
		{
			name: "jp_my_number", label: "a Japanese My Number", grade: grave, words: "マイナンバー 個人番号",
			forms: []form{{low, "dddd dddd dddd|dddd-dddd-dddd|dddddddddddd", myNumber}},
		},
		{
			name: "cn_id", label: "a Chinese identity number", grade: grave, words: "身份证 居民身份证",
			forms: []form{{high, "dddddddddddddddddx", chinese}},
		},
		{
			name: "tw_national_id", label: "a Taiwanese identity number", grade: grave, words: "身分證 統一編號",
			forms: []form{{medium, "addddddddd", taiwanese}},
		},
		{
			name: "hk_hkid", label: "a Hong Kong identity card's number", grade: grave, words: "hkid 身份證",
			forms: []form{{high, "adddddd(x)|aadddddd(x)", hkid}, {low, "addddddd|addddddA", hkid}},
		},
	}
}

// rrn is a date, and a sex of the four from first on.
func rrn(first byte) func([]byte) bool {
	return func(v []byte) bool { return yymmdd(v) && v[6] >= first && v[6] < first+4 }
}

func brn(v []byte) bool {
	last := digit(v[8]) * 5
	sum := weighted(v, 1, 3, 7, 1, 3, 7, 1, 3) + last + last/10
	return (10-sum%10)%10 == digit(v[9]) && !uniform(v)
}

func krLicence(v []byte) bool {
	region := number(v[:2])
	return region >= 11 && region <= 28 && region != 27
}

func myNumber(v []byte) bool {
	return !uniform(v) && elevenDown(weighted(v, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) == digit(v[11])
}

func chinese(v []byte) bool {
	year := number(v[6:10])
	return year >= 1880 && year <= 2100 && yymmdd(v[8:]) &&
		v[17] == "10X98765432"[weighted(v, 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)%11]
}

func taiwanese(v []byte) bool {
	city := strings.IndexByte("ABCDEFGHJKLMNPQRSTUVXYWZIO", v[0]) + 10
	if strings.IndexByte("1289", v[1]) < 0 {
		return false
	}
	return (city/10+city%10*9+weighted(v[1:], 8, 7, 6, 5, 4, 3, 2, 1, 1))%10 == 0
}

func hkid(v []byte) bool {
	sum := 36 * 9 // of a blank
	if len(v) == 9 {
		sum = ordinal(v[0]) * 9
		v = v[1:]
	}
	for i, b := range v[:7] {
		sum += ordinal(b) * (8 - i)
	}
	check := v[len(v)-1]
	if check == 'A' {
		return (sum+10)%11 == 0
	}
	return check <= '9' && (sum+digit(check))%11 == 0
}
