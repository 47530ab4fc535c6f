package secret_test

import (
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/secret"
)

// Every token here is made when the test runs, so that none stands in the source.

const (
	digits   = "0123456789"
	hex      = digits + "abcdef"
	small    = "abcdefghijklmnopqrstuvwxyz"
	capital  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	alphanum = digits + capital + small
	word     = alphanum + "-_"
)

// some returns n letters of an alphabet, the same ones in each run; no letter stands
// twice in a row.
func some(n int, alphabet string) string {
	random := rand.New(rand.NewPCG(uint64(n), uint64(len(alphabet))))
	made := make([]byte, 0, n)
	for len(made) < n {
		b := alphabet[random.IntN(len(alphabet))]
		if len(made) == 0 || made[len(made)-1] != b {
			made = append(made, b)
		}
	}
	return string(made)
}

// checked is a token of GitHub's form.
func checked(prefix string) string {
	body := some(30, alphanum)
	sum, check := crc32.ChecksumIEEE([]byte(body)), ""
	for range 6 {
		check = string((digits + capital + small)[sum%62]) + check
		sum /= 62
	}
	return prefix + body + check
}

func webToken(claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + encode([]byte(claims)) + "." + some(86, word)
}

func armoured(kind, body string) string {
	return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----"
}

func newDetector(t testing.TB, with string) detect.Detector {
	t.Helper()
	d, err := secret.New(detect.Params(with))
	require.NoError(t, err)
	return d
}

func findings(d detect.Detector, text string) []detect.Finding {
	var found []detect.Finding
	call := &detect.Call{Args: []detect.Arg{{Field: "body", Key: "body", Kinds: detect.Text, Text: text}}}
	d.Detect(call, func(f detect.Finding) { found = append(found, f) })
	return found
}

func TestTokens(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	for code, tokens := range map[string][]string{
		"aws_access_key":      {"AKIA" + some(16, capital), "ASIA" + some(16, capital)},
		"gcp_api_key":         {"AIza" + some(35, word)},
		"gcp_oauth_secret":    {"GOCSPX-" + some(28, word)},
		"azure_storage_key":   {"AccountKey=" + some(86, alphanum) + "=="},
		"azure_client_secret": {"a1b8Q~" + some(34, alphanum)},
		"azure_sas":           {"?sv=2022-11-02&sig=" + some(43, alphanum) + "%3D"},
		"digitalocean_token":  {"dop_v1_" + some(64, hex)},
		"databricks_token":    {"dapi" + some(32, hex), "dapi" + some(32, hex) + "-2"},
		"vault_token":         {"hvs." + some(24, word)},
		"terraform_token":     {some(14, alphanum) + ".atlasv1." + some(64, word)},
		"doppler_token":       {"dp.pt." + some(43, alphanum)},
		"github_token":        {checked("ghp_"), checked("gho_"), "github_pat_" + some(22, alphanum) + "_" + some(59, alphanum)},
		"gitlab_token":        {"glpat-" + some(20, word)},
		"npm_token":           {checked("npm_")},
		"pypi_token":          {"pypi-AgEIcHlwaS5vcmc" + some(70, word)},
		"anthropic_key":       {"sk-ant-api03-" + some(93, word) + "AA"},
		"openai_key":          {"sk-proj-" + some(80, word), "sk-" + some(20, alphanum) + "T3BlbkFJ" + some(20, alphanum)},
		"huggingface_token":   {"hf_" + some(34, small+capital)},
		"stripe_key":          {"sk_live_" + some(24, alphanum), "rk_live_" + some(24, alphanum)},
		"square_token":        {"sq0atp-" + some(22, word)},
		"shopify_token":       {"shpat_" + some(32, hex)},
		"slack_token":         {"xoxb-" + some(12, digits) + "-" + some(12, digits) + "-" + some(24, alphanum)},
		"slack_webhook":       {"https://hooks.slack.com/services/T" + some(8, capital) + "/B" + some(8, capital) + "/" + some(24, alphanum)},
		"discord_webhook":     {"https://discord.com/api/webhooks/" + some(18, digits) + "/" + some(68, word)},
		"discord_token":       {"Authorization: Bot " + some(24, alphanum) + "." + some(6, alphanum) + "." + some(38, alphanum)},
		"telegram_token":      {some(10, digits) + ":AA" + some(33, word)},
		"sendgrid_key":        {"SG." + some(22, word) + "." + some(43, word)},
		"mailchimp_key":       {some(32, hex) + "-us14"},
		"twilio_key":          {"TWILIO_AUTH=" + some(32, hex), "twilio: SK" + some(32, hex)},
		"age_key":             {"AGE-SECRET-KEY-1" + some(58, capital)},
		"jwt":                 {webToken(`{"sub":"u-7741","scope":"admin"}`)},
		"private_key": {
			armoured("RSA PRIVATE KEY", some(64, alphanum)+"\n"+some(63, alphanum)), armoured("OPENSSH PRIVATE KEY", some(70, alphanum)),
			`{"private_key": "` + strings.ReplaceAll(armoured("PRIVATE KEY", some(64, alphanum)), "\n", `\n`) + `"}`,
		},
	} {
		for _, token := range tokens {
			for _, text := range []string{token, "the key is " + token + ".", `{"a":"` + token + `"}`, "export K='" + token + "'\n"} {
				found := findings(d, text)
				if assert.Len(t, found, 1, text) {
					assert.Equal(t, "secret."+code, found[0].Code, text)
					assert.Contains(t, token, strings.TrimRight(found[0].Match, "."))
				}
			}
			assert.Empty(t, findings(d, token[:min(len(token)/2, 40)]), "the beginning of %s", code)
		}
	}
}

