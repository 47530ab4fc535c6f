package command

import "strings"

// verb is what a word does to what comes after it, if it is one.
type verb uint8

const (
	noVerb verb = iota
	reads       // shows, makes or starts something: no later word is a verb
	mild        // may delete, going by what it is about
	plain       // deletes
	strong      // deletes, and much
)

// longestVerb is how long a subcommand may be.
const longestVerb = 48

// readVerb says which verb a subcommand is. It may be a verb alone, or one joined
// to its object: "delete-stack", "db:drop", "deleteUser", "apps:destroy".
func readVerb(text string) (v verb, object string) {
	if len(text) == 0 || len(text) > longestVerb || !isSubcommand(text) {
		return noVerb, ""
	}
	if v = alone(text); v != noVerb {
		return v, ""
	}
	first, rest := cutPart(text)
	if rest == "" {
		return noVerb, ""
	}
	switch v = alone(first); {
	case v == reads:
		return reads, rest
	case v != noVerb:
		return v, rest
	}
	if batch(first) {
		next, after := cutPart(rest)
		if v = alone(next); v > reads {
			return max(v, plain), after
		}
	}
	last := text[strings.LastIndexAny(text, "-_:.")+1:]
	if v = alone(last); v > reads && len(last) < len(text) && !exempt(first) {
		return v, text[:len(text)-len(last)-1]
	}
	if v = amid(rest); v != noVerb && !exempt(first) {
		return v, first
	}
	if last == "deletion" || last == "fresh" && (first == "migrate" || first == "db") {
		return strong, first
	}
	return noVerb, ""
}

// amid is a verb in the midst of a word of several: "apiAccessDeleteKeys".
func amid(rest string) verb {
	for rest != "" {
		var part string
		if part, rest = cutPart(rest); part == "Delete" || part == "Remove" || part == "Destroy" || part == "Purge" {
			return plain
		}
	}
	return noVerb
}

// isSubcommand says that text is made of what subcommands are made of.
func isSubcommand(text string) bool {
	for i := range len(text) {
		c := text[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c != '-' && c != '_' && c != ':' && c != '.' && (c < '0' || c > '9')) {
			return false
		}
	}
	return true
}

// cutPart cuts off the first part of a joined word, at a sign or a capital letter.
func cutPart(text string) (first, rest string) {
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '-' || c == '_' || c == ':' || c == '.':
			return text[:i], text[i+1:]
		case c >= 'A' && c <= 'Z' && text[i-1] >= 'a':
			return text[:i], text[i:]
		}
	}
	return text, ""
}

func batch(part string) bool {
	switch part {
	case "batch", "bulk", "force", "mass", "admin", "hard", "safe", "multi", "repo", "org", "all", "user", "factory", "schedule", "kv",
		"api":
		return true
	}
	return false
}

// exempt are first parts that turn the meaning of what follows round.
func exempt(part string) bool {
	switch part {
	case "un", "no", "pre", "post", "non", "can", "not", "on", "is", "last", "to", "for", "test", "check", "skip":
		return true
	}
	return false
}

// alone says which verb a word without parts is.
func alone(word string) verb {
	switch word {
	case "delete", "del", "remove", "rm", "rb", "rmdir", "deleteall", "rmr", "revoke", "terminate", "deregister", "unregister", "unpublish",
		"truncate", "erase", "forget", "flush", "undefine", "decommission", "deprovision", "evict", "delete-all", "remove-all", "expunge",
		"discard":
		return plain
	case "destroy", "drop", "purge", "wipe", "obliterate", "nuke", "teardown", "flushall", "flushdb", "annihilate", "cleanse", "zap",
		"destroy-all", "dropdb", "wipeout", "purge-all":
		return strong
	case "reset", "clear", "prune", "archive", "disable", "expire", "kill", "rollback", "uninstall", "clean", "detach", "drain", "cancel",
		"suspend", "unlink",
		"deactivate", "disconnect", "deauthorize", "seal", "stop", "unset", "shutdown", "failover", "cleanup", "dissociate", "disassociate",
		"recreate", "yank", "block", "unassign":
		return mild
	}
	return calm(word)
}

// calm are verbs after which no other one follows.
func calm(word string) verb {
	switch word {
	case "get", "list", "ls", "show", "describe", "view", "status", "info", "help", "version", "search", "diff", "plan", "validate",
		"explain", "inspect",
		"logs", "log", "cat", "read", "check", "test", "create", "add", "new", "init", "install", "run", "exec", "start", "build", "edit",
		"open", "watch",
		"login", "logout", "whoami", "completion", "upgrade", "update", "up", "download", "pull", "push", "export", "print", "query",
		"find",
		"tail", "top", "wait", "events", "lookup", "grep", "lint", "fmt", "format", "generate", "gen", "doc", "docs", "clone", "fetch",
		"serve", "deploy",
		"apply", "set", "write", "put", "post", "send", "publish", "sub", "subscribe", "pub", "use", "config", "comment", "restart",
		"resume", "enable", "invoke", "preview", "dev", "merge":
		return reads
	}
	return noVerb
}
