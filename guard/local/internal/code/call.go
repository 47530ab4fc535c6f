package code

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// call judges a call, and says what is known of what it returns.
func (p *parser) call(f value, args []value) value {
	from := f.from
	for i := range args {
		from |= args[i].from
	}
	c := call{parser: p, chain: f.chain, name: last(f.chain), base: before(f.chain), on: f, args: args}
	if strings.HasPrefix(c.chain, "defined.") {
		return value{from: from}
	}
	if result, ok := c.decodes(); ok {
		return result
	}
	if result, ok := c.names(); ok {
		return result
	}
	switch {
	case c.runs(), c.evaluates(), c.touches(), c.talks():
	default:
		c.serves()
	}
	if from |= c.from; c.fetches() {
		from |= remote
	}
	if c.text() {
		return value{text: f.text, known: f.known, from: from, chain: called(f.chain)}
	}
	return value{chain: called(f.chain), from: from}
}

// call is one call.
type call struct {
	*parser
	chain, name, base string
	on                value
	args              []value
	from              origin // of what it returns, besides those of its arguments
}

// arg returns the n-th argument that has no key.
func (c *call) arg(n int) value {
	for i := range c.args {
		if c.args[i].key != "" {
			continue
		}
		if n == 0 {
			return c.args[i]
		}
		n--
	}
	return value{}
}

// keyed returns the argument with a key.
func (c *call) keyed(key string) (value, bool) {
	for i := range c.args {
		if c.args[i].key == key {
			return c.args[i], true
		}
		for _, item := range c.args[i].items {
			if item.key == key {
				return item, true
			}
		}
	}
	return value{}, false
}

// text says that a method returns the text that it is called on, more or less.
func (c *call) text() bool {
	switch c.name {
	case "strip", "trim", "decode", "encode", "toString", "to_s", "str", "read", "chomp", "rstrip", "lstrip", "lower", "toLowerCase",
		"expanduser", "resolve", "absolute", "read_text", "content", "unwrap", "json", "dumps", "stringify":
		return true
	}
	return false
}

// names judges calls that only name something: a module, a function, a path.
func (c *call) names() (value, bool) {
	first := c.arg(0)
	switch c.chain {
	case "__import__", "importlib.import_module", "require", "import":
		if first.known && first.text != "" {
			module := strings.TrimPrefix(first.text, "node:")
			return value{chain: module}, true
		}
	case "getattr", "Reflect.get":
		if name := c.arg(1); name.known && first.chain != "" {
			return value{chain: first.chain + "." + name.text}, true
		}
	case "globals", "locals", "vars":
		return value{chain: "builtins"}, true
	case "os.getenv", "os.environ.get", "getenv", "Sys.getenv", "os.Getenv", "System.getenv", "ENV.fetch":
		if first.known {
			return value{text: "$" + first.text}, true
		}
	case "Path.home", "pathlib.Path.home", "os.homedir", "homedir", "Dir.home", "os.UserHomeDir":
		return value{text: "$HOME"}, true
	case "Path", "pathlib.Path", "PurePath", "pathlib.PurePath", "os.path.expanduser", "os.path.abspath", "os.path.realpath", "str",
		"String", "File.expand_path", "path.resolve", "Paths.get", "File", "bytes", "bytearray", "shlex.split", "shlex.quote", "dict":
		if first.text != "" || first.isList || first.from != 0 {
			first.key = ""
			return first, true
		}
	case "os.path.join", "path.join", "File.join", "filepath.Join":
		return c.joined(), true
	}
	return value{}, false
}

// joined is the path that its parts make.
func (c *call) joined() value {
	if len(c.args) == 0 {
		return value{}
	}
	sum := c.args[0]
	for _, part := range c.args[1:] {
		if part.known && strings.HasPrefix(part.text, "/") && c.name == "join" && c.base == "os.path" {
			sum = part
			continue
		}
		sum.text = strings.TrimSuffix(sum.shown(), "/")
		sum = sum.plus(part, "/")
	}
	return sum
}

// finding reports what a call does.
func (c *call) finding(code string, severity guard.Severity, reason string) {
	c.parser.finding(code, severity, reason, c.chain)
}

func (p *parser) finding(code string, severity guard.Severity, reason, match string) {
	p.report(detect.Finding{
		Detector: detector, Code: code, Severity: severity, Reason: reason, Match: match,
		Start: max(0, min(p.token.start, len(p.source))-len(match)), End: min(p.token.start, len(p.source)),
	})
}

// escape reports a way out of what code is allowed to see.
func (p *parser) escape(at token) {
	p.finding("code.escape", guard.SeverityMedium, "looks for functions that it was not given", at.text)
}
