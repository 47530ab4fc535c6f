package place

import (
	"bytes"
	"path"
	"strings"
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
	begin, _ := fixedEnds(pattern)
	for key, r := range table {
		if r.fresh || !strings.HasPrefix(key, begin) && !strings.HasPrefix(begin, key) {
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
	begin, end := fixedEnds(pattern)
	for name, known := range names {
		if !strings.HasPrefix(name, begin) || !strings.HasSuffix(name, end) {
			continue
		}
		if ok, err := path.Match(pattern, name); err == nil && ok {
			p |= known
		}
	}
	return p
}

// fixedEnds is what a glob's names all begin and end with.
func fixedEnds(glob string) (begin, end string) {
	const signs = `*?[]\`
	i := strings.IndexAny(glob, signs)
	if i < 0 {
		return glob, glob
	}
	return glob[:i], glob[strings.LastIndexAny(glob, signs)+1:]
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
