package markup

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/scan"
)

const (
	esc = 0x1B // begins an escape sequence
	c1  = 0xC2 // begins a control character of ISO 6429 in UTF-8
)

// longestSequence is how many bytes of an escape sequence are read.
const longestSequence = 1024

// escape reads the escape sequence at i, and returns where it ends. Colours pass. Of
// what a program returned, so does all that only moves the cursor: that is how
// progress is shown.
func (r *reader) escape(i int) int {
	kind, at := introducer(r.text, i)
	if kind == 0 {
		return i + 1
	}
	end, acts := i, false
	switch kind {
	case '[':
		end, acts = r.control(at)
	case ']':
		end, acts = r.command(at)
	case 'P', '_', '^', 'X': // strings to the terminal
		end, acts = stringEnd(r.text, at), true
	case 'c': // reset
		end, acts = at, r.phase != guard.PhaseOutput
	}
	if acts && end > i {
		r.found(terminal, i, end, "\u241b"+strings.TrimLeft(r.text[i:end], "\x1b\u009b\u009d\u0090"))
	}
	return max(end, i+1)
}

// introducer returns what kind of sequence begins at i, by its letter behind ESC, and
// where it goes on; 0 if none does.
func introducer(text string, i int) (kind byte, at int) {
	if i+1 >= len(text) {
		return 0, i
	}
	if text[i] == esc {
		return text[i+1], i + 2
	}
	switch text[i+1] {
	case 0x9B:
		return '[', i + 2
	case 0x9D:
		return ']', i + 2
	case 0x90:
		return 'P', i + 2
	default:
		return 0, i
	}
}

// control reads a control sequence: parameters and a letter.
func (r *reader) control(at int) (end int, acts bool) {
	end = at
	for end < len(r.text) && end-at < 64 && (scan.Digit.Is(r.text[end]) || strings.IndexByte(";:<=>?! \"'$#", r.text[end]) >= 0) {
		end++
	}
	if end == len(r.text) {
		return end, false
	}
	parameters, final := r.text[at:end], r.text[end]
	end++
	switch final {
	case 'm':
		return end, parameters == "8" || strings.HasPrefix(parameters, "8;") || strings.HasSuffix(parameters, ";8") // hidden
	case 'n', 'c', 't': // an answer is asked for, which goes to the shell
		return end, true
	case 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'P', 'S', 'T', 'X', '@', 'd', 'f', 'h', 'l', 'r', 's', 'u':
		return end, r.phase != guard.PhaseOutput
	default:
		return end, false
	}
}

// command reads a command to the operating system: those that set the title, or the
// address of a link, are what programs do.
func (r *reader) command(at int) (end int, acts bool) {
	end = stringEnd(r.text, at)
	number, value, _ := strings.Cut(r.text[at:end], ";")
	switch number {
	case "52", "50", "7", "9", "777", "1337": // clipboard, font, folder, notes
		return end, true
	case "8":
		return end, runsCode(strings.TrimLeft(value, ";")) > 0 || r.phase != guard.PhaseOutput
	default:
		return end, r.phase != guard.PhaseOutput
	}
}

// stringEnd returns where a string to the terminal ends.
func stringEnd(text string, at int) int {
	stop := min(len(text), at+longestSequence)
	for i := at; i < stop; i++ {
		switch {
		case text[i] == 0x07:
			return i + 1
		case text[i] == esc && i+1 < stop && text[i+1] == '\\', text[i] == c1 && i+1 < stop && text[i+1] == 0x9C:
			return i + 2
		}
	}
	return stop
}
