package place

import (
	"bytes"
	"path"
)

// matchGlobs is what a path may be whose names have globs in them: "/etc/pass*",
// "~/.ss?/id_*".
func (c *cleaned) matchGlobs() Place {
	var p Place
	if !c.unknown && (!c.relative || c.up >= 2) {
		p |= c.reached(matchTable(system, c.text()))
	}
	if start := homeEnd(c.text()); start >= 0 && start < c.size && !c.relative {
		p |= matchTable(home, c.text()[start+1:])
	}
	if p != 0 {
		return p
	}
	return matchName(c.last())
}

// matchTable unites what the table says of all that the glob can be.
func matchTable(table map[string]rule, glob []byte) Place {
	var p Place
	pattern := string(glob)
	for key, r := range table {
		if r.fresh {
			continue
		}
		depth := countSlashes(key)
		head, deeper := firstSegments(pattern, depth)
		if ok, err := path.Match(head, key); err != nil || !ok {
			continue
		}
		if deeper {
			p |= r.tree
		} else {
			p |= r.self
		}
	}
	return p
}

// matchName unites what the names say that the glob can be, unless it can be
// nearly anything.
func matchName(glob []byte) Place {
	if !bytes.ContainsAny(glob, "*?[") || len(bytes.Trim(glob, "*?[].!^-")) < 2 {
		return 0
	}
	var p Place
	pattern := string(glob)
	for name, known := range names {
		if ok, err := path.Match(pattern, name); err == nil && ok {
			p |= known
		}
	}
	return p
}

func countSlashes(text string) int {
	n := 0
	for i := range len(text) {
		if text[i] == '/' {
			n++
		}
	}
	return n
}

// firstSegments is text up to its slash number n+1, counted from nought, and
// whether anything follows.
func firstSegments(text string, n int) (head string, deeper bool) {
	for i := range len(text) {
		if text[i] != '/' {
			continue
		}
		if n == 0 {
			return text[:i], true
		}
		n--
	}
	return text, false
}
