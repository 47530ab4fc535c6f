package pii_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/pii"
)

func newDetector(t *testing.T, with string) detect.Detector {
	t.Helper()
	d, err := pii.New(detect.Params(with))
	require.NoError(t, err)
	return d
}

func text(s string) detect.Arg {
	return detect.Arg{Field: "body", Key: "body", Kinds: detect.Text, Text: s}
}

func findings(d detect.Detector, args ...detect.Arg) []detect.Finding {
	var found []detect.Finding
	d.Detect(&detect.Call{Args: args}, func(f detect.Finding) { found = append(found, f) })
	return found
}

func TestWhereItCounts(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	for _, c := range []struct {
		why  string
		arg  detect.Arg
		want string // a code, or "" for nothing at all
	}{
		{"a sure number in a text", text("Please charge 4242 4242 4242 4242, thanks."), "pii.credit_card"},
		{"a sure number in a command", detect.Arg{Kinds: detect.Shell, Text: "echo 4242424242424242 > n"}, "pii.credit_card"},
		{"an address in a command is how hosts are named", detect.Arg{Kinds: detect.Shell, Text: "ping 10.1.2.3"}, ""},
		{"nine digits alone", text("536904399"), "pii.us_ssn"},
		{"nine digits in a sentence", text("We counted 536904399 stars last night."), ""},
		{"nine digits with a word that says what they are", text("Her SSN is 536904399, as far as I know."), "pii.us_ssn"},
		{"the argument's name says what it is", detect.Arg{Key: "ssn", Kinds: detect.Value, Text: "536904399"}, "pii.us_ssn"},
		{"the id of a thing", detect.Arg{Key: "product_id", Kinds: detect.Value, Text: "1656367028"}, ""},
		{"the id of a thing, taken for a text", detect.Arg{Key: "item_ids", Kinds: detect.Text, Text: "7747408585"}, ""},
		{"an order's number", text("Order #W2378156 for yusuf_rossi_9620 was paid with gift_card_4643416."), ""},
		{"a digit run that is an order's", text("order 1234567893 of yesterday"), ""},
		{"a price and a count", text("It is $1,439,323,776.50 or 4,111,111,111 in all."), ""},
		{"times and dates", text("From 12:30:45 to 13:05 on 2024-05-20 and 20.05.2024."), ""},
		{"a birthday by the argument's name", detect.Arg{Key: "dob", Kinds: detect.Value, Text: "1990-04-05"}, "pii.date_of_birth"},
		{"a version", text("Upgrade to v1.24.3 build 1700000000000 of the module."), ""},
		{"an id made of hexadecimal groups", text("see 123e4567-e89b-12d3-a456-426614174000"), ""},
		{"a decimal number", text("pi is 3.14159265358979323846"), ""},
		{"sums", text("12345 + 67890 = 80235"), ""},
		{"a name in a program", text("call std::a1::b2 of the library"), ""},
		{"a login on a host", detect.Arg{Kinds: detect.Text, Text: "git clone git@github.com:owner/name.git"}, ""},
		{"a word with digits in a path", text("/srv/data/110101194912/AB1234567/x"), ""},
		{"nothing", text(""), ""},
	} {
		found := findings(d, c.arg)
		if c.want == "" {
			assert.Empty(t, found, c.why)
			continue
		}
		assert.True(t, slices.ContainsFunc(found, func(f detect.Finding) bool { return f.Code == c.want }), "%s: %v", c.why, found)
	}
}

func TestFinding(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	found := findings(d, detect.Arg{
		Field: "to[0].note", Key: "note", Kinds: detect.Text, Via: []string{"json"}, Text: "card: 4242-4242-4242-4242.",
	})
	require.Len(t, found, 1)
	assert.Equal(t, detect.Finding{
		Code: "pii.credit_card", Reason: "passes on a payment card's number", Severity: guard.SeverityHigh,
		Field: "to[0].note", Via: []string{"json"}, Start: 6, End: 25,
		Match: "4242-4242-4242-4242", Sensitive: true, Mask: "****-****-****-4242",
	}, found[0])
}

