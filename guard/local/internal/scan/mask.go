package scan

// Mask returns text with each of its letters and digits but the first head and
// the last tail ones made a star. What stands between them stays, so that the
// shape does: "4111-1111-1111-1234" becomes "****-****-****-1234".
func Mask(text string, head, tail int) string {
	total := 0
	for i := range len(text) {
		if hidden(text[i]) {
			total++
		}
	}
	// Never show more than half of it.
	if head+tail > total/2 {
		head, tail = min(head, total/4), min(tail, total/4)
	}
	masked, seen := make([]byte, 0, len(text)), 0
	for i := range len(text) {
		b := text[i]
		if hidden(b) {
			if seen >= head && seen < total-tail {
				b = '*'
			}
			seen++
		}
		if Wide.Is(text[i]) && b == '*' && text[i]&0xC0 == 0x80 {
			continue // one star a character
		}
		masked = append(masked, b)
	}
	return string(masked)
}

func hidden(b byte) bool { return (Alnum | Wide).Is(b) }
