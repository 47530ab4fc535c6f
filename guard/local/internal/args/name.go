package args

// role is what a name says that its value is for.
type role uint8

const (
	roleUnknown   role = iota
	roleShell          // command, script
	roleProgram        // program: its name, or its source
	roleArgv           // args, flags
	roleSQL            // sql
	roleQuery          // query, statement: SQL, or what is searched for
	rolePath           // path, file, dir
	rolePlace          // source, target, destination: a path, an address, a city
	roleURL            // url, endpoint
	roleHost           // host, ip
	roleAddress        // address, server, domain: a host, or where somebody lives
	roleRecipient      // to, cc, email
	roleText           // body, message, thought
	roleCode           // code, python
	roleFormula        // expression
	roleMoney          // amount, price
	roleValue          // id, name, date
	roleLang           // language, shell: says what another member is
)

// maxWords is how many words of a name count.
const maxWords = 8

// words is a name taken apart: "targetFilePath" is target, file, path.
type words struct {
	buffer [64]byte
	ends   [maxWords]uint8
	n      int
}

// split fills w with the words of name, in lower case and without digits.
func (w *words) split(name string) {
	w.n = 0
	used, start := 0, 0
	flush := func() {
		if used > start && w.n < maxWords {
			w.ends[w.n] = uint8(used)
			w.n++
			start = used
		}
		used = start
	}
	for i := 0; i < len(name) && used < len(w.buffer); i++ {
		c := name[i]
		switch {
		case c >= 'A' && c <= 'Z':
			if i > 0 && (isLower(name[i-1]) || i+1 < len(name) && isLower(name[i+1])) {
				flush()
			}
			w.buffer[used] = c | 0x20
			used++
		case isLower(c):
			w.buffer[used] = c
			used++
		case c >= '0' && c <= '9':
		default:
			flush()
		}
	}
	flush()
}

func isLower(c byte) bool { return c >= 'a' && c <= 'z' }

// at is the word at i; no memory is made where it is only compared.
func (w *words) at(i int) []byte {
	if i < 0 || i >= w.n {
		return nil
	}
	start := uint8(0)
	if i > 0 {
		start = w.ends[i-1]
	}
	return w.buffer[start:w.ends[i]]
}

// roleOf is what the name says, by its last word, and where that says nothing by
// the first one.
func roleOf(name string) role {
	var w words
	w.split(name)
	last := roleOfWord(w.at(w.n - 1))
	if w.n < 2 {
		if isWord(w.at(0), "run", "exec") {
			return roleShell
		}
		return last
	}
	if isEdited(w.at(0), w.at(w.n-1)) {
		return roleText
	}
	first := roleOfWord(w.at(0))
	switch {
	case isWord(w.at(w.n-1), "name", "names"):
		return nameOf(w.at(w.n - 2))
	case last == roleAddress:
		return addressOf(first, last)
	case last == roleCode || last == roleQuery:
		return qualified(first, last)
	case last == roleUnknown || last == rolePlace && first == rolePath:
		return first
	}
	return last
}

// nameOf is what a name of that is: a file's is a path.
func nameOf(of []byte) role {
	switch r := roleOfWord(of); {
	case r == rolePath:
		return rolePath
	case isWord(of, "host", "domain"):
		return roleHost
	}
	return roleValue
}

func addressOf(first, last role) role {
	switch first {
	case roleRecipient, roleHost:
		return first
	case roleUnknown, roleAddress:
		return last
	}
	return roleValue
}

// qualified is what a code or a query is: a zip code is none that runs.
func qualified(first, last role) role {
	switch first {
	case roleSQL, roleShell, roleCode, rolePlace:
		if first == rolePlace {
			return last
		}
		return first
	case roleText:
		return roleText
	}
	if last == roleCode {
		return roleValue
	}
	return last
}

// isEdited says that a member holds a part of a file: old_string, newText.
func isEdited(first, last []byte) bool {
	switch string(first) {
	case "old", "new", "insert", "replacement", "search", "original", "updated":
	default:
		return false
	}
	switch string(last) {
	case "string", "str", "text", "line", "lines", "content", "block", "snippet":
		return true
	}
	return false
}

func isWord(word []byte, one, other string) bool { return string(word) == one || string(word) == other }

// roleOfWord is the table of names.
func roleOfWord(word []byte) role {
	switch string(word) {
	case "command", "commands", "cmd", "cmds", "cmdline", "commandline", "script", "bash", "shellcode", "keystrokes", "oneliner":
		return roleShell
	case "program", "executable", "binary", "exe", "subcommand":
		return roleProgram
	case "args", "argv", "arguments", "arg", "flags", "options", "opts":
		return roleArgv
	case "sql":
		return roleSQL
	case "query", "queries", "raw", "statement", "statements", "stmt":
		return roleQuery
	case "path", "paths", "file", "files", "filename", "filenames", "filepath", "filepaths", "pathname", "dir", "dirs", "directory", "directories",
		"folder", "folders", "dirname", "cwd", "workdir", "basedir", "attachment", "attachments":
		return rolePath
	case "source", "src", "dest", "destination", "dst", "target", "targets", "location", "output", "root", "resource":
		return rolePlace
	case "url", "urls", "uri", "uris", "link", "links", "href", "endpoint", "webhook", "callback", "site", "website", "webpage":
		return roleURL
	case "host", "hosts", "hostname", "hostnames", "ip", "ips", "ipaddress", "fqdn", "proxy":
		return roleHost
	case "address", "addresses", "server", "servers", "domain", "domains", "node", "peer":
		return roleAddress
	case "to", "cc", "bcc", "recipient", "recipients", "email", "emails", "mail", "sender", "participants", "attendees", "from":
		return roleRecipient
	case "code", "python", "javascript", "js", "py", "ruby", "perl", "php", "snippet", "cell":
		return roleCode
	case "expression", "expr", "formula", "eval":
		return roleFormula
	case "language", "lang", "shell", "interpreter", "runtime", "dialect", "kernel":
		return roleLang
	}
	return roleOfPlainWord(word)
}

func roleOfPlainWord(word []byte) role {
	switch string(word) {
	case "body", "message", "messages", "msg", "content", "contents", "prompt", "prompts", "summary", "note", "notes", "thought", "thoughts",
		"description", "reason", "comment", "comments", "subject", "title", "text", "texts", "question", "questions", "answer", "instruction", "instructions",
		"explanation", "search", "keyword", "keywords", "details", "feedback", "review", "markdown", "html", "document", "documents", "caption",
		"reasoning", "rationale", "system", "task", "goal", "plan", "reply", "response", "post", "tweet", "story", "transcript", "history", "diff", "patch",
		"justification", "template", "objective":
		return roleText
	case "amount", "amounts", "total", "price", "prices", "refund", "payment", "cost", "fee", "sum", "balance", "charge", "subtotal", "budget", "salary", "discount":
		return roleMoney
	case "id", "ids", "uuid", "name", "names", "user", "username", "login", "date", "dates", "time", "type", "kind", "status", "state", "city", "country",
		"zip", "phone", "token", "key", "keys", "password", "hash", "version", "branch", "tag", "tags", "label", "labels", "category", "color", "size",
		"format", "encoding", "mode", "method", "action", "account", "number", "airport", "origin", "pattern", "regex", "glob", "level", "limit", "offset",
		"count", "page", "currency", "iban", "timezone", "sort", "order", "field", "column", "table", "schema", "database", "index":
		return roleValue
	}
	return roleUnknown
}
