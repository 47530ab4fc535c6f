package secret

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/scan"
)

// pem reads a private key in the form of RFC 7468 or of OpenPGP, its body included:
// the line that begins one is often quoted without one.
func pem(text string, at int) match {
	const begin, private = "-----BEGIN ", "PRIVATE KEY"
	rest := text[at:]
	line := strings.Index(rest[:min(len(rest), 80)], private)
	if !strings.HasPrefix(rest, begin) || line < 0 || strings.Contains(rest[len(begin):line], "-----") {
		return match{}
	}
	end := strings.Index(rest[line:], "-----")
	if end < 0 {
		return match{}
	}
	end += line + len("-----")
	if !keyBody(rest[end:]) {
		return match{}
	}
	rest = rest[:min(len(rest), end+longestKey)]
	if stop := strings.Index(rest[end:], "-----END "); stop >= 0 {
		end += stop + len("-----END ")
		if dashes := strings.Index(rest[end:], "-----"); dashes >= 0 && dashes < 64 {
			end += dashes + len("-----")
		}
		return match{start: at, end: at + end}
	}
	return match{start: at, end: at + len(rest)}
}

// longestKey is how many bytes of a private key are taken for one.
const longestKey = 8 << 10

// keyBody says that a row of base64 stands there that is no picture of one.
func keyBody(rest string) bool {
	rest = rest[:min(len(rest), 600)]
	if end := strings.Index(rest, "-----"); end >= 0 {
		rest = rest[:end]
	}
	for i := 0; i < len(rest); {
		end := i
		for end < len(rest) && inBase64.has(rest[end], 0) {
			end++
		}
		if end-i >= 40 {
			return entropy(rest[i:end]) > 3.5 && !repeated(rest[i+8:end])
		}
		i = end + 1
	}
	return false
}

// putty reads the private key of a PuTTY file.
func putty(text string, at int) match {
	rest := text[at:min(len(text), at+longestKey)]
	if _, lines, found := strings.Cut(rest, "Private-Lines:"); !found || !keyBody(lines) {
		return match{}
	}
	return match{start: at, end: at + len(rest)}
}

// jwt reads a JSON web token: three parts at least.
func jwt(text string, at int) match {
	if !strings.HasPrefix(text[at:], "eyJ") || at > 0 && inDotted.has(text[at-1], 0) && !escaped(text, at) {
		return match{}
	}
	end := from(inDotted, 40).read(text, at)
	if end < 0 || strings.Count(text[at:end], ".") < 2 {
		return match{}
	}
	token := text[at:end]
	head, claims, _ := strings.Cut(token, ".")
	claims, signed, _ := strings.Cut(claims, ".")
	if len(head) < 16 || len(claims) < 8 || len(signed) < 16 || placeholder(signed) || jwtHeader(token) != yes {
		return match{}
	}
	return match{start: at, end: end}
}

// around reads a token of which the trigger at at is in the middle: before bytes of
// a class stand before it, and a body behind its first skip bytes.
func around(text string, at, skip, least, most int, before class, behind body) match {
	start := at
	for at-start <= most && start > 0 && before.has(text[start-1], 0) {
		start--
	}
	end := behind.read(text, at+skip)
	if end < 0 || at-start < least || at-start > most {
		return match{}
	}
	if token := text[start:end]; entropy(token) < leastEntropy || repeated(token) {
		return match{}
	}
	return match{start: start, end: end}
}

// terraform reads 14 letters, ".atlasv1.", and 60 or more.
func terraform(text string, at int) match {
	return around(text, at, len(".atlasv1."), 14, 14, inPlain, from(inWord, 60))
}

// telegram reads a bot's number, a colon, and 35 letters that begin with AA.
func telegram(text string, at int) match {
	if text[at+1] != 'A' || text[at+2] != 'A' {
		return match{}
	}
	return around(text, at, 1, 8, 10, inDigit, exactly(inWord, 35))
}

// mailchimp reads 32 hexadecimal digits and a data centre.
func mailchimp(text string, at int) match {
	return around(text, at, len("-us"), 32, 32, inHex, span(inDigit, 1, 2))
}

// azureClient reads three letters, "8Q~" or the like, and 31 or more.
func azureClient(text string, at int) match {
	if text[at+1] != 'Q' {
		return match{}
	}
	end := at + 3
	for end < len(text) && (inDotted.has(text[end], 0) || text[end] == '~') {
		end++
	}
	if end-at < 34 || end-at > 40 {
		return match{}
	}
	return around(text, at, end-at-1, 3, 3, inWord, body{{class: inLiteral, least: 1, most: 1, byte: text[end-1]}})
}

// azureStorage reads the key in a connection string.
func azureStorage(text string, at int) match {
	start := at + len("accountkey=")
	end := exactly(inBase64, 88).read(text, start)
	if end < 0 || placeholder(text[start:end-2]) || entropy(text[start:end]) < 4 {
		return match{}
	}
	return match{start: start, end: end}
}

// signature reads what signs an address of Azure Storage, which has a version too.
func signature(text string, at int) match {
	start := at + len("&sig=")
	end := start
	for end < len(text) && (inBase64.has(text[end], 0) || text[end] == '%') {
		end++
	}
	beside := text[max(0, at-400):min(len(text), end+400)]
	if end-start < 40 || !strings.Contains(beside, "sv=20") || entropy(text[start:end]) < 4 {
		return match{}
	}
	return match{start: start, end: end}
}

// discord reads a bot's token, three parts, behind "Bot ".
func discord(text string, at int) match {
	if text[at] != 'B' {
		return match{}
	}
	start := at + len("Bot ")
	end := then('.', span(inWord, 23, 30), span(inWord, 6, 7), from(inWord, 27)).read(text, start)
	if end < 0 || entropy(text[start:end]) < 4 {
		return match{}
	}
	return match{start: start, end: end}
}

// twilio reads the first 32 hexadecimal digits near its name; those of an account's
// number, AC and 32, are none.
func twilio(text string, at int) match {
	stop := min(len(text), at+160)
	for i := at; i < stop; i++ {
		if !scan.Hex.Is(text[i]) || i > 0 && scan.Hex.Is(text[i-1]) {
			continue
		}
		end := exactly(inHex, 32).read(text, i)
		if end < 0 || entropy(text[i:end]) < 3 || strings.HasSuffix(text[:i], "AC") {
			continue
		}
		if strings.HasSuffix(text[:i], "SK") {
			i -= 2
		} else if i > 0 && inName(text[i-1]) {
			continue
		}
		return match{start: i, end: end}
	}
	return match{}
}
