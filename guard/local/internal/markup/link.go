package markup

import (
	"encoding/base64"
	"math"
	"strings"

	"github.com/staso-go/staso/guard/local/internal/scan"
)

// longestAddress is how long the address of a link may be.
const longestAddress = 8 << 10

// link looks at the address of a link or an image of Markdown, whose text ends at i,
// and returns where it ends.
func (r *reader) link(i int) int {
	if i+2 >= len(r.text) || r.text[i+1] != '(' && r.text[i+1] != ':' || r.passHTML {
		return i + 1
	}
	at := i + 2
	for at < len(r.text) && (r.text[at] == ' ' || r.text[at] == '<' || r.text[at] == '\t') {
		at++
	}
	end := r.addressEnd(at, r.text[i+1] == '(')
	if end == at {
		return i + 1
	}
	address := r.text[at:end]
	if n := runsCode(address); n > 0 {
		r.found(scriptURL, at, end, "about:blank")
		return end
	}
	if r.text[i+1] == '(' && r.foreign(address) && carries(address, r.image(i)) {
		r.found(exfiltration, at, end, "about:blank")
	}
	return end
}

// addressEnd returns where an address ends: at a blank that is not within the braces
// of a template, or at the bracket that is not its own.
func (r *reader) addressEnd(at int, inBrackets bool) int {
	depth, open := 0, false
	for end := at; end < len(r.text) && end-at < longestAddress; end++ {
		switch b := r.text[end]; {
		case b == '\n' || b == '>' || b == ' ' && !open:
			return end
		case b == '{' || b == '}':
			open = b == '{'
		case b == '(':
			depth++
		case b == ')':
			if depth--; depth < 0 && inBrackets {
				return end
			}
		}
	}
	return min(len(r.text), at+longestAddress)
}

// image says that what ends at i is the text of an image.
func (r *reader) image(i int) bool {
	depth := 0
	for at := i; at >= 0 && i-at < 512; at-- {
		switch r.text[at] {
		case ']':
			depth++
		case '[':
			if depth--; depth == 0 {
				return at > 0 && r.text[at-1] == '!'
			}
		case '\n':
			return false
		}
	}
	return false
}

// carries says that an address carries data away: something that is put in where it
// stands, or a part of it that reads like an encoded text. An image is fetched
// unasked, so more of it counts.
func carries(address string, image bool) bool {
	_, rest, found := strings.Cut(address, "//")
	if !found || draws(hostOf(address)) {
		return false
	}
	slash := strings.IndexAny(rest, "/?#")
	if slash < 0 {
		return image && longLabel(rest)
	}
	if image && longLabel(rest[:slash]) || interpolated(rest) {
		return true
	}
	path, query, _ := strings.Cut(rest[slash:], "?")
	for part := range strings.SplitSeq(query, "&") {
		name, value, found := strings.Cut(part, "=")
		if !found {
			name, value = "", part
		}
		if !signs(name) && data(value, image) {
			return true
		}
	}
	if !image {
		return false
	}
	for part := range strings.SplitSeq(path, "/") {
		if len(part) >= 24 && !strings.Contains(part, ".") && encodedText(part) {
			return true
		}
	}
	return false
}

// draws says that a host is known to draw what its address says: badges, diagrams,
// formulas.
func draws(host string) bool {
	switch strings.ToLower(host) {
	case "img.shields.io", "badge.fury.io", "badgen.net", "quickchart.io", "chart.googleapis.com", "latex.codecogs.com", "mermaid.ink", "kroki.io",
		"www.plantuml.com", "placehold.co", "via.placeholder.com", "dummyimage.com", "opencollective.com", "contrib.rocks", "codecov.io":
		return true
	}
	return false
}

// interpolated says that a place is left in an address for something to be put in.
func interpolated(address string) bool {
	if !strings.ContainsAny(address, "{[<%") {
		return false
	}
	for _, sign := range [...]string{
		"{{", "${", "[DATA", "[data", "[INSERT", "[insert", "<data", "<secret", "{secret", "{data", "{conversation", "{history",
		"{user", "{api", "{token", "{password", "{context", "{message", "{chat", "{system", "{summary", "{content", "[CONVERSATION", "[USER", "[SECRET", "%7B%7B",
	} {
		if strings.Contains(address, sign) {
			return true
		}
	}
	return false
}

