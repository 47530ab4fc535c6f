package shell

import "strings"

// How long a text and a pattern may be for one to be tried on the other.
const (
	maxMatched = 1 << 10
	maxPattern = 64
)

// matchGlob says that the whole of text matches a shell's pattern. What stands
// within it may be a slash.
func matchGlob(pattern, text string) bool {
	if len(text) > maxMatched || len(pattern) > maxPattern {
		return false
	}
	star, mark := -1, 0
	p, t := 0, 0
	for t < len(text) {
		if p < len(pattern) && pattern[p] == '*' {
			star, mark = p, t
			p++
			continue
		}
		if size, ok := matchOne(pattern[p:], text[t]); ok {
			p += size
			t++
			continue
		}
		if star < 0 {
			return false
		}
		mark++
		p, t = star+1, mark
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// matchOne matches what pattern begins with against one byte, and says how much of
// the pattern that was.
func matchOne(pattern string, c byte) (size int, ok bool) {
	if pattern == "" {
		return 0, false
	}
	switch pattern[0] {
	case '?':
		return 1, true
	case '[':
		if size, ok := matchSet(pattern, c); size > 0 {
			return size, ok
		}
	case '\\':
		if len(pattern) > 1 {
			return 2, pattern[1] == c
		}
	}
	return 1, pattern[0] == c
}

// matchSet matches a set such as [a-z] or [!x]; size is 0 where it is none.
func matchSet(pattern string, c byte) (size int, ok bool) {
	i := 1
	not := i < len(pattern) && (pattern[i] == '!' || pattern[i] == '^')
	if not {
		i++
	}
	for first := true; i < len(pattern); first = false {
		switch {
		case pattern[i] == ']' && !first:
			return i + 1, ok != not
		case pattern[i] == '[' && i+1 < len(pattern) && pattern[i+1] == ':':
			end := strings.Index(pattern[i:], ":]")
			if end < 0 {
				return 0, false
			}
			ok = ok || inClass(pattern[i+2:i+end], c)
			i += end + 2
		case i+2 < len(pattern) && pattern[i+1] == '-' && pattern[i+2] != ']':
			ok = ok || pattern[i] <= c && c <= pattern[i+2]
			i += 3
		default:
			ok = ok || pattern[i] == c
			i++
		}
	}
	return 0, false
}

// inClass says that c is of a class such as "alpha".
func inClass(name string, c byte) bool {
	lower, upper, digit := c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9'
	switch name {
	case "alpha":
		return lower || upper
	case "lower":
		return lower
	case "upper":
		return upper
	case "digit":
		return digit
	case "alnum":
		return lower || upper || digit
	case "space":
		return strings.IndexByte(" \t\n\r\v\f", c) >= 0
	}
	return false
}

func isGlob(pattern string) bool { return strings.ContainsAny(pattern, `*?[\`) }

func cutPrefixGlob(text, pattern string, longest bool) string {
	if !isGlob(pattern) {
		return strings.TrimPrefix(text, pattern)
	}
	if len(text) > maxMatched {
		return text
	}
	cut := -1
	for i := range len(text) + 1 {
		if matchGlob(pattern, text[:i]) {
			cut = i
			if !longest {
				break
			}
		}
	}
	return text[max(cut, 0):]
}

func cutSuffixGlob(text, pattern string, longest bool) string {
	if !isGlob(pattern) {
		return strings.TrimSuffix(text, pattern)
	}
	if len(text) > maxMatched {
		return text
	}
	cut := len(text)
	for i := len(text); i >= 0; i-- {
		if matchGlob(pattern, text[i:]) {
			cut = i
			if !longest {
				break
			}
		}
	}
	return text[:cut]
}

// substituteGlob replaces the first place where pattern matches, or all of them.
func substituteGlob(text, pattern, with string, all bool) string {
	if !isGlob(pattern) {
		n := 1
		if all {
			n = -1
		}
		return strings.Replace(text, pattern, with, n)
	}
	const most = 256 // what follows takes the cube of it
	if len(text) > most {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		end := longestMatch(pattern, text, i)
		if end <= i {
			b.WriteByte(text[i])
			i++
			continue
		}
		b.WriteString(with)
		i = end
		if !all {
			b.WriteString(text[i:])
			break
		}
	}
	return b.String()
}

func longestMatch(pattern, text string, from int) int {
	for end := len(text); end > from; end-- {
		if matchGlob(pattern, text[from:end]) {
			return end
		}
	}
	return -1
}
