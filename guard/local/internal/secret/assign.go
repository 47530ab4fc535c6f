package secret

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/scan"
)

// assignment is a value that is given to a name.
type assignment struct {
	name   string
	value  string
	start  int
	quoted bool
}

// password reads what is assigned to a password.
func password(text string, at int) match {
	a, ok := assignedAt(text, at)
	if !ok || len(a.value) < 8 || !namesPassword(a.name) || !isPassword(a.value, a.quoted) {
		return match{}
	}
	return match{start: a.start, end: a.start + len(a.value)}
}

// assigned reads what is assigned to a secret, a token or a key.
func assigned(text string, at int) match {
	a, ok := assignedAt(text, at)
	if !ok || len(a.value) < 16 || !namesSecret(a.name) || !isSecret(a.value, a.quoted) {
		return match{}
	}
	return match{start: a.start, end: a.start + len(a.value)}
}

const longestName = 64

// assignedAt reads the assignment to the name that the word at at belongs to.
func assignedAt(text string, at int) (assignment, bool) {
	start, end := at, at
	for start > 0 && at-start < longestName && isNameByte(text[start-1]) {
		start--
	}
	for end < len(text) && end-at < longestName && isNameByte(text[end]) {
		end++
	}
	a := assignment{name: text[start:end]}
	value := operator(text, start, end)
	if value < 0 || value >= len(text) {
		return a, false
	}
	if q := text[value]; q == '"' || q == '\'' || q == '`' {
		var ok bool
		a.value, ok = quoted(text, value)
		a.start, a.quoted = value+1, true
		return a, ok
	}
	if strings.HasPrefix(text[value:], `\"`) { // JSON within a string
		stop := strings.Index(text[value+2:min(len(text), value+2+longestValue)], `\"`)
		if stop < 0 {
			return a, false
		}
		a.value, a.start, a.quoted = text[value+2:value+2+stop], value+2, true
		return a, true
	}
	a.value, a.start = bare(text, value), value
	return a, a.value != ""
}

// endsValue says that a value without quotes ends before b.
func endsValue(b byte) bool {
	switch b {
	case ' ', '\t', '\r', '\n', '"', '\'', '`', ';', ',', '&', '|', '<', '>', ')', '(', '[', ']', '}', '{':
		return true
	default:
		return false
	}
}

func isNameByte(b byte) bool { return scan.Alnum.Is(b) || b == '_' || b == '-' }

// operator returns where the value begins that is given to the name
// text[start:end]; -1 if none is.
func operator(text string, start, end int) int {
	if start > 0 && text[start-1] == ':' {
		return -1 // a part of a longer name, as in an ARN
	}
	if start > 0 && text[start-1] == '<' && end < len(text) && text[end] == '>' {
		return end + 1 // an element
	}
	i := end
	for i < len(text) && (text[i] == '"' || text[i] == '\'' || text[i] == '\\' || text[i] == ']') && i < end+4 {
		i++
	}
	closed := i
	i = skipBlanks(text, i)
	switch {
	case i >= len(text):
		return -1
	case strings.HasPrefix(text[i:], "=="), strings.HasPrefix(text[i:], "::"):
		return -1
	case strings.HasPrefix(text[i:], ":="), strings.HasPrefix(text[i:], "=>"):
		return skipBlanks(text, i+2)
	case text[i] == '=', text[i] == ':':
		return skipBlanks(text, i+1)
	case i > closed && strings.HasPrefix(text[i:], "is "):
		return skipBlanks(text, i+3)
	case i > closed && strings.HasPrefix(text[start:], "--"):
		return i // an option
	}
	return -1
}

func skipBlanks(text string, i int) int {
	for stop := i + 4; i < len(text) && i < stop && (text[i] == ' ' || text[i] == '\t'); {
		i++
	}
	return i
}

const longestValue = 256

// quoted returns what stands between the quote at at and the next of its kind.
func quoted(text string, at int) (string, bool) {
	for i := at + 1; i < len(text) && i-at < longestValue; i++ {
		switch text[i] {
		case text[at]:
			return text[at+1 : i], i > at+1
		case '\n':
			return "", false
		case '\\':
			i++
		}
	}
	return "", false
}

