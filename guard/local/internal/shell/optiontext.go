package shell

import (
	"strings"
)

// commandIn returns the command line that an option of the program called name
// holds, if it does: next is what stands behind the option.
func commandIn(name, option, next string) (string, bool) {
	key, held, glued := strings.Cut(option, "=")
	if !glued {
		held = next
	}
	switch name {
	case "tar", "bsdtar", "gtar":
		return tarCommand(key, held)
	case "rsync":
		return held, (key == "-e" || key == "--rsh" || key == "--rsync-path") && strings.ContainsAny(held, " ;|&$`")
	case "zip":
		return held, key == "-TT" || key == "--unzip-command"
	case "vi", "vim", "nvim", "view", "ex", "gvim", "vimdiff", "rvim":
		return editorCommand(key, held)
	case "gdb", "lldb":
		text, ok := strings.CutPrefix(held, "shell ")
		if !ok {
			text, ok = strings.CutPrefix(held, "!")
		}
		return text, ok && (key == "-ex" || key == "-o" || key == "--eval-command" || key == "-eval-command")
	case "emacs":
		return quotedIn(held, "shell-command"), key == "--eval" || key == "-eval"
	case "git":
		return gitCommand(option, held)
	case "man":
		return held, key == "-P" || key == "--pager"
	case "scp", "sftp":
		if key == "-S" {
			return next, strings.ContainsAny(next, " ;|&$`")
		}
		return strings.TrimPrefix(next, "ProxyCommand="), key == "-o" && strings.HasPrefix(next, "ProxyCommand=")
	case "tcpdump":
		return held, key == "-z"
	case "openvpn":
		return held, key == "--up" || key == "--down" || key == "--route-up"
	case "sqlite3":
		text, ok := strings.CutPrefix(option, ".shell ")
		if !ok {
			text, ok = strings.CutPrefix(option, ".system ")
		}
		return text, ok
	case "nix-shell", "expect", "ncat", "nc":
		return held, key == "--run" || key == "--command" || key == "--sh-exec" || key == "-c" && name == "ncat"
	case "npx", "pnpx", "bunx", "npm", "pnpm", "nodemon", "just", "fzf", "sk", "rg", "xterm", "uxterm", "gnome-terminal", "konsole", "alacritty", "kitty", "less", "more", "dc", "make", "gmake", "concurrently", "hyperfine", "entr", "sg":
		return toolCommand(name, option, key, held)
	case "apt-get", "apt", "dpkg":
		_, text, ok := strings.Cut(next, "Invoke::=")
		return text, key == "-o" && ok
	}
	return "", false
}

// toolCommand is for programs of which one option holds a command line, or each word
// with a space in it does.
func toolCommand(name, option, key, held string) (string, bool) {
	switch name {
	case "npx", "pnpx", "bunx", "npm", "pnpm":
		return held, key == "-c" || key == "--call"
	case "nodemon":
		return held, key == "--exec" || key == "-x"
	case "just":
		return held, key == "--command" || key == "-c"
	case "fzf", "sk":
		return held, key == "--preview"
	case "rg":
		return held, key == "--pre" && strings.Contains(held, " ")
	case "less", "more":
		return strings.CutPrefix(option, "+!")
	case "dc":
		return strings.CutPrefix(held, "!")
	case "make", "gmake":
		return held, (key == "SHELL" || key == "--eval") && strings.Contains(held, " ")
	case "concurrently", "hyperfine", "entr", "sg":
		return option, option[0] != '-' && strings.Contains(option, " ")
	}
	return held, key == "-e" || key == "--command"
}

func tarCommand(key, held string) (string, bool) {
	switch key {
	case "--checkpoint-action":
		return strings.CutPrefix(held, "exec=")
	case "--to-command", "-I", "--use-compress-program", "-F", "--info-script", "--new-volume-script", "--rsh-command", "--rmt-command":
		return held, true
	}
	return "", false
}

// editorCommand is the command line in an editor's ":!rm x".
func editorCommand(key, held string) (string, bool) {
	switch {
	case key == "-c" || key == "--cmd":
	case strings.HasPrefix(key, "+"):
		held = key[1:]
	default:
		return "", false
	}
	held = strings.TrimLeft(held, ":")
	if text, ok := strings.CutPrefix(held, "!"); ok {
		return text, true
	}
	if _, text, ok := strings.Cut(held, "r !"); ok {
		return text, true
	}
	return quotedIn(held, "system"), strings.Contains(held, "system(")
}

