package obey

import (
	"slices"
	"strings"
)

// Span is a part of a text.
type Span struct{ Start, End int }

// Orders are the parts of a text that the marks make orders of: each from the
// beginning of the sentence in which a mark stands, to the end of the element or the
// value that holds it, or some sentences on.
func Orders(text string, marks []Span) []Span {
	slices.SortFunc(marks, func(a, b Span) int { return a.Start - b.Start })
	var orders []Span
	closed := false
	for _, mark := range marks {
		if mark.Start < 0 || mark.End > len(text) || mark.Start >= mark.End {
			continue
		}
		last := len(orders) - 1
		inside := last >= 0 && mark.Start < orders[last].End
		if inside && closed {
			continue
		}
		end := closing(text, mark)
		if closed = end > 0; !closed {
			end = endOf(text, mark, inside)
		}
		if inside {
			orders[last].End = max(orders[last].End, end)
		} else {
			orders = append(orders, Span{beginOf(text, mark.Start), end})
		}
	}
	return orders
}

// How far an order reaches around its mark.
const (
	before    = 300
	behind    = 700
	element   = 8 << 10
	sentences = 3
	little    = 24 // bytes after which a paragraph may be all
)

// beginOf is where the sentence begins that at is in.
func beginOf(text string, at int) int {
	from := max(0, at-before)
	begin := from
	for i := from; i < at; i++ {
		switch {
		case ends(text, i) > 0 || text[i] == '>':
			begin = i + 1
		case (text[i] == '"' || text[i] == '\'') && opensValue(text[from:i]):
			begin = i
		}
	}
	if open := strings.LastIndexByte(text[begin:at], '<'); open >= 0 {
		return begin + open
	}
	return begin
}

// opensValue says that a quote behind the text opens a value of a list or an object.
func opensValue(text string) bool {
	text = strings.TrimRight(text, " \n")
	return text == "" || strings.IndexByte(",[:{", text[len(text)-1]) >= 0
}

// endOf is where an order ends that no element closes. One that goes on has said
// something already: the paragraph of its last mark ends it.
func endOf(text string, mark Span, goesOn bool) int {
	limit := min(len(text), mark.End+behind)
	count, quoted := 0, [2]int{}
	for i := mark.End; i < limit; i++ {
		switch text[i] {
		case '"', '\'':
			if closesValue(text, i, &quoted) {
				return i
			}
		case '\n':
			if (goesOn || i > mark.End+little) && strings.HasPrefix(strings.TrimLeft(text[i+1:], " \t\r"), "\n") {
				return i
			}
		}
		if count += ends(text, i); count >= sentences {
			return i
		}
	}
	return limit
}

// closesValue says that the quote at i ends the value of a list or an object that
// the order stands in, rather than a quotation within the order.
func closesValue(text string, i int, quoted *[2]int) bool {
	kind := 0
	if text[i] == '"' {
		kind = 1
	}
	if i == 0 || strings.IndexByte(" (:[\n", text[i-1]) >= 0 {
		quoted[kind]++
		return false
	}
	rest := strings.TrimLeft(text[i+1:min(len(text), i+4)], " ")
	if rest == "" || strings.IndexByte(",}]\n", rest[0]) < 0 || text[i-1] == '\\' {
		return false
	}
	if quoted[kind] > 0 {
		quoted[kind]--
		return false
	}
	return true
}

// ends counts a sentence that ends at i.
func ends(text string, i int) int {
	switch text[i] {
	case '.', '!', '?':
		if i+1 == len(text) || text[i+1] == ' ' || text[i+1] == '\n' || text[i+1] == '\\' {
			return 1
		}
	case '\n':
		if i > 0 && strings.IndexByte(".!?\n", text[i-1]) < 0 {
			return 1
		}
	}
	return 0
}

// closing is the end of the element or comment that the mark is in, or that it
// opens; 0 without one.
func closing(text string, mark Span) int {
	from, to := max(0, mark.Start-before), min(len(text), mark.End+element)
	open := strings.LastIndexByte(text[from:min(len(text), mark.Start+1)], '<')
	if open < 0 {
		return 0
	}
	tag := text[from+open:]
	if strings.HasPrefix(tag, "<!--") {
		return closedBy(text, mark.End, to, "-->")
	}
	name := strings.IndexAny(tag, "> \n")
	if name < 2 || name > 40 || tag[1] == '/' {
		return 0
	}
	return closedBy(text, mark.End, to, "</"+tag[1:name]+">")
}

func closedBy(text string, from, to int, by string) int {
	if at := strings.Index(text[from:to], by); at >= 0 {
		return from + at + len(by)
	}
	return 0
}