func TestMask(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	for give, want := range map[string]string{
		"write to jane.roe@example.com":          "j***@example.com",
		"call (212) 555-0187 now":                "(***) ***-0187",
		"from 203.0.113.9":                       "***.*.***.*",
		"GB82 WEST 1234 5698 7654 32 is mine":    "**** **** **** **** **54 32",
		"her number: 219-09-9998 (for taxes)":    "***-**-9998",
		"pay 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa": "1A1***************************vfNa",
	} {
		found := findings(d, text(give))
		require.Len(t, found, 1, give)
		assert.Equal(t, want, found[0].Mask, give)
	}
}

func TestViews(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	arg := text("%34242424242424242")
	arg.Via, arg.Views = []string{"json"}, []detect.View{{Text: "4242424242424242", Via: "percent"}}
	found := findings(d, arg)
	require.Len(t, found, 1)
	assert.Equal(t, []string{"json", "percent"}, found[0].Via)
	assert.Empty(t, found[0].Mask, "what stands in a view cannot be replaced in the text")
	assert.Equal(t, []string{"json"}, arg.Via)
}

func TestParams(t *testing.T) {
	t.Parallel()
	const both = "4242424242424242 and jane@example.com"
	assert.Len(t, findings(newDetector(t, ""), text(both)), 2)
	assert.Len(t, findings(newDetector(t, `{"entities":["credit_card"]}`), text(both)), 1)
	assert.Len(t, findings(newDetector(t, `{"exclude":["e*"]}`), text(both)), 1)
	assert.Len(t, findings(newDetector(t, `{"allow":["@example.com"]}`), text(both)), 1)
	assert.Empty(t, findings(newDetector(t, `{"allow":["4242424242424242","JANE@example.com"]}`), text(both)))
	assert.Empty(t, findings(newDetector(t, `{"min_confidence":"medium"}`), text("536904399")))
	assert.Empty(t, findings(newDetector(t, `{"min_confidence":"high"}`), text("219-09-9998")))
	assert.Len(t, findings(newDetector(t, `{"entities":["phone"]}`), text("+639171234567")), 1, "a country's phone is a phone too")
}

func TestWrongParams(t *testing.T) {
	t.Parallel()
	for with, says := range map[string]string{
		`{"entities":["us_snn"]}`:      `there is no "us_snn"`,
		`{"exclude":["zz_*"]}`:         `there is no "zz_*"`,
		`{"min_confidence":"certain"}`: `min_confidence: "certain"`,
		`{"entitys":[]}`:               "entitys",
	} {
		_, err := pii.New(detect.Params(with))
		assert.ErrorContains(t, err, says)
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	call := &detect.Call{Args: []detect.Arg{text("4242424242424242"), text(strings.Repeat("9 ", 5000))}}
	call.Budget = detect.NewBudget(200, time.Now().Add(time.Hour))
	n := 0
	d.Detect(call, func(detect.Finding) { n++ })
	assert.Equal(t, 1, n)
	assert.True(t, call.Budget.Exhausted())
}

func FuzzDetect(f *testing.F) {
	for _, seed := range []string{
		"4242 4242-4242.4242", "+49 (30) 1234", "::ffff:1.2.3.4", "a@b.cd@e.fg", "DE89 3704 0044 0532 0130 00", "00:11:22:33:44:55",
		"여권번호는 M789C1234입니다", "1.2.3.4.5.6", "(((212) 555-0187", "\xff9\xc3", "::/0.0 0.0",
	} {
		f.Add(seed)
	}
	d, err := pii.New(nil)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, s string) {
		for _, found := range findings(d, text(s)) {
			require.Equal(t, s[found.Start:found.End], found.Match)
			require.NotEqual(t, found.Match, found.Mask)
		}
	})
}