// gitCommand is the command line in an alias or a setting of git's.
func gitCommand(option, next string) (string, bool) {
	switch option {
	case "-c":
		key, text, _ := strings.Cut(next, "=")
		return gitSetting(strings.ToLower(key), text)
	case "--exec", "-x", "--tree-filter", "--index-filter", "--msg-filter", "--env-filter", "--commit-filter", "--extcmd", "--open-files-in-pager", "foreach", "--upload-pack", "--receive-pack":
		return next, true
	}
	for _, prefix := range [...]string{"--exec=", "--upload-pack=", "--receive-pack=", "--extcmd=", "--open-files-in-pager=", "-x", "-O"} {
		if text, ok := strings.CutPrefix(option, prefix); ok && text != "" {
			return text, true
		}
	}
	if text, ok := strings.CutPrefix(option, "ext::"); ok {
		return strings.ReplaceAll(text, "% ", " "), true
	}
	if strings.HasPrefix(option, "alias.") || strings.HasPrefix(option, "core.") || strings.HasPrefix(option, "credential.helper") {
		return gitSetting(strings.ToLower(option), next)
	}
	return "", false
}

func gitSetting(key, text string) (string, bool) {
	if strings.HasPrefix(key, "alias.") || strings.HasSuffix(key, "helper") {
		return strings.CutPrefix(text, "!")
	}
	switch key {
	case "core.sshcommand", "core.pager", "core.editor", "core.fsmonitor", "core.askpass", "sequence.editor", "diff.external", "core.gitproxy",
		"gpg.program", "pager.log", "pager.diff", "uploadpack.packobjectshook":
		return text, strings.ContainsAny(text, " ;|&$`")
	}
	return "", false
}

// quotedIn is the text in quotes behind a word.
func quotedIn(text, word string) string {
	_, rest, ok := strings.Cut(text, word)
	if !ok {
		return ""
	}
	rest = strings.TrimLeft(rest, " (")
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	end := strings.IndexByte(rest[1:], rest[0])
	if end < 0 {
		return rest[1:]
	}
	return rest[1 : 1+end]
}

// optionTexts runs the command lines that stand in a program's options.
func (f *frame) optionTexts(sc *scope, c *call) {
	if c.name == "awk" || strings.HasSuffix(c.name, "awk") {
		f.awk(sc, c)
		return
	}
	if c.name == "git" && hasWord(c, "bisect") {
		for i, word := range c.list {
			if word.Text == "run" {
				f.rest(sc, c, i+1)
				break
			}
		}
	}
	if c.name == "sed" || c.name == "gsed" {
		f.sed(sc, c)
		return
	}
	f.dialogue(sc, c)
	for i, word := range c.list {
		next := ""
		if i+1 < len(c.list) {
			next = c.list[i+1].Text
		}
		if text, ok := commandIn(c.name, word.Text, next); ok && text != "" {
			f.runText(sc.inner(), c, text, c.taintOf(i))
		}
	}
}

// awk runs the command lines that an awk program runs: those behind system, and
// those that it reads from or prints to.
func (f *frame) awk(sc *scope, c *call) {
	for i, word := range c.list {
		text := word.Text
		if len(text) > 1 && text[0] == '-' || !strings.Contains(text, "system") && !strings.Contains(text, "|") {
			continue
		}
		for rest := text; rest != ""; {
			var line string
			if line, rest = awkCommand(rest); line != "" {
				f.runText(sc.inner(), c, unescape(line, `"`), c.taintOf(i))
			}
		}
		return
	}
}

// awkCommand returns the next command line in an awk program, and what follows it.
func awkCommand(text string) (line, rest string) {
	at := strings.IndexByte(text, '"')
	if at < 0 {
		return "", ""
	}
	end := at + 1
	for end < len(text) && text[end] != '"' {
		if text[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(text) {
		return "", ""
	}
	before, behind := strings.TrimRight(text[:at], " \t("), strings.TrimLeft(text[end+1:], " \t")
	if strings.HasSuffix(before, "system") || strings.HasSuffix(before, "|") || strings.HasSuffix(before, "|&") ||
		strings.HasPrefix(behind, "|") && strings.Contains(behind[:min(len(behind), 12)], "getline") || intoShell(behind) {
		line = text[at+1 : end]
	}
	return line, text[end+1:]
}

// intoShell says that awk hands what stands before to a shell: print "x" | "sh".
func intoShell(behind string) bool {
	rest, ok := strings.CutPrefix(behind, "|")
	if !ok {
		return false
	}
	rest = strings.TrimLeft(rest, " \t&")
	if rest == "" || rest[0] != '"' {
		return false
	}
	program, _, _ := strings.Cut(rest[1:], "\"")
	return isShell(strings.TrimPrefix(strings.TrimPrefix(program, "/usr"), "/bin/"))
}
