package secret

import (
	"encoding/base64"
	"strings"

	"github.com/staso-go/staso/guard/local/internal/scan"
)

// loose are the kinds that have no form of their own, known by what stands before
// them.
func loose() []kind {
	kinds := []kind{
		{name: "url_login", label: "the login in an address", grade: serious, trigger: "://", reader: login},
		{name: "bearer_token", label: "a bearer token", grade: serious, trigger: "bearer ", reader: bearer},
		{name: "basic_login", label: "a login for HTTP", grade: serious, trigger: "basic ", reader: basic},
		{name: "database_password", label: "a database's password", grade: serious, trigger: "identified by", reader: identified},
	}
	for _, trigger := range [...]string{"passw", "passphrase", "pwd"} {
		kinds = append(kinds, kind{name: "password", label: "a password", grade: serious, trigger: trigger, reader: password})
	}
	for _, trigger := range [...]string{
		"secret", "token", "apikey", "api_key", "api-key", "accesskey", "access_key", "access-key", "private_key", "privatekey",
		"auth_key", "authkey", "encryption_key", "signing_key", "credential", "master_key", "account_key",
	} {
		kinds = append(kinds, kind{name: "api_secret", label: "what looks like a secret key", grade: serious, trigger: trigger, reader: assigned})
	}
	for i := range kinds {
		kinds[i].loose = true
	}
	return kinds
}

// login reads the password in an address: scheme://user:password@host, or a token in
// a user's place.
func login(text string, at int) match {
	start := at + len("://")
	end := start
	for end < len(text) && end-start < longestValue && !endsLogin(text[end]) {
		end++
	}
	if end == len(text) || text[end] != '@' || at == 0 || !scan.Alnum.Is(text[at-1]) {
		return match{}
	}
	user, secret, found := strings.Cut(text[start:end], ":")
	host := hostOf(text[end+1:])
	if !found {
		if len(user) < 20 || !looksRandom(user) || placeholder(user) {
			return match{}
		}
		return match{start: start, end: end}
	}
	if !loginCounts(user, secret, host) {
		return match{}
	}
	return match{start: end - len(secret), end: end}
}

func endsLogin(b byte) bool {
	switch b {
	case '@', '/', ' ', '\t', '\r', '\n', '"', '\'', '`', '<', '>', '|', ',', ';', '(', ')':
		return true
	default:
		return false
	}
}

func hostOf(text string) string {
	end := 0
	for end < len(text) && (scan.Alnum.Is(text[end]) || text[end] == '.' || text[end] == '-' || text[end] == '[') {
		end++
	}
	return text[:end]
}

// loginCounts says that a password is one that somebody keeps: none of those that
// documents and machines for tests have.
func loginCounts(user, secret, host string) bool {
	if len(secret) < 6 || placeholder(secret) || reference(secret) || weak(secret) || strings.EqualFold(user, secret) {
		return false
	}
	local := host == "localhost" || strings.HasPrefix(host, "127.") || !strings.Contains(host, ".")
	if strings.HasPrefix(host, "example.") || strings.HasSuffix(host, ".example") || strings.HasSuffix(host, ".example.com") ||
		strings.HasSuffix(host, ".test") || strings.HasSuffix(host, ".invalid") {
		return false
	}
	return kindsOfBytes(secret) >= 2 && (!local || len(secret) >= 10) || len(secret) >= 14 && !local
}

// kindsOfBytes is how many of letters, digits and others a value has.
func kindsOfBytes(value string) int {
	small, capital, digits, others := mixture(value)
	n := 0
	for _, has := range [...]bool{small+capital > 0, digits > 0, others > 0} {
		if has {
			n++
		}
	}
	return n
}

// bearer reads the token of an Authorization header.
func bearer(text string, at int) match {
	start := at + len("bearer ")
	end := start
	for end < len(text) && (inDotted.has(text[end], 0) || inBase64.has(text[end], 0) || text[end] == '~') {
		end++
	}
	value := strings.TrimRight(text[start:end], ".")
	if len(value) < 16 || placeholder(value) || !looksRandom(value) {
		return match{}
	}
	return match{start: start, end: start + len(value)}
}

// basic reads a user and a password in base64 behind "Basic ".
func basic(text string, at int) match {
	start := at + len("basic ")
	end := start
	for end < len(text) && end-start < 400 && inBase64.has(text[end], 0) {
		end++
	}
	if end-start < 12 {
		return match{}
	}
	plain, err := base64.StdEncoding.DecodeString(text[start:end])
	if err != nil {
		return match{}
	}
	user, secret, found := strings.Cut(string(plain), ":")
	if !found || len(secret) < 6 || !printable(user) || !printable(secret) || placeholder(secret) || weak(secret) {
		return match{}
	}
	return match{start: start, end: end}
}

func printable(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] >= 0x7F {
			return false
		}
	}
	return true
}

// identified reads the password of an SQL statement that makes an account.
func identified(text string, at int) match {
	start := at + len("identified by")
	for start < len(text) && start < at+32 && text[start] != '\'' && text[start] != '"' {
		start++
	}
	if start >= len(text) || text[start] != '\'' && text[start] != '"' {
		return match{}
	}
	value, ok := quoted(text, start)
	if !ok || len(value) < 8 || !isPassword(value, true) {
		return match{}
	}
	return match{start: start + 1, end: start + 1 + len(value)}
}
