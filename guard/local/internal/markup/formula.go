package markup

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/scan"
)

// cell looks at a text that a spreadsheet would take for a formula: one that begins
// with = + - or @ and calls out of the sheet.
func (r *reader) cell() {
	start := len(r.text) - len(strings.TrimLeft(r.text, " \t\r\n\""))
	if start == len(r.text) || strings.IndexByte("=+-@", r.text[start]) < 0 {
		return
	}
	end := start + min(len(r.text)-start, 512)
	if line := strings.IndexByte(r.text[start:end], '\n'); line > 0 {
		end = start + line
	}
	if text := r.text[start:end]; exchanges(text) || text[0] == '=' && callsSheet(text) {
		r.found(formula, start, end, "'"+text)
	}
}

// exchanges says that a formula starts a program: cmd|'/C calc'!A0.
func exchanges(text string) bool {
	bar := strings.Index(text, "|'")
	return bar >= 2 && scan.Letter.Is(text[bar-1]) && strings.Contains(text[bar+2:], "'!")
}

// callsSheet says that a formula calls a function that fetches, links or runs.
func callsSheet(text string) bool {
	for _, name := range [...]string{
		"hyperlink(", "importxml(", "importdata(", "importhtml(", "importfeed(", "importrange(", "image(", "webservice(", "filterxml(",
		"dde(", "rtd(", "call(", "exec(", "register(", "register.id(", "shell(",
	} {
		if at := indexFold(text, name); at > 0 && !scan.Alnum.Is(text[at-1]) {
			return true
		}
	}
	return false
}
