package ui

import (
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/staso-go/staso/cmd/staso/internal/ui/plain"
)

// hunk is a run of lines around a change.
type hunk struct {
	From  int // the first line's number in the later text
	Lines []changedLine
}

// changedLine is a line that was taken out, put in, or stayed.
type changedLine struct {
	Mark string // "-", "+" or " "
	Text string
}

// maxChanged bounds the lines of a comparison that are shown.
const maxChanged = 2000

// changes compares two texts by their lines.
func changes(before, after string) []hunk {
	unified, err := udiff.ToUnifiedDiff("", "", before, udiff.Lines(before, after), udiff.DefaultContextLines)
	if err != nil {
		return nil // the edits are of this very text
	}
	var hunks []hunk
	left := maxChanged
	for _, h := range unified.Hunks {
		shown := hunk{From: h.ToLine}
		for _, line := range h.Lines {
			if left--; left < 0 {
				break
			}
			shown.Lines = append(shown.Lines, changedLine{Mark: mark(line.Kind), Text: plain.Text(strings.TrimRight(line.Content, "\n"))})
		}
		hunks = append(hunks, shown)
	}
	return hunks
}

func mark(kind udiff.OpKind) string {
	switch kind {
	case udiff.Delete:
		return "-"
	case udiff.Insert:
		return "+"
	default:
		return " "
	}
}
