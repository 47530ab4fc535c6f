package path

import "strings"

// walked is where the "../" of a path lead.
type walked struct {
	relative  bool
	up        int  // a relative path: folders above its beginning; an absolute one: of its "..", those that matter
	aboveRoot bool // an absolute path goes up from its root, or all the way back to it
	hidden    int  // names that are "../" for some programs only
}

// walk goes along a path name by name.
func walk(text string) walked {
	if !strings.Contains(text, "..") && !strings.Contains(text, "…") {
		return walked{relative: !absolute(text)}
	}
	w := walked{relative: !absolute(text)}
	rest := strings.TrimLeft(afterDrive(text), `/\`)
	depth, dotted := 0, 0
	for rest != "" {
		end := strings.IndexAny(rest, `/\`)
		if end < 0 {
			end = len(rest)
		}
		depth += w.step(rest[:end], end < len(rest), depth, &dotted)
		rest = rest[min(end+1, len(rest)):]
	}
	if dotted > 1 {
		w.hidden += dotted
	}
	return w
}

// step is one name of the way, by which the depth changes.
func (w *walked) step(name string, folder bool, depth int, dotted *int) int {
	switch {
	case name == "" || name == ".":
		return 0
	case name == "..":
		if depth == 0 || !w.relative && depth == 1 && folder {
			w.up++
			w.aboveRoot = w.aboveRoot || !w.relative
		}
		return -min(depth, 1)
	case allDots(name):
		if len(name) > len("…") && folder {
			w.hidden++
		}
		*dotted++
		return 1
	case folder && paddedDots(name):
		w.hidden++
		return 0
	case joinedDots(name):
		w.hidden++
		return 0
	default:
		return 1
	}
}

// allDots: filters that take "../" out of "....//" leave one. An ellipsis is
// three dots, once it is put into plain letters.
func allDots(name string) bool { return strings.Trim(name, ".…") == "" }

// paddedDots: "..;" and ".. " are ".." for some servers.
func paddedDots(name string) bool {
	return len(name) > 2 && strings.HasPrefix(name, "..") && strings.Trim(name[2:], "; \t%?#") == ""
}

// joinedDots: "..2f..2f" has lost the percent signs that a later step puts back.
func joinedDots(name string) bool {
	return strings.HasPrefix(name, "..2f") && strings.Count(name, "2f") > 2 || hasJoined(name, "..2f") || hasJoined(name, "..5c") || hasJoined(name, "2e2e2f")
}

func hasJoined(name, joint string) bool {
	for i := 0; i+len(joint) <= len(name); i++ {
		if strings.EqualFold(name[i:i+len(joint)], joint) {
			next := name[i+len(joint):]
			return strings.HasPrefix(next, "..") || len(next) >= 3 && (strings.EqualFold(next[:3], "etc") || strings.EqualFold(next[:3], "2e2"))
		}
	}
	return false
}

// absolute says that text begins at a root: of the file system, of a drive, of a
// share, or of a home.
func absolute(text string) bool {
	switch {
	case text == "":
		return false
	case text[0] == '/' || text[0] == '\\' || text[0] == '~':
		return true
	default:
		return len(text) > 2 && text[1] == ':' && letter(text[0]) && (text[2] == '/' || text[2] == '\\')
	}
}

func afterDrive(text string) string {
	if len(text) > 1 && text[1] == ':' && letter(text[0]) {
		return text[2:]
	}
	return text
}

// lexical is text without ".", ".." and doubled separators, with "/" for all.
func lexical(text string) string {
	if clean(text) {
		return text
	}
	var names []string
	for name := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '/' || r == '\\' }) {
		switch name {
		case ".":
		case "..":
			names = names[:max(len(names)-1, 0)]
		default:
			names = append(names, name)
		}
	}
	joined := strings.Join(names, "/")
	if text[0] == '/' || text[0] == '\\' {
		return "/" + joined
	}
	return joined
}

// clean says that there is nothing in text for lexical to do.
func clean(text string) bool {
	return strings.IndexByte(text, '\\') < 0 && !strings.Contains(text, "/.") && !strings.Contains(text, "//")
}
