package folder

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode/utf8"
)

// ReadArgs say which file to read.
type ReadArgs struct {
	Path string `json:"path"`
}

// File is a file's text.
type File struct {
	Path string `json:"path"`
	Size int64  `json:"size"`
	Text string `json:"text"`
	// Cut says that Text is only the beginning.
	Cut bool `json:"cut,omitempty"`
}

const maxRead = 6 << 10

// Read reads the beginning of a text file.
func (f *Folder) Read(ctx context.Context, args ReadArgs) (File, error) {
	f.linger(ctx)
	name, err := f.resolve(args.Path)
	if err != nil {
		return File{}, err
	}
	text, size, err := f.text(name, maxRead)
	if err != nil {
		return File{}, err
	}
	return File{Path: name, Size: size, Text: text, Cut: size > int64(len(text))}, nil
}

// text returns at most limit bytes of a file that holds text.
func (f *Folder) text(name string, limit int64) (string, int64, error) {
	// Asked before it is opened: opening a named pipe waits for its writer.
	info, err := fs.Stat(f.files, name)
	switch {
	case err != nil:
		return "", 0, explain(name, err)
	case info.IsDir():
		return "", 0, fmt.Errorf("%s is a folder: list it, or read a file in it", name)
	case !info.Mode().IsRegular():
		return "", 0, fmt.Errorf("%s is not a file of text", name)
	}
	file, err := f.files.Open(name)
	if err != nil {
		return "", 0, explain(name, err)
	}
	defer file.Close() //nolint:errcheck // it is only read
	b, err := io.ReadAll(io.LimitReader(file, limit))
	if err != nil {
		return "", 0, explain(name, err)
	}
	if bytes.IndexByte(b, 0) >= 0 {
		return "", 0, fmt.Errorf("%s is not a file of text", name)
	}
	return atRune(b, info.Size()), info.Size(), nil
}

// atRune drops a rune that the limit cut apart, and replaces what is no UTF-8.
func atRune(b []byte, size int64) string {
	if int64(len(b)) < size {
		for n := 0; n < utf8.UTFMax && len(b) > 0; n++ {
			if r, width := utf8.DecodeLastRune(b); r != utf8.RuneError || width != 1 {
				break
			}
			b = b[:len(b)-1]
		}
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// SearchArgs say what to look for.
type SearchArgs struct {
	Query string `json:"query"`
}

// Matches are the lines that hold a text.
type Matches struct {
	Query   string  `json:"query"`
	Matches []Match `json:"matches"`
	// Files counts the files that were searched.
	Files int `json:"files"`
	// More says that there are further matches.
	More bool `json:"more,omitempty"`
}

// Match is one line.
type Match struct {
	Path string `json:"path"`
	Line int    `json:"line"`
	Text string `json:"text"`
}

const (
	maxMatches  = 20
	maxSearched = 256 << 10 // of one file
	maxLine     = 160       // runes
)

var errEmptyQuery = errors.New("query is empty: give the text to look for")

// Search looks for a text, whatever its case, in all files of text.
func (f *Folder) Search(ctx context.Context, args SearchArgs) (Matches, error) {
	f.linger(ctx)
	query := strings.ToLower(strings.TrimSpace(args.Query))
	if query == "" {
		return Matches{}, errEmptyQuery
	}
	found := Matches{Query: args.Query, Matches: []Match{}}
	err := f.walk(ctx, ".", func(name string, _ fs.FileInfo) error {
		if !isText(name) {
			return nil
		}
		text, _, err := f.text(name, maxSearched)
		if err != nil {
			return nil //nolint:nilerr // the other files are searched all the same
		}
		found.Files++
		return found.add(name, text, query)
	})
	return found, err
}

func (m *Matches) add(name, text, query string) error {
	number := 0
	for line := range strings.Lines(text) {
		number++
		if !strings.Contains(strings.ToLower(line), query) {
			continue
		}
		if len(m.Matches) == maxMatches {
			m.More = true
			return fs.SkipAll
		}
		m.Matches = append(m.Matches, Match{name, number, shorten(strings.TrimSpace(line))})
	}
	return nil
}

func shorten(line string) string {
	if runes := []rune(line); len(runes) > maxLine {
		return string(runes[:maxLine-1]) + "…"
	}
	return line
}
