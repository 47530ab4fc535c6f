package place

import "strings"

// Of says what path is, taken as text the way a program would be given it:
// absolute or relative, with ~ or a variable for a home folder in front, with a
// Windows drive, a share or a file: scheme, with "." and "..", with a glob. Letters
// count the same in either case, as they do on two of the three usual systems.
//
// Nothing is looked up: links are not followed but for the well-known ones, such
// as /proc/self/root. An unknown variable in front leaves the place unknown, which
// is no place at all.
func Of(path string) Place {
	var small [256]byte
	room := small[:]
	if len(path)+spare > len(room) {
		room = make([]byte, len(path)+spare)
	}
	c := cleaned{room: room, relative: true}
	c.fill(path)
	p := c.base() | c.walkSystem() | c.walkHome()
	p = fileName(c.last(), p|c.walkAnywhere())
	if c.globs {
		p |= c.matchGlobs()
	}
	return p | c.places
}

// base is what follows from where the path begins.
func (c *cleaned) base() Place {
	switch {
	case c.unknown:
		return 0
	case c.relative && c.up > 0:
		return Outside
	case c.relative:
		return Project
	case c.size == 0, c.size == 2 && c.drive:
		return Root
	default:
		return 0
	}
}

// reached is what of the tables' places holds for a path that begins like this
// one: what is outside the working folder may be the system's, if enough folders
// are left behind, but is so only where its name leaves no doubt.
func (c *cleaned) reached(p Place) Place {
	switch {
	case c.unknown || c.relative && c.up < 2:
		return 0
	case c.relative:
		return p & (Secret | Account | Kernel)
	default:
		return p
	}
}

// walkSystem looks up each folder on the way from the root.
func (c *cleaned) walkSystem() Place {
	if c.unknown || c.relative && c.up < 2 {
		return 0
	}
	return c.reached(walk(system, c.text(), 0))
}

// walkHome looks up each folder on the way from the home folder.
func (c *cleaned) walkHome() Place {
	start := homeEnd(c.text())
	switch {
	case c.relative, c.unknown, start < 0:
		return 0
	case start >= c.size:
		return Home
	case !knownAtHome(c.room[start+1]):
		return 0
	default:
		return walk(home, c.text(), start+1)
	}
}

// knownAtHome says that a name in the table of homes may begin so.
func knownAtHome(first byte) bool { return first == '.' || strings.IndexByte("adgln", first) >= 0 }

// walkAnywhere looks for what is known by its name wherever it stands: a folder
// of keys, a repository's own folder, a file of passwords.
func (c *cleaned) walkAnywhere() Place {
	var p Place
	text := c.text()
	for i := range text {
		if text[i] != '/' || i+1 >= len(text) {
			continue
		}
		if text[i+1] == '.' {
			p |= walk(home, text[i+1:], 0) & (Secret | History | Account)
			p |= walk(anywhere, text[i+1:], 0)
		}
	}
	return p
}

// walk unites what the table says of every folder on the way, beginning at start.
func walk(table map[string]rule, text []byte, start int) Place {
	var p Place
	for end := start + 1; end <= len(text); end++ {
		if end < len(text) && text[end] != '/' {
			continue
		}
		r, known := table[string(text[start:end])]
		switch {
		case !known:
			if end-start > longest || start == 0 && text[0] == '/' && p == 0 {
				return p
			}
			continue
		case r.fresh:
			p = 0
		}
		if end == len(text) {
			return p | r.self
		}
		p |= r.tree
	}
	return p
}

// longest is no shorter than any key of the tables.
const longest = 96

// homeEnd is where the home folder in text ends, or -1. All homes together are a
// home too.
func homeEnd(text []byte) int {
	for _, parent := range homes {
		if len(text) < len(parent) || string(text[:len(parent)]) != parent {
			continue
		}
		switch rest := text[len(parent):]; {
		case len(rest) == 0:
			return len(text)
		case rest[0] == '/':
			return len(parent) + 1 + segmentEnd(rest[1:])
		}
	}
	for _, own := range rootHomes {
		if len(text) >= len(own) && string(text[:len(own)]) == own && (len(text) == len(own) || text[len(own)] == '/') {
			return len(own)
		}
	}
	return -1
}

func segmentEnd(text []byte) int {
	for i, b := range text {
		if b == '/' {
			return i
		}
	}
	return len(text)
}
