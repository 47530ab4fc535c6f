package code

import (
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/command"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// evaluate judges source code that is run from a value.
func (p *parser) evaluate(source value, lang language) {
	switch {
	case source.from&remote != 0:
		p.finding("code.run.download", guard.SeverityCritical, "runs code that it fetches from another machine", "")
	case source.from&decoded != 0 && source.text == "":
		p.finding("code.run.encoded", guard.SeverityHigh, "runs code that is written so that nobody can read it", "")
	case source.text == "" || p.layers >= mostLayers:
	default:
		if source.from&decoded != 0 {
			p.finding("code.run.encoded", guard.SeverityHigh, "runs code that is written so that nobody can read it", "")
		}
		p.read(source.text, lang)
	}
}

// serves judges calls by which a service is told to delete what it keeps, and
// statements of SQL.
func (c *call) serves() {
	if c.statement() || c.base == "" || strings.HasPrefix(c.base+".", "self.") || strings.HasPrefix(c.base+".", "this.") {
		return
	}
	object := last(c.base)
	if command.Deletes(c.name) || (c.name == "delete" || c.name == "cancel" || c.name == "del") && object != "" && owned(c.base, object) {
		c.finding("service.delete", guard.SeverityHigh, "deletes something that a service keeps")
	}
}

// statement derives the SQL of a call that runs it, and says whether there is any.
func (c *call) statement() bool {
	switch c.name {
	case "execute", "executemany", "executescript", "query", "raw", "exec", "execute_sql", "read_sql", "sql", "prepare", "mysqli_query",
		"pg_query", "dbGetQuery", "dbExecute", "Exec", "Query", "executeQuery", "executeUpdate", "do", "$queryRawUnsafe",
		"$executeRawUnsafe", "text":
	default:
		return false
	}
	first := c.arg(0)
	if strings.HasSuffix(c.name, "_query") && c.base == "" {
		first = c.arg(1)
	}
	if word, _, ok := strings.Cut(strings.TrimSpace(first.text), " "); !ok || !sqlVerb(word) {
		return false
	}
	c.derive(detect.Arg{Kinds: detect.SQL, Text: first.text, Derived: true})
	return true
}

func sqlVerb(word string) bool {
	switch strings.ToUpper(word) {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "DROP", "TRUNCATE", "ALTER", "CREATE", "GRANT", "REVOKE", "WITH", "EXEC", "EXECUTE",
		"MERGE", "REPLACE", "CALL", "ATTACH", "COPY":
		return true
	}
	return false
}

// owned says that a delete is of a class of a service's kit: braintree.Customer.
func owned(base, object string) bool {
	root, _, _ := strings.Cut(base, ".")
	switch root {
	case "braintree", "gateway", "stripe", "square", "paypal", "twilio", "sendgrid", "client":
		return strings.Contains(base, ".") && !strings.Contains(object, "(")
	}
	return false
}
