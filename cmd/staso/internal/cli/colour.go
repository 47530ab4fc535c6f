package cli

import (
	"io"
	"os"

	"github.com/mattn/go-isatty"
)

// palette colours text, or leaves it as it is.
type palette struct{ on bool }

// paletteFor colours what is written to a terminal, unless NO_COLOR is set.
func paletteFor(w io.Writer) palette {
	return palette{on: isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && isatty.IsTerminal(file.Fd())
}

func (p palette) red(text string) string  { return p.paint("31", text) }
func (p palette) bold(text string) string { return p.paint("1", text) }
func (p palette) dim(text string) string  { return p.paint("2", text) }

func (p palette) paint(code, text string) string {
	if !p.on || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
