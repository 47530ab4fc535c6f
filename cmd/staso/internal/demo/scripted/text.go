package scripted

import (
	"path"
	"slices"
	"strings"
	"unicode"
)

// texts are the first n listed files that hold text, by their names.
func texts(t turn, n int) []string {
	var names []string
	for _, l := range found[listing](t, "list_files") {
		for _, e := range l.Entries {
			if !e.Folder && len(names) < n && readable(e.Path) {
				names = append(names, e.Path)
			}
		}
	}
	return names
}

func readable(name string) bool {
	return !slices.Contains([]string{
		".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".pdf", ".zip", ".gz", ".tar", ".db", ".exe", ".so", ".o", ".a", ".bin", ".woff", ".woff2",
		".sum", ".lock", ".mp4", ".mp3", ".parquet", ".sqlite", ".wasm", ".jar", ".class", ".pyc", "",
	}, strings.ToLower(path.Ext(name)))
}

// stem is the name of the first file, without folder and ending.
func stem(names []string) string {
	if len(names) == 0 {
		return "README"
	}
	base := path.Base(names[0])
	return strings.TrimSuffix(base, path.Ext(base))
}

// gist is what a file says of itself: a text in its first sentence, code in its
// first comment, a manifest in its name or description. It is empty where it says
// nothing.
func gist(f file) string {
	switch ext := strings.ToLower(path.Ext(f.Path)); ext {
	case ".md", ".rst", ".txt", ".adoc":
		return sentence(paragraph(f.Text))
	case ".mod", ".toml", ".json", ".xml", ".gradle":
		return described(f.Text)
	default:
		return sentence(comment(f.Text))
	}
}

// paragraph is the first one of prose.
func paragraph(text string) string {
	for part := range strings.SplitSeq(text, "\n\n") {
		part = strings.Join(strings.Fields(part), " ")
		if part != "" && !strings.ContainsAny(part[:1], "#=-<[!`|>") && len(strings.Fields(part)) >= minWords {
			return part
		}
	}
	return ""
}

// comment is the first one that is a sentence.
func comment(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		plain := strings.TrimLeft(line, "/#*\"-;!<%' ")
		isComment := plain != line && plain != "" && unicode.IsLetter([]rune(plain)[0])
		if isComment && len(strings.Fields(plain)) >= minWords && !strings.HasPrefix(strings.ToLower(plain), "copyright") {
			return strings.TrimRight(plain, "*/\" ")
		}
	}
	return ""
}

// described is the line of a manifest that says most.
func described(text string) string {
	for _, key := range []string{"description", "module ", "name", "title"} {
		for line := range strings.Lines(text) {
			line = strings.Trim(strings.TrimSpace(line), `",`)
			if strings.HasPrefix(strings.ToLower(line), key) {
				return shorten(strings.ReplaceAll(line, `"`, ""))
			}
		}
	}
	return ""
}

func sentence(text string) string {
	if first, _, cut := strings.Cut(text, ". "); cut {
		text = first
	}
	return shorten(strings.TrimSuffix(text, "."))
}

const minWords = 4

const maxGist = 140 // runes

func shorten(text string) string {
	if runes := []rune(text); len(runes) > maxGist {
		return string(runes[:maxGist-1]) + "…"
	}
	return text
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
