package payload

import "strings"

// Run is a stretch of a text: words as they stand, or code that the writer has
// marked as such with backquotes. All of a text's runs together are the text.
type Run struct {
	Code, Block       bool   // in the line, or in lines of its own
	Open, Text, Close string // the marks are apart, so that they can be shown as such
}

const (
	fence = "```"
	// maxRuns bounds the marks that one text is taken apart for.
	maxRuns = 500
)

// Runs takes a text apart at the code in it. What is no clear mark stays words.
func (t Text) Runs() []Run {
	if !strings.Contains(t.Head, "`") {
		return []Run{{Text: t.Head}}
	}
	var runs []Run
	rest := t.Head
	for len(runs) < maxRuns {
		before, block, after, found := cutFence(rest)
		runs = inlineRuns(runs, before)
		if !found {
			return runs
		}
		runs, rest = append(runs, block), after
	}
	return append(runs, Run{Text: rest})
}

// cutFence finds the first block between two lines that begin with three
// backquotes. One that is never closed goes to the end.
func cutFence(s string) (before string, block Run, after string, found bool) {
	for at := 0; at < len(s); {
		line := lineAt(s, at)
		if strings.HasPrefix(line, fence) && !strings.Contains(line[len(fence):], "`") {
			inner, end, rest := cutClosing(s[at+len(line):])
			return s[:at], Run{Block: true, Open: line, Text: inner, Close: end}, rest, true
		}
		at += len(line)
	}
	return s, Run{}, "", false
}

func cutClosing(s string) (inner, line, rest string) {
	for at := 0; at < len(s); {
		line = lineAt(s, at)
		if strings.HasPrefix(line, fence) && strings.TrimSpace(line) == fence {
			return s[:at], line, s[at+len(line):]
		}
		at += len(line)
	}
	return s, "", ""
}

// lineAt is the line that begins at an offset, with its end.
func lineAt(s string, at int) string {
	if i := strings.IndexByte(s[at:], '\n'); i >= 0 {
		return s[at : at+i+1]
	}
	return s[at:]
}

// inlineRuns adds a text in which code stands between single backquotes on one
// line.
func inlineRuns(runs []Run, s string) []Run {
	words := 0 // where the words begin that are not added yet
	for at := 0; at < len(s) && len(runs) < maxRuns; {
		open := strings.IndexByte(s[at:], '`')
		if open < 0 {
			break
		}
		open += at
		size := strings.IndexAny(s[open+1:], "`\n")
		if size <= 0 || s[open+1+size] != '`' {
			at = open + 1 + max(size, 0) + 1
			continue
		}
		if open > words {
			runs = append(runs, Run{Text: s[words:open]})
		}
		runs = append(runs, Run{Code: true, Open: "`", Text: s[open+1 : open+1+size], Close: "`"})
		at = open + size + 2
		words = at
	}
	if words < len(s) {
		runs = append(runs, Run{Text: s[words:]})
	}
	return runs
}