func TestAssignments(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	pass, key := "Tr0ub4dor&3"+some(4, small), some(40, alphanum)
	for _, c := range []struct{ code, text string }{
		{"password", `password = "` + pass + `"`},
		{"password", "DB_PASSWORD=" + pass + " ./run"},
		{"password", "my password is " + pass},
		{"password", `{"adminPassword": "` + pass + `"}`},
		{"password", `{\"password\": \"` + pass + `\"}`},
		{"password", "<password>" + pass + "</password>"},
		{"password", "mysql --password " + pass},
		{"api_secret", "api_key: " + key},
		{"api_secret", `"clientSecret":"` + key + `"`},
		{"api_secret", "X-Api-Key: " + key},
		{"api_secret", "https://api.acme.com/v1?access_token=" + key + "&x=1"},
		{"api_secret", "AWS_SECRET_ACCESS_KEY=" + some(40, alphanum+"+/")},
		{"bearer_token", "Authorization: Bearer " + key},
		{"basic_login", "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("svc:"+pass))},
		{"url_login", "postgres://app:" + strings.ReplaceAll(pass, "&", "") + "@db.acme.com:5432/orders"},
		{"url_login", "https://" + some(40, alphanum) + "@git.acme.com/x.git"},
		{"database_password", "CREATE USER app IDENTIFIED BY '" + pass + "'"},
		{"github_token", "token=" + checked("ghp_")},
		{"github_token", "Authorization: Bearer " + checked("ghs_")},
		{"jwt", "Authorization: Bearer " + webToken(`{"sub":"u-9"}`)},
	} {
		found := findings(d, c.text)
		if assert.NotEmpty(t, found, c.text) {
			assert.Equal(t, "secret."+c.code, found[0].Code, c.text)
		}
	}
}

func TestWhatPasses(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	for why, text := range map[string]string{
		"an example of the documentation": "AKIA" + "IOSFODNN7EXAMPLE",
		"a row of one letter":             "ghp_" + strings.Repeat("x", 36),
		"a row of few letters":            "AIza" + strings.Repeat("ab", 17) + "a",
		"a variable of the shell":         `curl -H "Authorization: Bearer $TOKEN" https://api.acme.com`,
		"a variable in braces":            "password: ${DB_PASSWORD}",
		"a template":                      `api_key: "{{ .Values.apiKey }}"`,
		"a call":                          `token = os.Getenv("API_TOKEN_2024")`,
		"a member":                        `token := config.Credentials.Token2`,
		"a name":                          "password = user_password",
		"a placeholder":                   `password: "your_password_1"`,
		"a well-known one":                `password = "Password123!"`,
		"what is compared":                `if password == "abc12345x" {`,
		"a question":                      "How do I reset my password? The token is not accepted.",
		"a count":                         "max_tokens: 1000000000000000",
		"a page's token":                  "nextPageToken=" + some(40, alphanum),
		"a public key":                    "publicKey: " + some(43, alphanum),
		"a digest":                        "sha256:" + some(64, hex) + " secret sauce",
		"a commit":                        "git show " + some(40, hex),
		"a login of a test":               "postgres://postgres:postgres@localhost:5432/app",
		"an address without a login":      "https://acme.com/a@b:c/d",
		"a form without a key":            "-----BEGIN RSA PRIVATE KEY-----",
		"what looks for one":              `grep -r "BEGIN PRIVATE KEY" /etc`,
		"a picture of a key":              armoured("PRIVATE KEY", strings.Repeat("M", 64)),
		"a public key in armour":          armoured("PUBLIC KEY", some(64, alphanum)),
		"the web token of introductions":  webToken(`{"sub":"1234567890","name":"John Doe","iat":1516239022}`),
		"three words with dots":           "eyJust.some.words.that.are.longer.than.forty.bytes",
		"a class of CSS":                  "sk-circle-fade-dot sk-folding-cube-animation",
		"a path":                          "secret: /var/run/secrets/kubernetes.io/token",
		"nothing":                         "",
	} {
		assert.Empty(t, findings(d, text), why)
	}
}

func TestFinding(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	token := checked("ghp_")
	call := &detect.Call{Args: []detect.Arg{{Field: "env.T", Text: "T=" + token, Via: []string{"json"}}}}
	var found []detect.Finding
	d.Detect(call, func(f detect.Finding) { found = append(found, f) })
	require.Len(t, found, 1)
	assert.Equal(t, detect.Finding{
		Code: "secret.github_token", Reason: "hands over a GitHub token", Severity: guard.SeverityCritical,
		Field: "env.T", Via: []string{"json"}, Start: 2, End: 42, Match: token, Sensitive: true,
		Mask: "ghp_********" + token[len(token)-4:],
	}, found[0])
}

func TestCheckSum(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	token := []byte(checked("ghp_"))
	token[10]++
	found := findings(d, string(token))
	require.Len(t, found, 1)
	assert.Equal(t, guard.SeverityMedium, found[0].Severity, "a wrong check sum")
	assert.Equal(t, "may hand over a GitHub token", found[0].Reason)
}

func TestView(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	arg := detect.Arg{Field: "q", Text: "%67", Views: []detect.View{{Text: checked("ghp_"), Via: "percent"}}}
	var found []detect.Finding
	d.Detect(&detect.Call{Args: []detect.Arg{arg}}, func(f detect.Finding) { found = append(found, f) })
	require.Len(t, found, 1)
	assert.Equal(t, []string{"percent"}, found[0].Via)
	assert.Empty(t, found[0].Mask)
}

func TestParams(t *testing.T) {
	t.Parallel()
	token := checked("ghp_")
	assert.Empty(t, findings(newDetector(t, `{"exclude":["github_*"]}`), token))
	assert.Empty(t, findings(newDetector(t, `{"kinds":["aws_access_key"]}`), token))
	assert.Empty(t, findings(newDetector(t, fmt.Sprintf(`{"allow":[%q]}`, token)), token))
	own := newDetector(t, `{"custom":[{"name":"acme","prefix":"acme_live_","min_length":8}]}`)
	found := findings(own, "acme_live_"+some(12, alphanum))
	require.Len(t, found, 1)
	assert.Equal(t, "secret.acme", found[0].Code)
}

func TestWrongParams(t *testing.T) {
	t.Parallel()
	for with, says := range map[string]string{
		`{"kinds":["gihub_token"]}`:               `there is no "gihub_token"`,
		`{"custom":[{"name":"x","prefix":"ab"}]}`: "custom[0]",
		`{"allowed":[]}`:                          "allowed",
	} {
		_, err := secret.New(detect.Params(with))
		assert.ErrorContains(t, err, says)
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	d := newDetector(t, "")
	call := &detect.Call{Args: []detect.Arg{{Text: strings.Repeat("password ", 1000)}}}
	call.Budget = detect.NewBudget(12000, time.Now().Add(time.Hour))
	d.Detect(call, func(detect.Finding) {})
	assert.True(t, call.Budget.Exhausted())
}

func FuzzDetect(f *testing.F) {
	for _, seed := range []string{
		"password=", "://a:b@", "://:@", "token: \"", "-----BEGIN PRIVATE KEY-----", "eyJ.eyJ.", "8Q~", ":AA", "secret\\\":\\\"x", "Basic ====",
		"AccountKey=", "identified by '", "twilio SK", "-us1", "bot .", "&sig=sv=20", "<token>",
	} {
		f.Add(seed)
	}
	d := newDetector(f, "")
	f.Fuzz(func(t *testing.T, s string) {
		for _, found := range findings(d, s) {
			require.Equal(t, s[found.Start:found.End], found.Match)
			require.NotEqual(t, found.Match, found.Mask)
		}
	})
}

const prose = "The meeting of 14 May is moved to room 204, as the heating of the old one is being seen to. " +
	"Whoever cannot come sends a note to the secretary: the minutes will be out by Friday. "

func BenchmarkDetect64KB(b *testing.B) {
	d := newDetector(b, "")
	for name, text := range map[string]string{"prose": prose, "words": "password token: secret=abc key-1 sk-x eyJ :// ghp_ "} {
		b.Run(name, func(b *testing.B) {
			call := &detect.Call{Args: []detect.Arg{{Kinds: detect.Text, Text: strings.Repeat(text, 64<<10/len(text))}}}
			b.SetBytes(64 << 10)
			b.ReportAllocs()
			for b.Loop() {
				d.Detect(call, func(detect.Finding) {})
			}
		})
	}
}

func TestNothingFoundAllocatesNothing(t *testing.T) {
	d := newDetector(t, "")
	call := &detect.Call{Args: []detect.Arg{{Kinds: detect.Text, Text: strings.Repeat(prose+"The password is new. ", 20)}}}
	report := func(detect.Finding) {}
	assert.Zero(t, testing.AllocsPerRun(20, func() { d.Detect(call, report) }))
}
