package secret

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/scan"
)

// kind is a kind of credential.
type kind struct {
	name  string
	label string // with its article, for the reason
	grade guard.Severity
	// prefix is what it begins with, in the very letters.
	prefix string
	// body is what follows.
	body body
	// check looks at the whole of it; nil asks for randomness alone.
	check func(token string) verdict
	// reader finds it by other means, from where trigger was found; prefix is
	// then empty.
	reader  func(text string, at int) match
	trigger string // in lower case
	// loose says that it has no form of its own: another kind that is found in
	// the same place is what it is.
	loose bool
}

// match is where a credential stands. One without bytes is none.
type match struct {
	start, end int
	// doubtful says that it has the form, and not the check sum.
	doubtful bool
}

// verdict is what a check says.
type verdict uint8

const (
	no verdict = iota
	doubtful
	yes
)

// word is what the finder looks for.
func (k *kind) word() string {
	if k.trigger != "" {
		return k.trigger
	}
	return strings.ToLower(k.prefix)
}

// read returns the credential of the kind that the word at at belongs to.
func (k *kind) read(text string, at int) match {
	if k.reader != nil {
		return k.reader(text, at)
	}
	if !strings.HasPrefix(text[at:], k.prefix) || !k.begins(text, at) {
		return match{}
	}
	end := k.body.read(text, at+len(k.prefix))
	if end < 0 {
		return match{}
	}
	token := text[at:end]
	if placeholder(token[len(k.prefix):]) || entropy(token[len(k.prefix):]) < leastEntropy {
		return match{}
	}
	m := match{start: at, end: end}
	if k.check != nil {
		switch k.check(token) {
		case no:
			return match{}
		case doubtful:
			m.doubtful = true
		}
	}
	return m
}

// begins says that a token may begin at at: not within a word, nor within what is of
// its own letters, so that a row of prefixes is not read over and over.
func (k *kind) begins(text string, at int) bool {
	if at == 0 {
		return true
	}
	before := text[at-1]
	if inName(before) {
		return escaped(text, at)
	}
	return !k.body[0].class.has(before, k.body[0].byte)
}

// leastEntropy is how random what follows a prefix is at least, in bits a byte: what
// has the form of a token by chance is most often a row of the same few letters.
const leastEntropy = 2.7

// inName says that b goes on with a name.
func inName(b byte) bool { return scan.Alnum.Is(b) || b == '_' }

// escaped says that the letter before text[at] belongs to an escape like \n.
func escaped(text string, at int) bool {
	return at >= 2 && text[at-2] == '\\' && (text[at-1] == 'n' || text[at-1] == 't' || text[at-1] == 'r')
}

// class is the bytes that a part of a token is made of.
type class uint8

const (
	inWord    class = iota // letters, digits, - and _
	inPlain                // letters and digits
	inHex                  // 0-9, a-f
	inDigit                // 0-9
	inCapital              // A-Z, 0-9
	inSmall                // a-z, 0-9
	inBase64               // letters, digits, + / and =
	inDotted               // letters, digits, - _ and .
	inLiteral              // one byte
)

func (c class) has(b, want byte) bool {
	switch c {
	case inWord:
		return scan.Alnum.Is(b) || b == '-' || b == '_'
	case inPlain:
		return scan.Alnum.Is(b)
	case inHex:
		return scan.Digit.Is(b) || b >= 'a' && b <= 'f'
	case inDigit:
		return scan.Digit.Is(b)
	case inCapital:
		return scan.Digit.Is(b) || b >= 'A' && b <= 'Z'
	case inSmall:
		return scan.Digit.Is(b) || b >= 'a' && b <= 'z'
	case inBase64:
		return scan.Alnum.Is(b) || b == '+' || b == '/' || b == '='
	case inDotted:
		return scan.Alnum.Is(b) || b == '-' || b == '_' || b == '.'
	default:
		return b == want
	}
}

// longest is how long a part without an end of its own may be.
const longest = 4096

// body is the parts of a token, one after the other.
type body []part

type part struct {
	class       class
	least, most int
	byte        byte // of a literal
}

// read returns the end of the body that begins at at, and -1 if none does. Nothing
// of its last class may follow.
func (p body) read(text string, at int) int {
	for i := range p {
		n := 0
		for at+n < len(text) && n < p[i].most && p[i].class.has(text[at+n], p[i].byte) {
			n++
		}
		if n < p[i].least {
			return -1
		}
		at += n
	}
	last := &p[len(p)-1]
	if at < len(text) && last.class != inDotted && (inName(text[at]) || last.class.has(text[at], last.byte)) {
		return -1
	}
	if last.class == inDotted && text[at-1] == '.' {
		at-- // the end of a sentence
	}
	return at
}
