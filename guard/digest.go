package guard

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"strconv"
)

// Digest names the exact arguments of a call: "sha256:" and the SHA-256, in hex, of
// these bytes, one after the other:
//
//   - the length of the tool's name in bytes, as a decimal number, and a colon
//   - the tool's name
//   - the arguments as they are, but for the white space between JSON tokens, which
//     is left out. Nothing else is made equal: the order of members, the spelling of
//     numbers and the escapes in strings all count.
//
// As in [Call], empty arguments are {}, and any other JSON value that is no object
// counts as {"input": value}. What is no JSON counts byte for byte.
//
// An approval is bound to this digest. The local engine, [Client] and the backend
// compute it alike.
func Digest(tool string, input json.RawMessage) string {
	h := sha256.New()
	h.Write(strconv.AppendInt(make([]byte, 0, 20), int64(len(tool)), 10))
	h.Write([]byte(":" + tool))
	writeArguments(h, trimSpace(input))
	sum := make([]byte, 0, sha256.Size)
	return "sha256:" + hex.EncodeToString(h.Sum(sum))
}

func writeArguments(h hash.Hash, input []byte) {
	switch {
	case len(input) == 0:
		h.Write([]byte("{}"))
	case input[0] == '{':
		writeMinified(h, input)
	case json.Valid(input):
		h.Write([]byte(`{"input":`))
		writeMinified(h, input)
		h.Write([]byte("}"))
	default:
		h.Write(input)
	}
}

// writeMinified leaves out the white space beside a structural character, which in
// JSON is all there is between tokens. So it never joins two tokens, whatever it
// is given, and no JSON is made of what is none.
func writeMinified(h hash.Hash, text []byte) {
	for start := 0; start < len(text); {
		end := spaceFrom(text, start)
		h.Write(text[start:end])
		next := end
		for next < len(text) && isSpace(text[next]) {
			next++
		}
		if next > end && end > 0 && next < len(text) && !isStructural(text[end-1]) && !isStructural(text[next]) {
			h.Write(text[end:next])
		}
		start = next
	}
}

// spaceFrom returns where the first white space outside of a string is, or the
// end.
func spaceFrom(text []byte, at int) int {
	for at < len(text) {
		switch c := text[at]; {
		case isSpace(c):
			return at
		case c == '"':
			at = stringEnd(text, at)
		default:
			at++
		}
	}
	return at
}

// stringEnd returns where the string ends that begins at the quote at start: behind
// its closing quote, or the end of the text.
func stringEnd(text []byte, start int) int {
	for at := start + 1; at < len(text); at++ {
		next := bytes.IndexAny(text[at:], `"\`)
		if next < 0 {
			return len(text)
		}
		at += next
		if text[at] == '"' {
			return at + 1
		}
		at++ // what is escaped
	}
	return len(text)
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isStructural(c byte) bool {
	switch c {
	case '{', '}', '[', ']', ':', ',':
		return true
	}
	return false
}

func trimSpace(text []byte) []byte { return bytes.Trim(text, " \t\r\n") }
