package pii

func americas() []entity {
	return []entity{
		{
			name: "ca_sin", label: "a Canadian social insurance number", grade: grave, words: "sin social insurance nas",
			forms: []form{{medium, "ddd-ddd-ddd|ddd ddd ddd", sin}, {low, "ddddddddd", sin}},
		},
		{
			name: "mx_curp", label: "a Mexican CURP", grade: grave, words: "curp",
			forms: []form{{high, "aaaaddddddaaaaaaxd", curp}},
		},
		{
			name: "mx_rfc", label: "a Mexican tax number", grade: private, words: "rfc",
			forms: []form{{low, "aaaaddddddxxx|aaaddddddxxx", rfc}},
		},
		{
			name: "br_cpf", label: "a Brazilian CPF", grade: grave, words: "cpf",
			forms: []form{{high, "ddd.ddd.ddd-dd", cpf}, {medium, "ddddddddddd|ddddddddd-dd", cpf}},
		},
		{
			name: "br_cnpj", label: "a Brazilian firm's number", grade: minor, words: "cnpj",
			forms: []form{{high, "dd.ddd.ddd/dddd-dd", cnpj}, {medium, "dddddddddddddd", cnpj}},
		},
		{
			name: "ar_cuit", label: "an Argentine tax number", grade: grave, words: "cuit cuil",
			forms: []form{{high, "dd-dddddddd-d", cuit}, {named, "ddddddddddd", cuit}},
		},
		{
			name: "cl_rut", label: "a Chilean RUT", grade: grave, words: "rut run",
			forms: []form{{high, "d{1,2}.ddd.ddd-x", rut}, {medium, "d{7,8}-x", rut}},
		},
		{
			name: "co_nit", label: "a Colombian tax number", grade: private, words: "nit cedula cédula",
			forms: []form{{named, "ddd.ddd.ddd-d|ddddddddd-d|d{6,10}", nil}},
		},
		{name: "pe_dni", label: "a Peruvian DNI", grade: grave, words: "dni", forms: []form{{named, "dddddddd", nil}}},
	}
}

// sin is Luhn's check; no number begins with 0, and those from 8 on are not given
// out.
func sin(v []byte) bool {
	return v[0] != '0' && v[0] != '8' && !uniform(v) && luhn(v)
}

func curp(v []byte) bool {
	return yymmdd(v[4:10]) && (v[10] == 'H' || v[10] == 'M' || v[10] == 'X')
}

func rfc(v []byte) bool { return yymmdd(v[len(v)-9 : len(v)-3]) }

func cpf(v []byte) bool {
	return !uniform(v) &&
		elevenDown(weighted(v, 10, 9, 8, 7, 6, 5, 4, 3, 2)) == digit(v[9]) &&
		elevenDown(weighted(v, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)) == digit(v[10])
}

func cnpj(v []byte) bool {
	return !uniform(v) &&
		elevenDown(weighted(v, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == digit(v[12]) &&
		elevenDown(weighted(v, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == digit(v[13])
}

// elevenDown is what a sum lacks to a multiple of eleven, 10 and 11 being 0.
func elevenDown(sum int) int {
	if rest := sum % 11; rest >= 2 {
		return 11 - rest
	}
	return 0
}

func cuit(v []byte) bool {
	switch string(v[:2]) {
	case "20", "23", "24", "27", "30", "33", "34":
		rest := weighted(v, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11
		return (11-rest)%11 == digit(v[10])
	default:
		return false
	}
}

func rut(v []byte) bool {
	sum, weight := 0, 2
	for i := len(v) - 2; i >= 0; i-- {
		sum += digit(v[i]) * weight
		if weight++; weight == 8 {
			weight = 2
		}
	}
	return v[len(v)-1] == "0K987654321"[sum%11] && !uniform(v[:len(v)-1])
}
