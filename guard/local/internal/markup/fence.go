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
	next     int // where the line behind the one at at begins; no more than at if it is not known
	spanAt   int // how far the line at at has been read
	spanEnd  int // where the last piece of code in it ends
}

// has says that text[i] is shown as code.
func (f *fences) has(text string, i int) bool {
	for f.at <= i {
		if f.next <= f.at {
			f.enter(text)
			continue
		}
		if f.next > i {
			return f.inSpan(text[f.at:min(f.next-1, len(text))], i)
		}
		f.at = f.next
	}
	return i < f.until
}

// enter begins the line at f.at: it goes past the block of code that begins there, or
// notes where the line ends.
func (f *fences) enter(text string) {
	line, next := lineAt(text, f.at)
	if fence := fenceOf(line); fence != "" && f.mayClose(fence) {
		if end := closing(text, next, fence); end > 0 {
			f.until, f.at = end, end
			return
		}
		f.unclosed[kindOfFence(fence)] = len(fence)
	}
	f.next, f.spanAt, f.spanEnd = next, f.at, f.at
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
	for f.spanAt <= i {
		rest := line[f.spanAt-f.at:]
		start := strings.IndexByte(rest, '`')
		if start < 0 {
			f.spanAt = f.at + len(line) + 1 // no more of them
			break
		}
		if f.spanAt += start; f.spanAt > i {
			break
		}
		rest = rest[start:]
		n := 1
		for n < len(rest) && rest[n] == '`' {
			n++
		}
		end := strings.Index(rest[n:], rest[:n])
		if end < 0 {
			f.spanAt += n
			continue
		}
		f.spanEnd = f.spanAt + n + end + n
		f.spanAt = f.spanEnd
	}
	return i < f.spanEnd
}
