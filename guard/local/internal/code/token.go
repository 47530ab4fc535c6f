package code

// kind is what a token is.
type kind uint8

const (
	end     kind = iota
	name         // a word, with what the language lets stand in one: "$x" of PHP and Perl
	number       // its digits are the text
	literal      // a string; its value is the text
	run          // a command between backticks
	sign         // one character, or "::", "->", "=>", ":=", "<-"
	newline      // the end of a line that may end a statement
)

// token is one token of source code.
type token struct {
	kind       kind
	text       string
	start, end int
	// filled says that a string has the values of variables in it; they are
	// written as a shell would: "$x".
	filled bool
}

func (t *token) is(text string) bool { return t.kind == sign && t.text == text }
