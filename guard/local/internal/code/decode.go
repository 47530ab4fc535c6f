package code

import (
	"compress/gzip"
	"compress/zlib"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strconv"
	"strings"
)

// mostDecoded is how much of what is decoded is looked at.
const mostDecoded = 64 << 10

// decodes says what a call returns that turns a text into another one.
func (c *call) decodes() (value, bool) {
	source := c.arg(0)
	switch c.name {
	case "b64decode", "urlsafe_b64decode", "decodebytes", "decodestring", "a85decode", "b85decode", "b16decode", "b32decode", "atob",
		"base64_decode", "decode_base64", "decode64", "strict_decode64", "urlsafe_decode64", "unhexlify", "a2b_base64", "fromhex",
		"hex2bin", "unpack", "str_rot13", "gzinflate", "gzuncompress", "decompress", "inflateSync", "gunzipSync", "unescape",
		"decodeURIComponent", "decodeString", "DecodeString", "FromBase64String", "convert_uudecode":
		return c.decoded(source), true
	case "loads":
		if c.base == "marshal" || c.base == "pickle" || c.base == "dill" || c.base == "cloudpickle" {
			return value{from: source.from | decoded}, true
		}
	case "decode":
		if c.base == "codecs" || c.base == "base64" {
			return c.decoded(source), true
		}
	case "from":
		if c.base == "Buffer" && c.arg(1).known {
			return value{text: decodeAs(c.arg(1).text, source.text), known: source.known, from: source.from | decoded}, true
		}
	case "map":
		if letters, ok := characters([]value{c.arg(1)}); ok && last(source.chain) == "chr" {
			return value{text: letters, known: true, from: decoded}, true
		}
	case "join":
		if c.on.known && c.on.text == "" && source.known && !source.isList && source.from&decoded != 0 {
			return source, true
		}
		if source.isList && (c.on.known || c.on.text == "") && c.base != "os.path" && c.base != "path" {
			return together(source.items, c.on.text), true
		}
		if c.on.isList {
			return together(c.on.items, source.text), true
		}
	case "fromCharCode", "chr", "pack":
		if text, ok := c.packedHex(); ok {
			return value{text: text, known: true, from: decoded}, true
		}
		if letters, ok := characters(c.args); ok {
			return value{text: letters, known: true, from: decoded}, true
		}
	case "replace", "gsub", "replaceAll", "tr":
		if by := c.arg(1); c.on.known && source.known && source.text != "" && by.known {
			return value{text: strings.ReplaceAll(c.on.text, source.text, by.text), known: true, from: c.on.from}, true
		}
	case "reversed", "reverse", "strrev":
		return value{text: reversed(c.on.text + source.text), known: true, from: decoded}, true
	case "format":
		if c.on.text != "" {
			return formatBraces(c.on, c.args), true
		}
	}
	return value{}, false
}

// decoded is a text decoded as the name of the call says.
func (c *call) decoded(source value) value {
	how := c.name
	if encoding := c.arg(1); encoding.known && encoding.text != "" && (c.base == "codecs" || c.name == "decode") {
		how = encoding.text
	}
	return value{text: decodeAs(how, source.text), known: source.known, from: source.from | decoded}
}

// decodeAs decodes text by a function or encoding of that name, and is empty where
// that fails.
func decodeAs(how, text string) string {
	if len(text) > mostDecoded {
		return ""
	}
	switch how = strings.ToLower(how); {
	case strings.Contains(how, "hex") || strings.Contains(how, "b16"):
		out, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
		return printable(out, err)
	case strings.Contains(how, "b32"):
		out, err := base32.StdEncoding.DecodeString(text)
		return printable(out, err)
	case strings.Contains(how, "64") || how == "atob":
		return fromBase64(text)
	case strings.Contains(how, "rot"):
		return strings.Map(rot13, text)
	case strings.Contains(how, "compress") || strings.Contains(how, "inflate") || strings.Contains(how, "gunzip") || strings.Contains(how, "zlib"):
		return inflate(text)
	}
	return ""
}

func fromBase64(text string) string {
	text = strings.TrimRight(strings.Map(func(c rune) rune {
		switch c {
		case '\n', '\r', ' ':
			return -1
		case '-':
			return '+'
		case '_':
			return '/'
		}
		return c
	}, text), "=")
	out, err := base64.RawStdEncoding.DecodeString(text)
	return printable(out, err)
}

// printable is what was decoded. Bytes that are no text are kept for another
// decoding.
func printable(out []byte, err error) string {
	if err != nil {
		return ""
	}
	return string(out)
}

// inflate unpacks what zlib or gzip packed, as far as it is looked at.
func inflate(text string) string {
	var reader io.Reader
	var err error
	if reader, err = zlib.NewReader(strings.NewReader(text)); err != nil {
		if reader, err = gzip.NewReader(strings.NewReader(text)); err != nil {
			return ""
		}
	}
	out, err := io.ReadAll(io.LimitReader(reader, mostDecoded))
	return printable(out, err)
}

func rot13(c rune) rune {
	switch {
	case 'a' <= c && c <= 'z':
		return 'a' + (c-'a'+13)%26
	case 'A' <= c && c <= 'Z':
		return 'A' + (c-'A'+13)%26
	}
	return c
}

// packedHex is what pack makes of hexadecimal digits: pack("H*", "6c73") of Perl and
// PHP, ["6c73"].pack("H*") of Ruby.
func (c *call) packedHex() (string, bool) {
	if c.name != "pack" || !strings.HasPrefix(c.arg(0).text, "H") {
		return "", false
	}
	digits := c.arg(1)
	if c.on.isList && len(c.on.items) > 0 {
		digits = c.on.items[0]
	}
	text := decodeAs("hex", digits.text)
	return text, text != "" && digits.known
}

// together joins the texts of a list.
func together(items []value, between string) value {
	sum := value{known: true, from: decoded}
	for i, item := range items {
		if i > 0 {
			sum = sum.plus(item, between)
			continue
		}
		sum.text, sum.known, sum.from = item.shown(), item.known, item.from
	}
	return sum
}

// characters is the text that numbers stand for.
func characters(args []value) (string, bool) {
	if len(args) == 1 && args[0].isList {
		args = args[0].items
	}
	var out strings.Builder
	for _, arg := range args {
		code, err := strconv.ParseUint(arg.text, 0, 21)
		if err != nil {
			return "", false
		}
		out.WriteRune(rune(code))
	}
	return out.String(), len(args) > 0
}

// format fills "%s" in; formatBraces fills "{}" in.
func format(v, by value) value {
	parts := each(by)
	out, known, from := v.text, v.known, v.from
	for _, part := range parts {
		if i := strings.IndexByte(out, '%'); i >= 0 && i+1 < len(out) {
			out = out[:i] + part.shown() + out[i+2:]
		}
		known, from = known && part.known, from|part.from
	}
	return value{text: out, known: known, from: from}
}

func formatBraces(v value, args []value) value {
	out, known, from := v.text, v.known, v.from
	for _, arg := range args {
		mark := "{}"
		if arg.key != "" {
			mark = "{" + arg.key + "}"
		}
		out = strings.Replace(out, mark, arg.shown(), 1)
		known, from = known && arg.known, from|arg.from
	}
	return value{text: out, known: known, from: from}
}
