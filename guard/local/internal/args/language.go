package args

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// speak tells the sources among the arguments from place first on which language
// they are in, where a member beside them says so: {"language": "python", "code": ...}.
func (w *walker) speak(first int) {
	var kinds detect.Kind
	var lang string
	for i := first; i < len(w.set.Args); i++ {
		if arg := &w.set.Args[i]; !arg.IsNumber && roleOf(arg.Key) == roleLang {
			if k, l := languageNamed(arg.Text); k != 0 {
				kinds, lang = k, l
			}
		}
	}
	if kinds == 0 {
		return
	}
	for i := first; i < len(w.set.Args); i++ {
		arg := &w.set.Args[i]
		if w.typed(arg.Field) || !isSource(arg, kinds) {
			continue
		}
		arg.Kinds, arg.Lang = kinds, lang
	}
}

// isSource says that the argument is what the language is said of.
func isSource(arg *detect.Arg, kinds detect.Kind) bool {
	switch roleOf(arg.Key) {
	case roleLang, rolePath, roleArgv:
		return false
	case roleCode:
		return true
	}
	if arg.Kinds&detect.Shell != 0 {
		return kinds&detect.Shell != 0 || strings.IndexByte(arg.Text, '\n') >= 0
	}
	return arg.Kinds&detect.Code != 0
}

// languageNamed is what a source in a language is, by the language's name.
func languageNamed(name string) (detect.Kind, string) {
	if len(name) > 20 {
		return 0, ""
	}
	switch strings.Trim(strings.ToLower(name), "0123456789. ") {
	case "bash", "sh", "shell", "zsh", "/bin/bash", "/bin/sh", "console", "terminal":
		return detect.Shell, ""
	case "powershell", "pwsh", "ps":
		return detect.Shell, "powershell"
	case "cmd", "batch", "bat", "cmd.exe":
		return detect.Shell, "cmd"
	case "sql", "mysql", "postgresql", "postgres", "sqlite", "tsql", "plsql":
		return detect.SQL, ""
	case "python", "py", "ipython":
		return detect.Code, "python"
	case "javascript", "js", "node", "nodejs", "typescript", "ts":
		return detect.Code, "javascript"
	case "ruby", "rb":
		return detect.Code, "ruby"
	case "perl", "php":
		return detect.Code, strings.ToLower(name)
	}
	return 0, ""
}
