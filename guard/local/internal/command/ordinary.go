package command

import "strings"

// ordinary says that the words of a program are its data: text, files, numbers. A
// verb among them means nothing.
func ordinary(name string) bool {
	return text(name) || builtin(name) || builder(name) || looks(name) || strings.ContainsAny(name, "$`{}()'\"[]=<> ") || isScript(name)
}

// text are programs that work on text, numbers and names.
func text(name string) bool {
	switch name {
	case "echo", "printf", "yes", "seq", "expr", "bc", "dc", "factor", "numfmt", "wc", "tr", "test", "[", "[[", "basename", "dirname",
		"realpath", "readlink",
		"date", "cal", "sleep", "true", "false", "md5sum", "sha1sum", "sha256sum", "sha512sum", "cksum", "sum", "b2sum", "md5", "shasum",
		"envsubst", "gettext",
		"figlet", "cowsay", "fortune", "lolcat", "toilet", "banner", "pandoc", "latex", "pdflatex", "xelatex", "dot", "convert", "magick",
		"identify", "ffmpeg", "ffprobe", "sox",
		"xmllint", "xmlstarlet", "tidy", "csvcut", "mlr", "sponge", "ts", "pv", "parallel", "xargs", "mktemp", "mkdir", "logger", "wall",
		"write", "say", "notify-send", "tput", "stty", "clear", "tset", "gron", "fx", "dasel",
		"gunzip", "bunzip2", "unxz", "gzcat", "bzcat", "xzcat", "lz4", "zipinfo", "lpr", "lp", "enscript", "rename", "patch", "indent",
		"unexpand", "tsort", "ptx", "nproc", "arch", "base64", "jot":
		return true
	}
	return false
}

// builtin are commands of the shell itself, and those that start others, which are
// judged by themselves.
func builtin(name string) bool {
	switch name {
	case "", ":", ".", "source", "cd", "pushd", "popd", "dirs", "pwd", "export", "unset", "set", "shopt", "alias", "unalias", "local",
		"declare", "typeset", "readonly", "read", "let", "eval", "exec",
		"exit", "return", "break", "continue", "shift", "getopts", "trap", "wait", "jobs", "fg", "bg", "disown", "umask", "ulimit", "hash",
		"type", "which", "whereis", "whence", "command", "builtin", "enable",
		"times", "time", "caller", "complete", "compgen", "mapfile", "readarray", "bind", "help", "if", "then", "else", "fi", "for",
		"while", "do", "done", "case", "esac", "function", "select", "until", "coproc",
		"sudo", "doas", "su", "env", "nohup", "nice", "ionice", "timeout", "setsid", "stdbuf", "chronic", "bash", "sh", "zsh", "dash",
		"ksh", "fish", "busybox", "toybox", "strace", "ltrace", "unbuffer", "flock", "taskset", "chrt", "setpriv", "runuser", "pkexec",
		"faketime", "entr", "caffeinate", "screen":
		return true
	}
	return false
}

// builder are programs that build and test, whose words are the project's own names
// for what is to be done.
func builder(name string) bool {
	switch name {
	case "make", "gmake", "cmake", "ninja", "bazel", "bazelisk", "buck", "pants", "just", "task", "rush", "grunt", "gulp", "webpack",
		"vite", "rollup", "esbuild", "tsc", "babel", "jest", "vitest", "mocha", "pytest", "tox", "nox",
		"go", "gofmt", "gcc", "g++", "cc", "c++", "clang", "clang++", "ld", "as", "ar", "nm", "objdump", "strip", "javac", "kotlinc",
		"scalac", "rustc", "ghc", "ocaml", "dune", "swiftc", "xcodebuild",
		"eslint", "prettier", "black", "ruff", "flake8", "pylint", "mypy", "isort", "rubocop", "shellcheck", "hadolint", "golangci-lint",
		"clippy", "rustfmt", "phpunit", "composer", "bundle", "bundler", "pre-commit", "mkdocs", "sphinx-build", "jekyll", "hugo",
		"configure", "autoconf", "automake", "libtool", "meson", "scons", "waf", "ctest", "cpan", "cpanm", "playwright", "cypress",
		"storybook", "expo", "react-native", "next", "nuxt", "ng", "vue", "nodemon", "rustup", "nvm", "pyenv", "rbenv", "conda-build",
		"jupyter", "ipython", "celery", "gunicorn", "uvicorn", "flask", "streamlit", "bump2version", "changeset", "semantic-release",
		"commitizen", "cz", "husky", "lint-staged", "cog", "act", "direnv", "virtualenv", "tar", "git-lfs", "tig", "lazygit":
		return true
	}
	return false
}

// looks are programs that show something.
func looks(name string) bool {
	switch name {
	case "ls", "ll", "la", "dir", "vdir", "exa", "eza", "lsd", "tree", "stat", "file", "du", "df", "ncdu", "ps", "pgrep", "pidof", "top",
		"htop", "btop", "free", "vmstat", "iostat", "mpstat", "sar", "lsof", "fuser", "ss", "netstat",
		"ip", "ifconfig", "route", "arp", "ping", "ping6", "traceroute", "tracepath", "mtr", "whois", "hostname", "uname", "uptime", "who",
		"w", "id", "whoami", "groups", "users", "logname", "tty", "lscpu", "lsblk", "lspci", "lsusb", "lsmod", "dmesg", "blkid", "findmnt",
		"man", "info", "apropos", "whatis", "tldr", "locate", "mlocate", "updatedb", "ldd", "ldconfig", "locale", "localectl", "loginctl",
		"nmap", "tcpdump", "tshark", "wireshark", "ab", "wrk", "hey", "siege", "vegeta", "k6", "finger", "getconf", "env", "printenv",
		"ipcs", "xdg-open", "open", "pbcopy", "pbpaste", "xclip", "xsel", "gitstats", "cloc", "tokei", "scc", "speedtest", "neofetch",
		"nvidia-smi", "sensors", "watch", "less", "acpi", "dpkg-query", "apt-cache", "apt-mark", "rabbitmq-diagnostics":
		return true
	}
	return false
}

// isScript says that a name is a script's: its words are its own.
func isScript(name string) bool {
	for _, end := range [...]string{".py", ".rb", ".pl", ".js", ".ts", ".php", ".lua", ".R"} {
		if strings.HasSuffix(name, end) {
			return name != "manage.py"
		}
	}
	return false
}
