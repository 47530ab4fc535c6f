package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// isSettings says that text, as a part of a shell's start-up file, does no more
// than people have in theirs: sets variables and aliases, reads another such file,
// lets a version manager set itself up.
func (f *frame) isSettings(text string) bool {
	tree, err := f.parse(text, syntax.LangBash)
	return err == nil && allSettings(tree.Stmts)
}

func allSettings(list []*syntax.Stmt) bool {
	for _, stmt := range list {
		if !isSetting(stmt) {
			return false
		}
	}
	return true
}

func isSetting(stmt *syntax.Stmt) bool {
	switch cmd := stmt.Cmd.(type) {
	case *syntax.CallExpr:
		return isSettingCall(cmd)
	case *syntax.DeclClause:
		for _, assign := range cmd.Args {
			if assign.Name != nil && isHook(assign.Name.Value) {
				return false
			}
		}
		return true
	case *syntax.BinaryCmd:
		return !isPipe(cmd) && isSetting(cmd.X) && isSetting(cmd.Y)
	case *syntax.IfClause:
		for clause := cmd; clause != nil; clause = clause.Else {
			if !allSettings(clause.Cond) || !allSettings(clause.Then) {
				return false
			}
		}
		return true
	case *syntax.TestClause:
		return true
	}
	return false
}

func isSettingCall(call *syntax.CallExpr) bool {
	for _, assign := range call.Assigns {
		if isHook(assign.Name.Value) {
			return false
		}
	}
	if len(call.Args) == 0 {
		return true
	}
	switch call.Args[0].Lit() {
	case "export", "source", ".", "set", "unset", "shopt", "bindkey", "setopt", "unsetopt", "autoload", "compinit",
		"test", "[", ":", "true", "umask", "ulimit", "fish_add_path", "complete", "zstyle", "bind", "stty", "command", "type", "which":
		return true
	case "alias":
		return isHarmlessAlias(call)
	case "eval":
		return isSetUp(call)
	}
	return false
}

// isHarmlessAlias says that none of the aliases stands in for a program that is
// trusted with passwords or rights.
func isHarmlessAlias(call *syntax.CallExpr) bool {
	for _, w := range call.Args[1:] {
		name, _, _ := strings.Cut(firstLit(w), "=")
		switch name {
		case "sudo", "su", "doas", "ssh", "passwd", "login", "gpg":
			if !strings.HasPrefix(wordText(w), name+"="+name+" ") {
				return false
			}
		}
	}
	return true
}

// isSetUp says that what is evaluated is what a program of the machine says, as in
// eval "$(brew shellenv)".
func isSetUp(call *syntax.CallExpr) bool {
	if len(call.Args) != 2 {
		return false
	}
	fine := true
	syntax.Walk(call.Args[1], func(node syntax.Node) bool {
		if inner, ok := node.(*syntax.CallExpr); ok && len(inner.Args) > 0 {
			switch inner.Args[0].Lit() {
			case "curl", "wget", "nc", "base64", "echo", "printf", "cat", "python", "python3", "perl":
				fine = false
			}
		}
		return fine
	})
	return fine
}

func firstLit(w *syntax.Word) string {
	if lit, ok := w.Parts[0].(*syntax.Lit); ok {
		return lit.Value
	}
	return ""
}

// wordText is all the text of a word that stands there as such.
func wordText(w *syntax.Word) string {
	var b strings.Builder
	syntax.Walk(w, func(node syntax.Node) bool {
		switch node := node.(type) {
		case *syntax.Lit:
			b.WriteString(node.Value)
		case *syntax.SglQuoted:
			b.WriteString(node.Value)
		}
		return true
	})
	return b.String()
}

// isHook says that what a variable holds is run, or decides what is run.
func isHook(name string) bool {
	switch name {
	case "PROMPT_COMMAND", "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "BASH_ENV", "ENV", "PS4", "IFS", "SHELLOPTS":
		return true
	}
	return false
}
