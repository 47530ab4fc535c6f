package markup

import "strings"

// fences knows which parts of a text Markdown shows as code. It goes forward only,
// and looks at nothing twice.
type fences struct {
	at    int // how far it has read, at the start of a line
	until int // where the block of code ends that it has read last
	// unclosed is, for backticks and for tildes, the length of the shortest fence
	// that is not closed any more.
	unclosed [2]int
	line     int // where the line begins that span and spanEnd are about
	spanAt   int // how far that line has been read
	spanEnd  int // where the last piece of code in it ends
}

// has says that text[i] is shown as code.
func (f *fences) has(text string, i int) bool {
	for f.at <= i {
		line, next := lineAt(text, f.at)
		if fence := fenceOf(line); fence != "" && f.mayClose(fence) {
			if end := closing(text, next, fence); end > 0 {
				f.until, f.at = end, end
				continue
			}
			f.unclosed[kindOfFence(fence)] = len(fence)
		}
		if next > i {
			return f.inSpan(line, i)
		}
		f.at = next
	}
	return i < f.until
}

func kindOfFence(fence string) int {
	if fence[0] == '`' {
		return 0
	}
	return 1
}

func (f *fences) mayClose(fence string) bool {
	shortest := f.unclosed[kindOfFence(fence)]
	return shortest == 0 || len(fence) < shortest
}

func lineAt(text string, at int) (line string, next int) {
	if end := strings.IndexByte(text[at:], '\n'); end >= 0 {
		return text[at : at+end], at + end + 1
	}
	return text[at:], len(text) + 1
}

// fenceOf returns the row of backticks or tildes that a line begins with, if it has
// three at least.
func fenceOf(line string) string {
	line = strings.TrimLeft(line, " \t>")
	n := 0
	for n < len(line) && line[n] == line[0] && (line[0] == '`' || line[0] == '~') {
		n++
	}
	if n < 3 || strings.Contains(line[n:], "`") {
		return ""
	}
	return line[:n]
}

// closing returns where the line ends that closes a fence, and 0 if none does.
func closing(text string, at int, fence string) int {
	for at < len(text) {
		line, next := lineAt(text, at)
		if row := fenceOf(line); strings.HasPrefix(row, fence) && strings.TrimSpace(strings.TrimLeft(line, " \t>")[len(row):]) == "" {
			return min(next, len(text))
		}
		at = next
	}
	return 0
}

// inSpan says that the byte of the text at i, which is in the line that begins at
// f.at, stands between two rows of backticks of the same length.
func (f *fences) inSpan(line string, i int) bool {
	if f.line != f.at || f.spanAt < f.at {
		f.line, f.spanAt, f.spanEnd = f.at, f.at, f.at
	}
	for f.spanAt <= i {
		rest := line[f.spanAt-f.at:]
		start := strings.IndexByte(rest, '`')
		if start < 0 || f.spanAt+start > i {
			f.spanAt = min(f.spanAt+max(start, 0), i)
			return false
		}
		n := 1
		for start+n < len(rest) && rest[start+n] == '`' {
			n++
		}
		end := strings.Index(rest[start+n:], rest[start:start+n])
		if end < 0 {
			f.spanAt += start + n
			continue
		}
		f.spanEnd = f.spanAt + start + n + end + n
		f.spanAt = f.spanEnd
	}
	return i < f.spanEnd
}
