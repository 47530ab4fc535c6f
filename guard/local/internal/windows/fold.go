package windows

import (
	"strconv"
	"strings"
)

// fold undoes what hides words from readers of PowerShell: backticks, strings in
// pieces, characters by their number, pieces in another order.
func fold(source string) string {
	if strings.IndexByte(source, '`') >= 0 {
		source = withoutBackticks(source)
	}
	if containsFold(source, "[char]") {
		source = withCharacters(source)
	}
	if strings.IndexByte(source, '+') >= 0 {
		source = withoutPluses(source)
	}
	if containsFold(source, "-f") && strings.Contains(source, "{0}") {
		source = withFormats(source)
	}
	return source
}

// withoutBackticks drops the backticks that escape nothing, and those at the end of
// lines with the lines' ends.
func withoutBackticks(source string) string {
	var out strings.Builder
	single := false
	for i := 0; i < len(source); i++ {
		c := source[i]
		switch {
		case c == '\'':
			single = !single
		case c != '`' || single || i+1 >= len(source):
		case source[i+1] == '\n':
			i++
			c = ' '
		case source[i+1] == '\r' && i+2 < len(source) && source[i+2] == '\n':
			i += 2
			c = ' '
		default:
			i++
			c = source[i]
		}
		out.WriteByte(c)
	}
	return out.String()
}

// withCharacters turns [char]105 into 'i'.
func withCharacters(source string) string {
	var out strings.Builder
	for {
		i := indexFold(source, "[char]")
		if i < 0 {
			out.WriteString(source)
			return out.String()
		}
		out.WriteString(source[:i])
		source = source[i+len("[char]"):]
		digits := 0
		for digits < len(source) && digits < 5 && (source[digits] >= '0' && source[digits] <= '9' || digits == 1 && source[digits] == 'x') {
			digits++
		}
		code, err := strconv.ParseUint(source[:digits], 0, 16)
		if err != nil {
			out.WriteString("[char]")
			continue
		}
		out.WriteByte('\'')
		out.WriteRune(rune(code))
		out.WriteByte('\'')
		source = source[digits:]
	}
}

func indexFold(text, part string) int {
	for i := 0; i+len(part) <= len(text); i++ {
		if text[i] == part[0] && strings.EqualFold(text[i:i+len(part)], part) {
			return i
		}
	}
	return -1
}

// withoutPluses joins 'a' + 'b'.
func withoutPluses(source string) string {
	var out strings.Builder
	for i := 0; i < len(source); i++ {
		c := source[i]
		if c != '\'' && c != '"' {
			out.WriteByte(c)
			continue
		}
		if next := afterPlus(source, i, c); next > 0 {
			i = next
			continue
		}
		out.WriteByte(c)
	}
	return out.String()
}

// afterPlus is where the string goes on that is closed at i, and joined to another
// one by a plus; 0 if it is not.
func afterPlus(source string, i int, quote byte) int {
	j := skipSpaces(source, i+1)
	if j >= len(source) || source[j] != '+' {
		return 0
	}
	if j = skipSpaces(source, j+1); j < len(source) && source[j] == quote {
		return j
	}
	return 0
}

func skipSpaces(source string, i int) int {
	for i < len(source) && (source[i] == ' ' || source[i] == '\t') {
		i++
	}
	return i
}

// withFormats turns ("{1}{0}" -f 'b','a') into ("ab").
func withFormats(source string) string {
	for range 16 {
		i := indexFold(source, "-f")
		if i < 0 {
			return source
		}
		layout, start := stringBefore(source, i)
		values, stop := stringsAfter(source, i+len("-f"))
		if len(values) == 0 || !strings.Contains(layout, "{0}") {
			return source
		}
		for n, value := range values {
			layout = strings.ReplaceAll(layout, "{"+strconv.Itoa(n)+"}", value)
		}
		source = source[:start] + "'" + layout + "'" + source[stop:]
	}
	return source
}

// stringBefore is the string that ends before i, and where it begins.
func stringBefore(source string, i int) (text string, start int) {
	stop := i - 1
	for stop >= 0 && (source[stop] == ' ' || source[stop] == '\t') {
		stop--
	}
	if stop < 1 || source[stop] != '\'' && source[stop] != '"' {
		return "", 0
	}
	start = strings.LastIndexByte(source[:stop], source[stop])
	if start < 0 {
		return "", 0
	}
	return source[start+1 : stop], start
}

// stringsAfter are the strings with commas between that begin at i, and where they
// end.
func stringsAfter(source string, i int) (values []string, stop int) {
	stop = i
	for len(values) < 64 {
		i = skipSpaces(source, i)
		if i >= len(source) || source[i] != '\'' && source[i] != '"' {
			return values, stop
		}
		length := strings.IndexByte(source[i+1:], source[i])
		if length < 0 {
			return values, stop
		}
		values = append(values, source[i+1:i+1+length])
		stop = i + length + 2
		if i = skipSpaces(source, stop); i >= len(source) || source[i] != ',' {
			return values, stop
		}
		i++
	}
	return values, stop
}
