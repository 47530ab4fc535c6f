package args

import "strings"

// looksLikeURL says that the text is an address with a scheme, and nothing else.
func looksLikeURL(s string) bool {
	scheme, rest, found := strings.Cut(s, "://")
	if !found || scheme == "" || len(scheme) > 20 || rest == "" {
		return false
	}
	for i := range len(scheme) {
		c := scheme[i] | 0x20
		if (c < 'a' || c > 'z') && (i == 0 || !strings.ContainsRune("0123456789+-.", rune(scheme[i]))) {
			return false
		}
	}
	return !strings.ContainsAny(s, "\n ")
}

// looksLikePath says that the text is the absolute path of a file, or one from a
// home or a parent folder.
func looksLikePath(s string) bool {
	if len(s) < 2 || len(s) > 4096 || strings.IndexByte(s, '\n') >= 0 {
		return false
	}
	switch {
	case s[0] == '/':
		return s[1] != ' ' && s[1] != '/'
	case strings.HasPrefix(s, "~/"), strings.HasPrefix(s, "../"), strings.HasPrefix(s, `..\`), strings.HasPrefix(s, `\\`), strings.HasPrefix(s, "$HOME/"):
		return true
	}
	return len(s) > 2 && s[1] == ':' && (s[2] == '\\' || s[2] == '/') && s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z'
}

// looksLikeRegexp says that the text is a regular expression, by what nothing else has.
func looksLikeRegexp(s string) bool {
	for _, sign := range [...]string{"(?", `\s`, `\b`, `\d`, `\w`, "[^", `\(`, `\.`, "]+", "]*"} {
		if strings.Contains(s, sign) {
			return true
		}
	}
	return strings.HasPrefix(s, "^") && !strings.Contains(s, " && ")
}

// looksLikeHost says that the text is a host's name or address.
func looksLikeHost(s string) bool {
	if s == "" || len(s) > 255 || strings.ContainsAny(s, " \n,") {
		return false
	}
	return strings.ContainsAny(s, ".:") || s == "localhost"
}

// looksLikeSQL says that the text begins as a statement does, and goes on as one.
func looksLikeSQL(s string) bool {
	first, rest := nextWord(skipComments(s))
	second, tail := nextWord(rest)
	switch {
	case len(first) > 12 || first == "":
		return false
	case eq(first, "select"):
		return containsFold(rest, "from") || !strings.Contains(strings.TrimSpace(rest), " ") || strings.ContainsAny(rest, "(*;,'")
	case eq(first, "delete"):
		return eq(second, "from") && tail != ""
	case eq(first, "insert", "replace"):
		return eq(second, "into", "overwrite")
	case eq(first, "update"):
		return containsFold(rest, " set ")
	case eq(first, "drop", "alter", "create", "truncate"):
		return isSQLObject(second)
	case eq(first, "with"):
		return containsFold(rest, " as") && strings.IndexByte(rest, '(') >= 0
	case eq(first, "grant", "revoke"):
		return containsFold(rest, " on ") || containsFold(rest, " to ") || containsFold(rest, " from ")
	case eq(first, "merge"):
		return eq(second, "into")
	case eq(first, "exec", "execute", "call", "pragma", "attach", "copy", "load", "explain", "vacuum", "union", "declare", "begin", "set"):
		return strings.ContainsAny(rest, "('=;") || containsFold(rest, "select")
	}
	return strings.HasPrefix(first, "(") && containsFold(s, "select")
}

func isSQLObject(word string) bool {
	return eq(word, "table", "database", "schema", "view", "index", "user", "role", "function", "procedure", "trigger", "column", "temp", "temporary",
		"unique", "materialized", "sequence", "extension", "type", "if", "or", "policy", "login", "tablespace")
}

// skipComments is s from the first that is neither space nor a comment.
func skipComments(s string) string {
	for range 16 {
		s = strings.TrimLeft(s, " \t\r\n;")
		switch {
		case strings.HasPrefix(s, "--"):
			_, s, _ = strings.Cut(s, "\n")
		case strings.HasPrefix(s, "/*"):
			_, s, _ = strings.Cut(s, "*/")
		default:
			return s
		}
	}
	return s
}

func nextWord(s string) (word, rest string) {
	s = strings.TrimLeft(s, " \t\r\n")
	i := strings.IndexAny(s, " \t\r\n(;*/")
	switch {
	case i < 0:
		return s, ""
	case i == 0:
		return s[:1], s[1:]
	}
	return s[:i], s[i:]
}

func eq(word string, known ...string) bool {
	for _, w := range known {
		if strings.EqualFold(word, w) {
			return true
		}
	}
	return false
}

// containsFold says that s holds the ASCII word sub, in any case.
func containsFold(s, sub string) bool {
	for i := 0; i+len(sub) <= len(s); i++ {
		if s[i]|0x20 == sub[0]|0x20 && strings.EqualFold(s[i:i+len(sub)], sub) {
			return true
		}
	}
	return false
}