// longLabel says that a part of a host's name is long enough to be data.
func longLabel(host string) bool {
	for label := range strings.SplitSeq(host, ".") {
		if len(label) >= 32 && (encodedText(label) || !strings.Contains(label, "-") && entropy(label) > 3.5) {
			return true
		}
	}
	return false
}

// signs says that a parameter of that name signs or sizes an address, or holds a text
// that is to be drawn.
func signs(name string) bool {
	name = strings.ToLower(name)
	if strings.HasPrefix(name, "x-amz-") || strings.HasPrefix(name, "x-goog-") || strings.HasPrefix(name, "utm_") || strings.HasPrefix(name, "__cf") {
		return true
	}
	switch name {
	case "sig", "signature", "hmac", "hash", "expires", "se", "sp", "sv", "sr", "st", "key-pair-id", "policy", "ixid", "ixlib", "etag", "v", "version",
		"rev", "id", "uuid", "w", "h", "width", "height", "size", "fit", "crop", "auto", "format", "quality", "lang", "chl", "chd", "chart", "text", "label",
		"title", "tex", "latex", "expr", "formula", "style", "logo", "color", "alt", "url", "src", "image", "redirect", "ref", "ref_src", "oh", "oe", "_nc_ohc",
		"_nc_gid", "jwt", "token", "awsaccesskeyid", "googleaccessid", "ik-sdk-version", "gclid", "fbclid", "hl", "cid", "sha", "commit", "branch":
		return true
	}
	return false
}

// data says that a value reads like data that was encoded, or like a sentence.
func data(value string, image bool) bool {
	if len(value) < 16 {
		return false
	}
	if encodedText(value) {
		return true
	}
	if !image {
		return false
	}
	if strings.Count(value, "+")+strings.Count(value, "%20") >= 3 || strings.Count(value, "%") >= 6 {
		return true
	}
	return len(value) >= 40 && scan.Hex.Run(value, 0) < len(value) && entropy(value) > 3.5
}

// encodedText says that a value is the base64 or the hexadecimal form of a text.
func encodedText(value string) bool {
	if len(value) >= 24 && scan.Hex.Run(value, 0) == len(value) {
		return hexText(value)
	}
	var sextets [256]byte
	letters := sextets[:0]
	for i := 0; i < len(value) && len(letters) < len(sextets); i++ {
		switch b := value[i]; {
		case scan.Alnum.Is(b), b == '+', b == '/':
			letters = append(letters, b)
		case b == '-', b == '_':
			letters = append(letters, "+/"[(b-'-')/('_'-'-')])
		case b == '%' && i+2 < len(value) && (value[i+1] == '2' || value[i+1] == '3'):
			i += 2 // one of + / and =
		default:
			if b != '=' {
				return false
			}
		}
	}
	var plain [192]byte
	n, err := base64.RawStdEncoding.Decode(plain[:], letters[:len(letters)&^3])
	return err == nil && n >= 12 && readable(plain[:n])
}

func hexText(value string) bool {
	var plain [128]byte
	n := 0
	for i := 0; i+1 < len(value) && n < len(plain); i += 2 {
		plain[n] = byte(digitOf(value[i])<<4 | digitOf(value[i+1]))
		n++
	}
	return readable(plain[:n])
}

// readable says that nearly all bytes are those of a text.
func readable(plain []byte) bool {
	good := 0
	for _, b := range plain {
		if b >= ' ' && b < 0x7F || b == '\n' || b == '\t' {
			good++
		}
	}
	return good >= len(plain)-len(plain)/20
}

// entropy is Shannon's, in bits a byte.
func entropy(text string) float64 {
	var counts [256]int
	for i := range len(text) {
		counts[text[i]]++
	}
	sum := 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(text))
			sum -= p * math.Log2(p)
		}
	}
	return sum
}
