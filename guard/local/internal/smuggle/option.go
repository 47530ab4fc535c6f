package smuggle

import (
	"strings"

	"github.com/staso-go/staso/guard"
)

// option judges a value that begins as an option: some of them have a program run
// another one, or write a file. A word for a command line may be an option, another
// value may not be one that matters.
func option(text string, argv bool) problem {
	text = strings.Trim(text, " '\"")
	if len(text) < 2 || text[0] != '-' {
		return problem{}
	}
	if runs(text) {
		return problem{code: "argument.option", reason: "has the program run a command, by one of its options", severity: guard.SeverityHigh}
	}
	if !argv && cluster(text) {
		return problem{code: "argument.option", reason: "is taken for an option of the program instead of a name", severity: guard.SeverityMedium}
	}
	return problem{}
}

// runs says that an option of some well-known program runs a command, or loads what
// does.
func runs(text string) bool {
	lower := strings.ToLower(text)
	for _, name := range [...]string{
		"-oproxycommand", "-o proxycommand", "-olocalcommand", "-opermitlocalcommand", "-oknownhostscommand", "--upload-pack",
		"--receive-pack", "--checkpoint-action", "--use-compress-program", "--to-command",
		"--rsh=", "--rsync-path=", "--exec=", "--exec-path=", "--open-files-in-pager", "--ext-diff", "--pre=", "--hostname-bin",
		"--info-script", "--new-volume-script", "--rmt-command", "--rsh-command",
		"--use-askpass", "--config=", "--preprocessor", "--eval=", "--command=", "--run=", "--script=", "--load=", "--plugin=",
		"--init-command", "--gpg-program", "--editor=", "--pager=", "--browser=", "--filter-command", "--compress-program=", "--sh-exec",
		"--lua-exec",
		"-dlog4j", "--jit-settings", "--post-file", "--output=/etc", "--upload-file", "-javaagent", "--unzip-command", "--gpg=",
		"--ssh-command", "--renderer-cmd-prefix", "--gpu-launcher", "--utility-cmd-prefix", "--no-sandbox --",
	} {
		if strings.HasPrefix(lower, name) {
			return true
		}
	}
	word, rest, _ := strings.Cut(lower, " ")
	switch word {
	case "-exec", "-execdir", "-ok", "-okdir", "-delete", "-fprintf", "-fprint", "-fls":
		return true
	case "-c":
		return strings.HasPrefix(rest, "core.") || strings.HasPrefix(rest, "alias.") || strings.HasPrefix(rest, "protocol.ext")
	case "-e":
		return strings.HasPrefix(rest, "sh") || strings.HasPrefix(rest, "/bin/") || strings.HasPrefix(rest, "bash") || strings.HasPrefix(rest, "cmd")
	}
	return strings.HasPrefix(lower, "-i/") && strings.HasPrefix(text, "-I/") || strings.HasPrefix(lower, "-i") && strings.HasPrefix(rest, "sh ") || strings.HasPrefix(lower, "-ccore.") || strings.HasPrefix(lower, "-calias.")
}

// cluster says that text is letters of options as they are used to delete: "-rf".
func cluster(text string) bool {
	switch text {
	case "-rf", "-fr", "-r", "-R", "-Rf", "-rF", "--recursive", "--force", "--no-preserve-root", "-rfv", "-vrf", "-e", "-c", "-exec":
		return true
	}
	return false
}
