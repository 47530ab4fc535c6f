package path

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/place"
)

// subject is one reading of an argument.
type subject struct {
	text    string
	intent  intent
	decoded bool // text was decoded before
	derived bool // it stands in a command line or a script
	certain bool // it is a path, and not only may be one
}

// reading judges one reading. What is only perhaps a path must look like one that
// was made to lead astray.
func (d *detector) reading(s *subject) problem {
	plain := s.text
	text, disguised := decode(plain)
	if !s.certain && !looksLikePath(text) {
		return problem{}
	}
	p := cutOff(s, text)
	if p.code == "" {
		p = wrapper(s, text)
	}
	if p.code == "" {
		p = d.traversal(s, text, disguised)
	}
	if p.code == "" {
		p = d.places(s, text)
	}
	if p.code == "" {
		p = inner(s, text, disguised)
	}
	return p
}

// looksLikePath is strict: a name, a search or a sentence may have slashes too.
func looksLikePath(text string) bool {
	if len(text) < 4 || len(text) > 4096 {
		return false
	}
	return strings.Contains(text, "../") || strings.Contains(text, `..\`) || strings.Contains(text, "..;/") ||
		strings.Contains(text, "://") || absolute(text) && !strings.Contains(text, " ") && len(text) > 4
}

// cutOff: what follows a NUL is seen by one program and not by the next.
func cutOff(s *subject, text string) problem {
	if strings.IndexByte(text, 0) >= 0 {
		return problem{
			"path.nul", "the path has a NUL in it, which hides its end from whoever checks it",
			guard.SeverityHigh,
		}
	}
	if strings.ContainsAny(text, "\r\n") && !strings.ContainsAny(s.text, "\r\n") {
		return problem{
			"path.control", "the path has an encoded line break in it, which starts a new line where it is used",
			guard.SeverityHigh,
		}
	}
	return problem{}
}

// traversal: out of the folder that the tool works in.
func (d *detector) traversal(s *subject, text string, disguised disguise) problem {
	w := walk(text)
	switch {
	case w.hidden > 0, disguised.dots && w.up > 0, disguised.broken, s.decoded && w.up > 0 && walk(s.text).up > 0 && disguised.dots:
		return problem{
			"path.traversal.disguised", `leaves its folder by "../" written so that a check does not see it`,
			guard.SeverityHigh,
		}
	case w.aboveRoot:
		return problem{
			"path.traversal", `goes up beyond the root by "../", which is how a path gets out of any folder that is put before it`,
			guard.SeverityHigh,
		}
	case w.up > 0 && strings.Contains(text, "{FILE}"):
		return problem{"path.traversal", `is a pattern of a list of attacks: "../" and a file to be filled in`, guard.SeverityHigh}
	case s.derived: // a command line moves about; what it may touch is the places' matter
		return problem{}
	case w.relative && w.up > d.maxUp && (s.certain || w.up > usualUp):
		return problem{"path.traversal", `leaves the working folder by "../"`, guard.SeverityMedium}
	default:
		return problem{}
	}
}

// places judges where the path leads.
func (d *detector) places(s *subject, text string) problem {
	p := place.Of(text)
	if len(d.roots) > 0 && absolute(text) {
		if !d.covers(lexical(text)) {
			return problem{"path.outside", "is outside the folders that are allowed", guard.SeverityMedium}
		}
		p &= protected
	}
	if s.intent == writes || s.intent == deletes {
		if d.readOnly && s.certain {
			return problem{"path.write", "changes files, and this agent may only read", guard.SeverityMedium}
		}
		if found := written(p, s); found.code != "" {
			return found
		}
	}
	if found := read(p, s); found.code != "" {
		return found
	}
	if s.derived || len(d.roots) > 0 {
		return problem{}
	}
	return server(text, p)
}

// inner looks for a protected file inside a path that has more in it: quotes, a
// command, a second path.
func inner(s *subject, text string, disguised disguise) problem {
	if !disguised.any && !strings.ContainsAny(text, "\"'`;|<>") {
		return problem{}
	}
	for start := 0; start < len(text); {
		end := start + strings.IndexAny(text[start:], " \"'`;|&<>,()=\n\t")
		if end < start {
			end = len(text)
		}
		if word := text[start:end]; start > 0 && absolute(word) {
			if p := read(place.Of(word), s); p.code != "" {
				return p
			}
		}
		start = end + 1
	}
	return problem{}
}
