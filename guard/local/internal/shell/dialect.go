package shell

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/windows"
)

// otherLanguages judges the source as what it looks like besides: SQL, or a command
// line of Windows. It is a shell's all the same, as a part of it may be.
func (f *frame) otherLanguages() {
	if isSQL(f.source) {
		f.derive(detect.Arg{Kinds: detect.SQL, Text: f.source})
	}
	dialect := windows.LooksLike(f.source)
	if dialect == "" {
		return
	}
	f.foreign = true
	found := windows.Analyze(f.budget, f.source, dialect)
	for _, finding := range found.Findings {
		f.report(finding)
	}
	for _, arg := range found.Derived {
		f.derive(arg)
	}
}

// isSQL says that source begins as a statement of SQL does, and as no command does.
func isSQL(source string) bool {
	source = strings.TrimLeft(source, " \t\r\n(")
	first, rest, _ := strings.Cut(source, " ")
	second, rest, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	upper := first == strings.ToUpper(first)
	switch strings.ToUpper(first) {
	case "SELECT":
		return containsFold(rest, "from ") || upper && second != "" || strings.HasSuffix(source, ";")
	case "SHOW", "EXPLAIN", "DESCRIBE", "PRAGMA", "VACUUM", "ANALYZE", "GRANT", "REVOKE", "ROLLBACK", "COMMIT":
		return upper && second != "" || strings.HasSuffix(strings.TrimSpace(source), ";")
	case "INSERT", "REPLACE":
		return strings.EqualFold(second, "into")
	case "DELETE":
		return strings.EqualFold(second, "from")
	case "UPDATE":
		return containsFold(rest, "set ")
	case "DROP", "CREATE", "ALTER", "TRUNCATE":
		return isSQLThing(second)
	case "WITH":
		return containsFold(rest, "as (")
	case "MERGE":
		return strings.EqualFold(second, "into")
	}
	return false
}

func isSQLThing(word string) bool {
	switch strings.ToUpper(word) {
	case "TABLE", "DATABASE", "SCHEMA", "VIEW", "INDEX", "USER", "ROLE", "FUNCTION", "PROCEDURE", "TRIGGER", "SEQUENCE", "OR", "TEMPORARY", "UNIQUE", "MATERIALIZED", "TYPE", "EXTENSION":
		return true
	}
	return false
}

func containsFold(text, part string) bool {
	return strings.Contains(strings.ToLower(text[:min(len(text), 4096)]), part)
}

// isCode says that source begins as a program's source does: with a name, perhaps
// of a thing within a thing, that is called or set.
func isCode(source string) bool {
	source = strings.TrimSpace(source)
	i := 0
	for i < len(source) && (source[i] == '_' || source[i] == '.' || isLetterOrDigit(source[i])) {
		i++
	}
	rest := strings.TrimLeft(source[i:], " ")
	return i > 1 && (strings.HasPrefix(rest, "(") || strings.HasPrefix(rest, "= ") || strings.HasPrefix(rest, "import "))
}

func isLetterOrDigit(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}