// bare returns a value without quotes, up to what ends one.
func bare(text string, at int) string {
	end := at
	for end < len(text) && end-at < longestValue && !endsValue(text[end]) {
		end++
	}
	if end < len(text) && (text[end] == '(' || text[end] == '[') {
		return "" // a call, or a part of something
	}
	return strings.TrimRight(text[at:end], ".!?:\\")
}

// ending says that a name ends in one of the words, whatever stands between its
// parts.
func ending(name string, words ...string) bool {
	var room [longestName * 2]byte
	letters := room[:0]
	for i := range len(name) {
		if b := name[i]; b != '-' && b != '_' {
			letters = append(letters, scan.Lower(b))
		}
	}
	for _, word := range words {
		if n := len(letters) - len(word); n >= 0 && string(letters[n:]) == word {
			return true
		}
	}
	return false
}

func namesPassword(name string) bool {
	return ending(name, "password", "passwd", "passphrase", "pwd", "passwords", "passwort")
}

func namesSecret(name string) bool {
	if ending(name, "nexttoken", "pagetoken", "continuationtoken", "synctoken", "cursortoken", "publickey", "nextpagetoken", "startingtoken") {
		return false
	}
	return ending(name, "secret", "token", "apikey", "accesskey", "secretkey", "privatekey", "authkey", "encryptionkey", "signingkey",
		"masterkey", "accountkey", "credential", "credentials", "secretkeybase", "accesskeyid")
}

// isPassword says that a value can be a password that somebody uses.
func isPassword(value string, inQuotes bool) bool {
	if len(value) > 128 || strings.Contains(value, " ") || reference(value) || weak(value) || placeholder(value) {
		return false
	}
	small, capital, digits, others := mixture(value)
	if kindsOfBytes(value) < 2 || entropy(value) < 2.5 {
		return false
	}
	if small+capital == 0 && others == 0 {
		return false
	}
	if inQuotes {
		return digits > 0 || others > 0 && small > 0 && capital > 0
	}
	return digits >= 1 && (others > 0 || digits >= 2 || capital > 0 && small > 0) && !variable(value)
}

// isSecret says that a value can be a key or a token.
func isSecret(value string, inQuotes bool) bool {
	if reference(value) || !tokenBytes(value) || !looksRandom(value) || placeholder(value) {
		return false
	}
	return inQuotes || !variable(value)
}

func tokenBytes(value string) bool {
	for i := range len(value) {
		if !inDotted.has(value[i], 0) && !inBase64.has(value[i], 0) && value[i] != '~' && value[i] != ':' && value[i] != '!' {
			return false
		}
	}
	return true
}

// reference says that a value names where the real one is: a variable, a file, a
// store.
func reference(value string) bool {
	switch value[0] {
	case '$', '%', '<', '{', '(', '[', '/', '~', '@', '#', '*':
		return true
	}
	for _, start := range [...]string{
		"process.env", "os.environ", "os.getenv", "getenv", "env.", "env:", "config.", "settings.", "secrets.", "vars.", "var.", "self.",
		"this.", "local.", "data.", "module.", "vault:", "file:", "arn:", "ref:", "keychain", "op://", "http://", "https://", "./", "../",
		"sha256:", "sha1:", "args.", "opts.", "options.", "request.", "req.", "params.", "credentials.", "st.secrets",
	} {
		if scan.HasPrefixFold(value, start) {
			return true
		}
	}
	return strings.Contains(value, "${") || strings.Contains(value, "{{") || strings.Contains(value, "$(")
}

// variable says that a value without quotes has the form of a name in a program:
// words joined by _ or ., or all in capitals, with a digit at the end at most; or a
// member of something.
func variable(value string) bool {
	if dot := strings.LastIndexByte(value, '.'); dot > 0 && scan.Letter.Is(value[0]) {
		if member := value[dot+1:]; member != "" && scan.Letter.Run(member, 0) == len(member) && wordy(member) {
			return true
		}
	}
	small, capital, digits, others := mixture(strings.TrimRight(value, "0123456789"))
	if digits > 0 {
		return false
	}
	underscores := strings.Count(value, "_") + strings.Count(value, ".")
	return others == underscores && (small == 0 || capital == 0 || wordy(value))
}
