package shell

import (
	"encoding/base32"
	"encoding/base64"
	hexadecimal "encoding/hex"
	"strconv"
	"strings"

	"github.com/staso-go/staso/guard/local/internal/command"
)

// decoding names the decoding that a filter does, for people; empty where it does
// none.
func decoding(c *call) string {
	switch c.name {
	case "base64", "gbase64", "b64decode":
		if decodesBase(c) {
			return "base64"
		}
	case "base32":
		if decodesBase(c) {
			return "base32"
		}
	case "xxd":
		if hasFlag(c.list, 'r', "") {
			return "hex"
		}
	case "openssl":
		return "base64"
	case "tr":
		return "tr"
	case "rev":
		return "rev"
	}
	return ""
}

// decodes says that a program makes of its input something that cannot be told
// from it.
func decodes(c *call) bool {
	switch c.name {
	case "base64", "gbase64", "base32", "basenc":
		return decodesBase(c)
	case "b64decode", "uudecode", "gunzip", "zcat", "bunzip2", "bzcat", "unxz", "xzcat", "unzstd", "zstdcat", "gzcat", "unlz4", "rev":
		return true
	case "gzip", "bzip2", "xz", "zstd", "lz4", "brotli":
		return hasFlag(c.list, 'd', "--decompress")
	case "xxd":
		return hasFlag(c.list, 'r', "")
	case "openssl":
		return hasFlag(c.list, 'd', "") && (hasWord(c, "enc") || hasWord(c, "base64")) || hasWord(c, "aes-256-cbc") && hasWord(c, "-d")
	case "gpg", "gpg2":
		return hasFlag(c.list, 'd', "--decrypt")
	case "tr":
		return len(c.list) > 1 && len(c.list[0].Text) >= 5 && len(c.list[1].Text) >= 5 && c.list[0].Text[0] != '[' &&
			!strings.EqualFold(c.list[0].Text, c.list[1].Text)
	}
	return false
}

// decodesInCode says that the code of an interpreter undoes an encoding.
func decodesInCode(c *call) bool {
	for _, word := range c.list {
		for _, sign := range [...]string{"b64decode", "base64", "unhexlify", "fromhex", "Buffer.from", "decode64", "rot13", "rot_13", "pack(", "gzinflate", "decompress"} {
			if strings.Contains(word.Text, sign) {
				return true
			}
		}
	}
	return false
}

func decodesBase(c *call) bool {
	return hasFlag(c.list, 'd', "--decode") || hasFlag(c.list, 'D', "--d") || hasFlag(c.list, 0, "--dec") || c.name == "b64decode"
}

// base is what base64 and base32 write.
func base(c *call, text string) (string, bool) {
	if c.name == "basenc" {
		return "", false
	}
	if !decodesBase(c) {
		if c.name == "base32" {
			return base32.StdEncoding.EncodeToString([]byte(text)) + "\n", true
		}
		return base64.StdEncoding.EncodeToString([]byte(text)) + "\n", true
	}
	text = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n", r) {
			return -1
		}
		return r
	}, text)
	if c.name == "base32" {
		out, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimRight(strings.ToUpper(text), "="))
		return string(out), err == nil
	}
	return decode64(text)
}

// decode64 reads base64 as base64 -d does: what is good until the first mistake.
func decode64(text string) (string, bool) {
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(text, "-_") {
		encoding = base64.RawURLEncoding
	}
	out, err := encoding.DecodeString(strings.TrimRight(text, "="))
	return string(out), err == nil || len(out) > 0
}

// hex is what xxd writes where it reads hexadecimal digits.
func hex(list []command.Word, text string) (string, bool) {
	if !hasFlag(list, 'r', "") {
		return "", false
	}
	if !hasFlag(list, 'p', "-ps") {
		return hexDump(text)
	}
	text = strings.Map(func(r rune) rune {
		if r < 0x80 && isDigit(byte(r), 16) {
			return r
		}
		return -1
	}, text)
	out, err := hexadecimal.DecodeString(text[:len(text)&^1])
	return string(out), err == nil
}

// hexDump reads lines such as "00000000: 726d 202d  rm -".
func hexDump(text string) (string, bool) {
	var b strings.Builder
	for line := range strings.Lines(text) {
		_, digits, ok := strings.Cut(line, ":")
		if !ok {
			return "", false
		}
		digits, _, _ = strings.Cut(strings.TrimSpace(digits), "  ")
		part, err := hexadecimal.DecodeString(strings.ReplaceAll(strings.TrimSpace(digits), " ", ""))
		if err != nil {
			return "", false
		}
		b.Write(part)
	}
	return b.String(), true
}

// openssl is what openssl writes where it decodes base64.
func openssl(c *call, text string) (string, bool) {
	if !hasFlag(c.list, 'd', "") || !hasWord(c, "base64") && !hasWord(c, "-base64") && !hasWord(c, "-a") || hasWord(c, "-k") || hasWord(c, "-pass") {
		return "", false
	}
	return decode64(strings.Join(strings.Fields(text), ""))
}

// translate is what tr writes.
func translate(list []command.Word, text string) (string, bool) {
	remove, squeeze, complement := false, false, false
	i := 0
	for ; i < len(list) && len(list[i].Text) > 1 && list[i].Text[0] == '-' && strings.Trim(list[i].Text[1:], "dscCt") == ""; i++ {
		remove = remove || strings.Contains(list[i].Text, "d")
		squeeze = squeeze || strings.Contains(list[i].Text, "s")
		complement = complement || strings.ContainsAny(list[i].Text, "cC")
	}
	if i >= len(list) || complement || squeeze {
		return "", false
	}
	from := characters(list[i].Text)
	if remove {
		return strings.Map(func(r rune) rune {
			if strings.ContainsRune(from, r) {
				return -1
			}
			return r
		}, text), true
	}
	if i+1 >= len(list) {
		return "", false
	}
	to := characters(list[i+1].Text)
	if to == "" {
		return "", false
	}
	out := []byte(text)
	for n, c := range out {
		if at := strings.LastIndexByte(from, c); at >= 0 {
			out[n] = to[min(at, len(to)-1)]
		}
	}
	return string(out), true
}

