package args

import (
	"strings"

	"github.com/staso-go/staso/guard/local/internal/detect"
)

// shortValue is up to how many bytes a text of unknown use counts as one that is
// put into something else.
const shortValue = 256

// named is the scope of a member.
func named(key string) scope {
	return scope{key: strings.ToLower(key[:min(len(key), maxKey)]), role: roleOf(key)}
}

// kinds says what a text is, by the tool, by its name and by its shape.
func (w *walker) kinds(at scope, value string) (detect.Kind, string) {
	switch w.tool.class {
	case classOutput:
		return detect.Text, ""
	case classThink:
		return detect.Text, ""
	case classShell:
		return w.shellKinds(at, value)
	case classCode:
		return w.codeKinds(at, value)
	case classSQL:
		if at.role == roleQuery || at.role == roleUnknown && looksLikeSQL(value) || at.role == roleShell && !looksLikePath(value) {
			return detect.SQL, ""
		}
	case classNet:
		if at.role == roleUnknown || at.role == roleAddress || at.role == rolePlace || at.role == roleValue {
			return detect.Host, ""
		}
	case classFile:
		if at.role == rolePlace {
			return detect.Path | urlKind(value), ""
		}
	case classWeb, classSearch, classMoney, classUnknown:
	}
	return w.byName(at, value)
}

func urlKind(value string) detect.Kind {
	if looksLikeURL(value) {
		return detect.URL
	}
	return 0
}

// shellKinds is for a tool that runs commands: what is not known to be something
// else is one.
func (w *walker) shellKinds(at scope, value string) (detect.Kind, string) {
	switch at.role {
	case roleText:
		if at.key == "text" || at.key == "content" || at.key == "contents" || at.key == "body" {
			return detect.Shell, w.tool.lang
		}
		return detect.Text, ""
	case roleUnknown, roleShell, roleQuery, roleProgram, roleFormula:
		return detect.Shell, w.tool.lang
	case roleCode:
		if at.key == "code" {
			return detect.Shell, w.tool.lang
		}
	}
	return w.byName(at, value)
}

func (w *walker) codeKinds(at scope, value string) (detect.Kind, string) {
	switch at.role {
	case roleCode, roleProgram, roleFormula, roleUnknown, roleQuery:
		return detect.Code, w.tool.lang
	case roleShell:
		if at.key == "script" || w.tool.lang != "" {
			return detect.Code, w.tool.lang
		}
	case roleText:
		if at.key == "text" || at.key == "content" || at.key == "contents" || at.key == "body" {
			return detect.Code, w.tool.lang
		}
	}
	return w.byName(at, value)
}

func (w *walker) byName(at scope, value string) (detect.Kind, string) {
	switch at.role {
	case roleShell:
		return detect.Shell, w.tool.lang
	case roleProgram:
		if strings.ContainsAny(value, "\n(;") {
			return detect.Code, w.tool.lang
		}
		return detect.Shell, w.tool.lang
	case roleArgv:
		return detect.Argv, ""
	case roleSQL:
		return detect.SQL, ""
	case roleQuery:
		switch {
		case w.tool.class == classSearch:
			return detect.Text, ""
		case looksLikeSQL(value):
			return detect.SQL, ""
		}
		return textKinds(value), ""
	case rolePath:
		return pathKinds(value), ""
	case roleURL:
		return detect.URL, ""
	case roleHost:
		return detect.Host, ""
	case roleCode:
		return detect.Code, languageOf(at, w.tool)
	case roleFormula:
		return detect.Code | detect.Value, w.tool.lang
	case roleLang:
		if known, _ := languageNamed(value); known == 0 && at.key == "shell" {
			return detect.Shell, w.tool.lang
		}
	case roleText:
		return detect.Text, ""
	case roleRecipient:
		return recipientKinds(value), ""
	case roleMoney:
		return detect.Money | detect.Value, ""
	}
	return w.byShape(at, value), ""
}

func languageOf(at scope, tool *Tool) string {
	switch at.key {
	case "python", "javascript", "ruby", "perl", "php":
		return at.key
	case "py":
		return "python"
	case "js":
		return "javascript"
	}
	return tool.lang
}

// byShape is for a name that says little.
func (w *walker) byShape(at scope, value string) detect.Kind {
	kinds := textKinds(value)
	if (at.key == "pattern" || at.key == "regex" || at.key == "regexp") && (looksLikeRegexp(value) || w.tool.class == classSearch && !strings.ContainsAny(value, ";&`$\n\r<>")) {
		return detect.Text // its | and ( are no shell's
	}
	switch {
	case looksLikeURL(value):
		kinds |= detect.URL
	case at.role == roleAddress && looksLikeHost(value):
		kinds |= detect.Host
	case looksLikePath(value):
		kinds |= detect.Path
	}
	return kinds
}

// textKinds is a text's kinds: a short line may be put into something else.
func textKinds(value string) detect.Kind {
	if len(value) <= shortValue && strings.IndexByte(value, '\n') < 0 {
		return detect.Text | detect.Value
	}
	return detect.Text
}

// pathKinds keeps apart what only shares its name with paths: {"file": {"content"}}
// and addresses of files.
func pathKinds(value string) detect.Kind {
	if looksLikeURL(value) {
		return detect.Path | detect.URL
	}
	if strings.IndexByte(value, '\n') >= 0 && len(value) > shortValue {
		return detect.Text
	}
	return detect.Path
}

func recipientKinds(value string) detect.Kind {
	if strings.IndexByte(value, '@') > 0 {
		return detect.Email | detect.Value
	}
	return textKinds(value)
}

func numberKinds(at scope) detect.Kind {
	if at.role == roleMoney {
		return detect.Money
	}
	return detect.Value
}
