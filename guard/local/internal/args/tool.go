package args

import "github.com/staso-go/staso/guard/local/internal/detect"

// Tool is what is known of the tool whose arguments are read.
type Tool struct {
	Name string
	// Typed says what the argument in a field is, where somebody has said so; its
	// name and shape then do not count.
	Typed func(field string) (kinds detect.Kind, known bool)

	class   class
	lang    string // of what the tool runs, where its name says so
	program string // that the tool is: its arguments are the program's
}

// class is what a tool's name says that it does.
type class uint8

const (
	classUnknown class = iota
	classShell
	classSQL
	classCode
	classWeb
	classNet
	classFile
	classThink
	classSearch
	classMoney
	classOutput // no tool: what one returned, or what was said
)

// NewTool reads a tool's name.
func NewTool(name string) Tool {
	t := Tool{Name: name}
	var w words
	w.split(name)
	for i := range w.n {
		class, lang := classOfWord(w.at(i))
		if lang != "" {
			t.lang = lang
		}
		if outranks(class, t.class) {
			t.class = class
		}
	}
	t.program = programOf(&w)
	return t
}

// programOf is the program that a tool hands its arguments to, where its name says
// nothing else: kubectl, run_kubectl, aws_cli, but not docker_exec.
func programOf(w *words) string {
	program := ""
	for i := range w.n {
		switch word := string(w.at(i)); word {
		case "git", "kubectl", "docker", "podman", "terraform", "tofu", "helm", "aws", "gcloud", "az", "npm", "yarn", "pip", "systemctl", "gh", "oc", "rsync",
			"curl", "wget", "ansible", "vault", "heroku", "flyctl", "vercel", "pulumi", "psql", "mysql", "mongosh", "crontab", "chmod", "chown":
			program = word
		case "redis":
			program = "redis-cli"
		case "run":
			if program != "" {
				return ""
			}
		case "cli", "command", "commands", "cmd", "tool", "client", "execute", "mcp":
		default:
			return ""
		}
	}
	return program
}

// Output stands for what a tool returned: all of it is text.
func Output(name string) Tool { return Tool{Name: name, class: classOutput} }

// outranks says whether a class that a later word names takes the place of an
// earlier one: run_python_command runs Python, search_code searches.
func outranks(next, now class) bool {
	switch {
	case next == classUnknown || now == classThink || now == classSearch:
		return false
	case now == classUnknown || next == classThink:
		return true
	case next == classSearch:
		return now != classSQL
	case now == classFile:
		return next == classShell || next == classSQL || next == classCode
	}
	return now == classShell && next == classCode
}

func classOfWord(word []byte) (class, string) {
	switch string(word) {
	case "bash", "sh", "zsh", "shell", "terminal", "command", "commands", "console", "subprocess", "tmux", "exec", "execute", "ssh", "cli", "os":
		return classShell, ""
	case "powershell", "pwsh":
		return classShell, "powershell"
	case "cmd":
		return classShell, ""
	case "sql", "database", "db", "psql", "mysql", "postgres", "postgresql", "sqlite", "mariadb", "clickhouse", "snowflake", "bigquery", "duckdb",
		"redshift", "oracle", "mssql", "warehouse":
		return classSQL, ""
	case "python", "ipython", "jupyter", "py":
		return classCode, "python"
	case "javascript", "js", "node", "nodejs", "typescript":
		return classCode, "javascript"
	case "ruby", "perl", "php":
		return classCode, string(word)
	case "interpreter", "repl", "eval", "sandbox":
		return classCode, ""
	case "http", "https", "url", "fetch", "curl", "wget", "browse", "browser", "navigate", "web", "webpage", "scrape", "crawl", "download", "request", "webhook":
		return classWeb, ""
	case "ping", "traceroute", "tracert", "nslookup", "dig", "whois", "nmap", "dns", "host", "port", "netcat", "telnet", "connect":
		return classNet, ""
	case "file", "files", "read", "write", "edit", "editor", "directory", "folder", "dir", "ls", "cat", "path", "open", "upload", "copy", "move", "save", "append":
		return classFile, ""
	case "think", "thought", "thoughts", "thinking", "reflect", "scratchpad", "todo", "plan":
		return classThink, ""
	case "search", "google", "bing", "retrieve", "retrieval", "rag", "grep", "find":
		return classSearch, ""
	case "pay", "payment", "refund", "transfer", "charge", "invoice", "money", "purchase", "transaction", "bank", "wallet":
		return classMoney, ""
	}
	return classUnknown, ""
}
