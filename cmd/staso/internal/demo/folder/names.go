package folder

import (
	"path"
	"slices"
	"strings"
)

// isHidden says of one part of a path that it is left alone.
func isHidden(part string) bool {
	lower := strings.ToLower(part)
	switch lower {
	case "node_modules", "vendor", "venv", "target", "dist", "__pycache__", "site-packages":
		return true
	}
	switch strings.TrimSuffix(lower, path.Ext(lower)) {
	case "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "credentials", "credential", "secrets", "secret":
		return true
	}
	switch path.Ext(lower) {
	case ".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx":
		return true
	}
	return strings.HasPrefix(part, ".")
}

// isText says by its name that a file holds text.
func isText(name string) bool {
	return isTelling(name) || slices.Contains([]string{
		".txt", ".csv", ".json", ".yaml", ".yml", ".toml", ".html", ".css", ".sql", ".proto", ".tmpl", ".ini", ".cfg", ".xml", ".tf",
	}, strings.ToLower(path.Ext(name)))
}

// isTelling says by its name that a file makes its folder a project.
func isTelling(name string) bool {
	base := strings.ToLower(path.Base(name))
	if strings.HasPrefix(base, "readme") {
		return true
	}
	switch base {
	case "makefile", "dockerfile", "go.mod", "package.json", "pyproject.toml", "cargo.toml", "pom.xml", "build.gradle", "gemfile", "composer.json":
		return true
	}
	return slices.Contains([]string{
		".go", ".py", ".js", ".mjs", ".ts", ".tsx", ".jsx", ".rs", ".java", ".kt", ".c", ".h", ".cc", ".cpp", ".hpp", ".cs", ".rb", ".php",
		".swift", ".scala", ".sh", ".ex", ".exs", ".erl", ".hs", ".clj", ".lua", ".zig", ".dart", ".vue", ".md", ".rst", ".adoc",
	}, path.Ext(base))
}