// characters are those of one of tr's sets.
func characters(set string) string {
	set = unescape(set, "")
	for _, class := range [...][2]string{
		{"[:lower:]", "a-z"}, {"[:upper:]", "A-Z"}, {"[:digit:]", "0-9"}, {"[:alpha:]", "A-Za-z"}, {"[:alnum:]", "0-9A-Za-z"}, {"[:space:]", " \t\n\r\v\f"},
	} {
		set = strings.ReplaceAll(set, class[0], class[1])
	}
	if len(set) > 2 && set[0] == '[' && set[len(set)-1] == ']' {
		set = set[1 : len(set)-1]
	}
	var b strings.Builder
	for i := 0; i < len(set); i++ {
		if i+2 < len(set) && set[i+1] == '-' && set[i+2] >= set[i] {
			for c := int(set[i]); c <= int(set[i+2]); c++ {
				b.WriteByte(byte(c))
			}
			i += 2
			continue
		}
		b.WriteByte(set[i])
	}
	return b.String()
}

// edit is what sed writes, if all that it does is s/a/b/ with plain text.
func edit(list []command.Word, text string) (string, bool) {
	for i := 0; i < len(list); i++ {
		word := list[i].Text
		switch {
		case word == "-e" && i+1 < len(list):
			i++
			word = list[i].Text
		case word == "-E" || word == "-r" || word == "-u" || word == "--posix":
			continue
		case len(word) > 1 && word[0] == '-':
			return "", false
		}
		for command := range strings.SplitSeq(word, ";") {
			var ok bool
			if text, ok = substituteText(strings.TrimSpace(command), text); !ok {
				return "", false
			}
		}
		if i > 0 && list[i-1].Text == "-e" {
			continue
		}
		break
	}
	return text, true
}

func substituteText(command, text string) (string, bool) {
	if len(command) < 4 || command[0] != 's' {
		return "", false
	}
	delimiter := command[1:2]
	const hole = "\x00"
	parts := strings.Split(strings.ReplaceAll(command[2:], `\`+delimiter, hole), delimiter)
	if len(parts) != 3 || strings.ContainsAny(parts[0], `\.*[]^$+?(){}|`) || strings.ContainsAny(parts[1], `\&`) || strings.Trim(parts[2], "g") != "" || parts[0] == "" {
		return "", false
	}
	from, to := strings.ReplaceAll(parts[0], hole, delimiter), strings.ReplaceAll(parts[1], hole, delimiter)
	n := 1
	if strings.Contains(parts[2], "g") {
		n = -1
	}
	return eachLine(text, func(line string) string { return strings.Replace(line, from, to, n) }), true
}

// ends is what head and tail write.
func ends(c *call, text string) (string, bool) {
	bytes, count := false, 10
	for i := 0; i < len(c.list); i++ {
		word := c.list[i].Text
		if len(word) < 2 || word[0] != '-' {
			continue
		}
		bytes = bytes || word[1] == 'c'
		digits := strings.TrimLeft(word, "-cn")
		if digits == "" && i+1 < len(c.list) {
			i++
			digits = c.list[i].Text
		}
		n, err := strconv.Atoi(digits)
		if err != nil || n < 0 {
			return "", false
		}
		count = n
	}
	if bytes {
		count = min(count, len(text))
		if c.name == "head" {
			return text[:count], true
		}
		return text[len(text)-count:], true
	}
	lines := strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
	count = min(count, len(lines))
	if c.name == "head" {
		return strings.Join(lines[:count], ""), true
	}
	return strings.Join(lines[len(lines)-count:], ""), true
}

// cutFields is what cut writes, of one field or of the characters from one to
// another.
func cutFields(list []command.Word, text string) (string, bool) {
	delimiter, field, kind := "\t", "", byte(0)
	for i := 0; i < len(list); i++ {
		word := list[i].Text
		if len(word) < 2 || word[0] != '-' {
			return "", false
		}
		rest := word[2:]
		if rest == "" && i+1 < len(list) {
			i++
			rest = list[i].Text
		}
		switch word[1] {
		case 'd':
			delimiter = rest
		case 'f', 'c', 'b':
			kind, field = word[1], rest
		default:
			return "", false
		}
	}
	from, to, ok := span(field)
	if !ok || delimiter == "" {
		return "", false
	}
	return eachLine(text, func(line string) string {
		if kind != 'f' {
			return line[min(from-1, len(line)):min(max(to, from-1), len(line))]
		}
		parts := strings.Split(line, delimiter)
		if len(parts) == 1 {
			return line
		}
		return strings.Join(parts[min(from-1, len(parts)):min(max(to, from-1), len(parts))], delimiter)
	}), true
}

// span reads "3", "2-5", "2-" and "-5".
func span(text string) (from, to int, ok bool) {
	first, last, ranged := strings.Cut(text, "-")
	from, to = 1, maxValue
	var err1, err2 error
	if first != "" {
		from, err1 = strconv.Atoi(first)
	}
	switch {
	case !ranged:
		to = from
	case last != "":
		to, err2 = strconv.Atoi(last)
	}
	return from, to, text != "" && err1 == nil && err2 == nil && from > 0 && to >= from
}
