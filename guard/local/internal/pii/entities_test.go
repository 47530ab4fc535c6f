package pii_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestEntities holds each entity against a number of its own, which official
// documents and standards have for an example, and against one that breaks a rule of
// it. The number stands alone; another entity may take the second for its own.
func TestEntities(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	for entity, c := range entityExamples() {
		for _, hit := range c.hits {
			assert.Contains(t, codes(d, text(hit)), "pii."+entity, hit)
		}
		for _, miss := range c.misses {
			assert.NotContains(t, codes(d, text(miss)), "pii."+entity, miss)
		}
	}
}

type examples struct{ hits, misses []string }

func entityExamples() map[string]examples {
	return map[string]examples{
		"credit_card": {
			[]string{"4242 4242 4242 4242", "5105105105105100", "3782-822463-10005", "6011111111111117", "2223003122003222", "paid by 38520000023237"},
			[]string{"4242 4242 4242 4243", "9242424242424248", "1700000000000", "0000000000000000"},
		},
		"iban":  {[]string{"GB82 WEST 1234 5698 7654 32", "NO9386011117947", "fr1420041010050500013m02606"}, []string{"GB82 WEST 1234 5698 7654 33", "XX8212345698765432"}},
		"email": {[]string{"jane.roe+x@mail.example.co.uk", "<a_b@example.org>,"}, []string{"jane@localhost", "a@b.c", "@name", "x@example.1"}},
		"phone": {
			[]string{"+44 20 7946 0958", "(212) 555-0187", "Tel. 030 1234567", "fon: 089/1234567 tel", "call me: 2125550187"},
			[]string{"(012) 555-0187", "1+4915112345678", "212-055-0187-9"},
		},
		"ip":             {[]string{"203.0.113.9", "2001:db8::8:800:200c:417a", "fe80::1%eth0", "host [2001:db8::1]:443"}, []string{"1.2.3", "1.2.3.256", "v1.2.3.4.5", "1::2::3", "12:30:45"}},
		"mac":            {[]string{"3c:22:fb:0a:1b:2c", "3C-22-FB-0A-1B-2C"}, []string{"3c:22:fb:0a:1b", "ff:ff:ff:ff:ff:ff"}},
		"crypto":         {[]string{"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"}, []string{"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdw"}},
		"imei":           {[]string{"490154203237518"}, []string{"490154203237519"}},
		"vin":            {[]string{"1M8GDM9AXKP042788"}, []string{"1M8GDM9A1KP042788", "1M8GDM9AXKPO42788"}},
		"date_of_birth":  {[]string{"born 1990-04-05", "DOB: 4/5/1990"}, []string{"1990-04-05", "due 1990-04-05"}},
		"medical_record": {[]string{"MRN 0012345678"}, []string{"0012345678"}},

		"us_ssn":            {[]string{"219-09-9998", "536904399"}, []string{"219-09-9999", "666-09-9998", "219-00-9998", "219-09.9998"}},
		"us_itin":           {[]string{"900-70-0001", "998921234"}, []string{"900-93-0001", "800-70-0001"}},
		"us_ein":            {[]string{"EIN 12-3456789"}, []string{"12-3456789"}},
		"aba_routing":       {[]string{"021000021", "1210-0024-8"}, []string{"021000022", "521000025"}},
		"us_bank":           {[]string{"checking account 4467293321", "553201998342"}, []string{"4467"}},
		"us_driver_license": {[]string{"driver license A1234567", "D08954796"}, []string{"ABCDEFG"}},
		"us_passport":       {[]string{"passport 340020013", "C03005988"}, []string{"34002001"}},
		"us_mbi":            {[]string{"5AA0AA0AA00", "5AA0-AA0-AA00"}, []string{"5SA0AA0AA00", "0AA0AA0AA00"}},
		"us_npi":            {[]string{"1992999825"}, []string{"1992999826", "3992999825"}},
		"medical_license":   {[]string{"FB2468026"}, []string{"FB2468027"}},
		"ca_sin":            {[]string{"123 456 782", "123-456-782"}, []string{"123 456 783", "046 454 286"}},
		"mx_curp":           {[]string{"BOXW310820HNERXN09"}, []string{"BOXW311320HNERXN09"}},
		"mx_rfc":            {[]string{"GODE561231GR8"}, []string{"GODE561331GR8"}},
		"br_cpf":            {[]string{"390.533.447-05", "39053344705"}, []string{"390.533.447-06", "111.111.111-11"}},
		"br_cnpj":           {[]string{"16.727.230/0001-97"}, []string{"16.727.230/0001-98"}},
		"ar_cuit":           {[]string{"20-05536168-2"}, []string{"20-05536168-3"}},
		"cl_rut":            {[]string{"12.531.909-2", "12531909-2"}, []string{"12.531.909-3"}},

		"uk_nhs":                  {[]string{"943 476 5919", "9434765919"}, []string{"943 476 5918"}},
		"uk_nino":                 {[]string{"JG103759A", "JG 10 37 59 A"}, []string{"BG103759A", "JG103759E", "QQ103759A"}},
		"uk_passport":             {[]string{"CD7654321"}, []string{"CD765432"}},
		"uk_driving_licence":      {[]string{"MORGA657054SM9IJ"}, []string{"MORGA673054SM9IJ", "99999657054SM9IJ"}},
		"uk_vehicle_registration": {[]string{"BD51 SMR", "A123 BCD"}, []string{"BD40 SMR", "BI51 SMR"}},
		"uk_postcode":             {[]string{"SW1A 2AA", "N1 9GU"}, []string{"SW1A 2CC", "QW1A 2AA"}},
		"ie_pps":                  {[]string{"6433435F"}, []string{"6433435E"}},

		"de_tax_id":           {[]string{"86 095 742 719", "47036892816"}, []string{"86095742710", "06095742719"}},
		"de_tax_number":       {[]string{"Steuernummer 93/815/08152", "5133081508159 Steuernummer"}, []string{"93/815/0815"}},
		"de_id_card":          {[]string{"T22000129"}, []string{"A22000129"}},
		"de_passport":         {[]string{"C01X00T41"}, []string{"C01X00T42", "A01X00T41"}},
		"de_social_security":  {[]string{"15070649C103", "15 070649 C 103"}, []string{"15070649C104", "15071349C103"}},
		"de_health_insurance": {[]string{"A123456780"}, []string{"A123456781"}},
		"de_lanr":             {[]string{"LANR 271616301"}, []string{"271616801"}},
		"de_bsnr":             {[]string{"BSNR 721111100"}, []string{"72111110"}},
		"de_kfz":              {[]string{"HH-AB 1234", "M-XY-99E"}, []string{"hh-ab 1234", "M-XY-0123"}},
		"de_fuehrerschein":    {[]string{"MU12345678B"}, []string{"MU1234567"}},
		"de_handelsregister":  {[]string{"eingetragen als HRB 12345"}, []string{"HRC 12345"}},
		"de_vat_id":           {[]string{"DE136695976", "DE 136 695 976"}, []string{"DE136695977"}},
		"de_plz":              {[]string{"50667", "PLZ 50667 Köln"}, []string{"00999", "50667 Tage"}},
		"fr_nir":              {[]string{"2 55 08 14 168 025 38", "255081416802538"}, []string{"255081416802539"}},
		"be_nn":               {[]string{"85.07.30-033.28"}, []string{"85.07.30-033.29"}},
		"nl_bsn":              {[]string{"BSN 111222333"}, []string{"111222334"}},
		"ch_ahv":              {[]string{"756.9217.0769.85"}, []string{"756.9217.0769.84"}},
		"at_svnr":             {[]string{"1237 010180"}, []string{"2237 010180"}},

		"es_nif":            {[]string{"54362315K", "54362315-K"}, []string{"54362315Z"}},
		"es_nie":            {[]string{"X2482300W"}, []string{"X2482300A", "A2482300W"}},
		"es_cif":            {[]string{"J99216582"}, []string{"J99216583"}},
		"es_passport":       {[]string{"PAA123456"}, []string{"PAA12345"}},
		"it_fiscal_code":    {[]string{"RCCMNL83S18D969H"}, []string{"RCCMNL83S18D969A"}},
		"it_vat_code":       {[]string{"00743110157"}, []string{"00743110158"}},
		"it_driver_license": {[]string{"RM1234567X"}, []string{"RM123456X"}},
		"it_identity_card":  {[]string{"CA12345AB"}, []string{"CA1234AB"}},
		"it_passport":       {[]string{"YA1234567"}, []string{"YA123456"}},
		"pt_nif":            {[]string{"NIF 501964843"}, []string{"501964842"}},
		"gr_amka":           {[]string{"AMKA 01013099997"}, []string{"01013099999"}},

		"fi_personal_identity_code": {[]string{"131052-308T", "131052A308T"}, []string{"131052-308U", "321052-308T"}},
		"se_personnummer":           {[]string{"880320-0016", "19880320-0016"}, []string{"880320-0018", "881320-0016"}},
		"se_organisationsnummer":    {[]string{"123456-7897"}, []string{"123456-7891"}},
		"no_fodselsnummer":          {[]string{"151086 95088"}, []string{"15108695077"}},
		"dk_cpr":                    {[]string{"211062-5629"}, []string{"511062-5629"}},
		"is_kennitala":              {[]string{"120174-3399"}, []string{"120174-3389"}},
		"ee_isikukood":              {[]string{"isikukood 36805280109"}, []string{"36805280108"}},
		"pl_pesel":                  {[]string{"44051401359"}, []string{"44051401358"}},
		"pl_nip":                    {[]string{"856-734-62-15"}, []string{"856-734-62-16"}},
		"cz_rodne_cislo":            {[]string{"710319/2745"}, []string{"710319/2746"}},
		"ro_cnp":                    {[]string{"1630615123457"}, []string{"1630615123458"}},
		"bg_egn":                    {[]string{"EGN: 7523169263"}, []string{"7523169264"}},
		"hu_taj":                    {[]string{"TAJ 111 111 110"}, []string{"111 111 112"}},
		"hr_oib":                    {[]string{"OIB: 33392005961"}, []string{"33392005962"}},
		"rs_jmbg":                   {[]string{"0101006500006"}, []string{"0101006500007"}},
		"ru_inn":                    {[]string{"500100732259", "ИНН 7707083893", "INN 7707083893"}, []string{"500100732258"}},
		"ru_snils":                  {[]string{"112-233-445 95"}, []string{"112-233-445 96"}},
		"ua_rnokpp":                 {[]string{"рнокпп 1759013776"}, []string{"1759013770"}},

		"in_aadhaar":              {[]string{"2341 2341 2346"}, []string{"2341 2341 2347", "0341 2341 2346"}},
		"in_pan":                  {[]string{"ACUPA7085R"}, []string{"ACU7A7085R1"}},
		"in_gstin":                {[]string{"27AAPFU0939F1ZV"}, []string{"39AAPFU0939F1ZV", "27AAPFU0939F1AV"}},
		"in_passport":             {[]string{"K8765432"}, []string{"K0765432"}},
		"in_voter":                {[]string{"WKH1186253"}, []string{"WKH118625"}},
		"in_vehicle_registration": {[]string{"KA01AB1234", "22BH6517AA"}, []string{"ZZ01AB1234", "KA01AB0000"}},
		"pk_cnic":                 {[]string{"34201-0891231-8"}, []string{"3420-0891231-8"}},
		"th_tnin":                 {[]string{"1-2345-45678-78-1", "1234545678781"}, []string{"1234545678782", "1294545678781"}},
		"sg_fin":                  {[]string{"F1234567N", "S0000001I"}, []string{"A1234567N"}},
		"sg_uen":                  {[]string{"00192200M", "197401143C"}, []string{"00192200A", "299901143C"}},
		"my_nric":                 {[]string{"770305-02-1234"}, []string{"771305-02-1234"}},
		"id_nik":                  {[]string{"3171011708450001"}, []string{"3171011713450001"}},
		"ph_mobile_number":        {[]string{"0917 555 0123", "+63 917 555 0123"}, []string{"0817 555 0123"}},
		"ph_tin":                  {[]string{"TIN 000-123-456-000"}, []string{"000-123-457-000"}},
		"kr_rrn":                  {[]string{"900101-1234567"}, []string{"901301-1234567", "900101-5234567"}},
		"kr_frn":                  {[]string{"900101-5234567"}, []string{"900101-1234567"}},
		"kr_brn":                  {[]string{"220-81-62517"}, []string{"220-81-62518"}},
		"kr_driver_license":       {[]string{"11-02-604136-41"}, []string{"27-02-604136-41"}},
		"kr_passport":             {[]string{"M70689098"}, []string{"A70689098"}},
		"jp_my_number":            {[]string{"1234 5678 9018"}, []string{"1234 5678 9017"}},
		"cn_id":                   {[]string{"11010519491231002X"}, []string{"110105194912310021", "11010519491331002X"}},
		"tw_national_id":          {[]string{"A123456789"}, []string{"A123456788", "A323456789"}},
		"hk_hkid":                 {[]string{"G123456(A)", "AB987654(3)"}, []string{"G123456(1)"}},

		"tr_national_id":          {[]string{"17291716060"}, []string{"17291716050", "07291716092"}},
		"tr_phone_number":         {[]string{"+90 532 555 01 23", "0532 555 01 23"}, []string{"0632 555 01 23"}},
		"tr_license_plate":        {[]string{"06 AB 123", "34-ABC-12"}, []string{"82 AB 123", "06 QX 123"}},
		"il_id":                   {[]string{"teudat zehut 039337423"}, []string{"039337424"}},
		"ae_emirates_id":          {[]string{"784-1990-1234567-6"}, []string{"784-1990-1234567-7"}},
		"za_id_number":            {[]string{"7503305044089"}, []string{"7503305044088", "7513305044089"}},
		"ng_nin":                  {[]string{"NIN: 12345678919"}, []string{"12345678912"}},
		"ng_vehicle_registration": {[]string{"LSR-345BC"}, []string{"LS-345BC"}},
		"au_abn":                  {[]string{"83 914 571 673"}, []string{"99 999 999 999"}},
		"au_acn":                  {[]string{"004 085 616"}, []string{"004 085 617"}},
		"au_tfn":                  {[]string{"123 456 782"}, []string{"999 999 999"}},
		"au_medicare":             {[]string{"2428 77813 2"}, []string{"2428 77823 2"}},
		"nz_ird":                  {[]string{"IRD 49-091-850"}, []string{"49-091-850"}},
	}
}
