package business

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

type bulkDump struct{ most int }

// mostRows is how many rows may be taken out at a time where a policy does not say.
const mostRows = 1000

// NewBulkDump makes the detector of bulk_dump: calls that take out more than
// "max_rows" (1000) rows or all there are. It finds limits above it, whole tables
// read by SQL without a condition or a limit, tools that export everything,
// arguments that ask for all, and results with more elements.
func NewBulkDump(with detect.Params) (detect.Detector, error) {
	params := struct {
		Most int `json:"max_rows"`
	}{Most: mostRows}
	if err := with.Decode(&params); err != nil {
		return nil, err
	}
	if params.Most < 1 {
		return nil, fmt.Errorf("with: max_rows is %d: it must be 1 or more", params.Most)
	}
	return bulkDump{params.Most}, nil
}

// Detect looks at what a call asks for, and in the output phase at what it got.
func (b bulkDump) Detect(c *detect.Call, report func(detect.Finding)) {
	if c.Phase == guard.PhaseOutput {
		b.output(c, report)
		return
	}
	if exportsAll(c.Tool) {
		report(detect.Finding{
			Code: "bulk.export", Severity: guard.SeverityMedium,
			Reason: fmt.Sprintf("Calls %s, which takes out everything there is.", named(c.Tool)),
		})
	}
	for i := range c.Args {
		arg := &c.Args[i]
		switch {
		case arg.Kinds&detect.SQL != 0:
			b.sql(c, arg, report)
		case isOwn(arg):
			b.argument(c, arg, report)
		}
	}
}

// exportsAll says that a tool's name is one of export, dump or download with one of
// all: export_all_customers, dump_database, downloadEverything.
func exportsAll(tool string) bool {
	takes, all := false, false
	words(tool, func(word string) bool {
		switch word {
		case "export", "dump", "download", "extract", "exfiltrate":
			takes = true
		case "all", "everything", "full", "entire", "bulk", "database", "db", "table", "tables":
			all = true
		}
		return !takes || !all
	})
	return takes && all
}

func (b bulkDump) argument(c *detect.Call, arg *detect.Arg, report func(detect.Finding)) {
	finding := detect.Finding{Severity: guard.SeverityMedium, Field: arg.Field, End: len(arg.Text), Match: arg.Text}
	switch {
	case arg.IsNumber && arg.Number > float64(b.most) && isLimit(name(arg)):
		finding.Code = "bulk.limit"
		finding.Reason = fmt.Sprintf("Asks for up to %s rows at once, more than %d.", decimal(arg.Number), b.most)
	case isAll(arg.Text) && readsRecords(c.Tool) && isSelection(name(arg)):
		finding.Code = "bulk.wildcard"
		finding.Reason = "Asks for every record there is."
	default:
		return
	}
	report(finding)
}

func isLimit(key string) bool {
	limits := false
	words(key, func(word string) bool {
		switch word {
		case "limit", "top", "rows", "records", "pagesize", "batchsize", "maxresults", "perpage", "count", "size", "results":
			limits = true
		case "byte", "bytes", "token", "tokens", "char", "chars", "characters", "width", "height", "timeout", "ms",
			"seconds", "memory", "mb", "kb", "font", "image", "file", "price", "budget", "credit", "word", "words", "character",
			"rate", "speed", "time", "minutes", "hours", "days", "depth", "length", "line", "lines":
			limits = false
			return false
		}
		return true
	})
	return limits && key != "size" && key != "count"
}

func isAll(text string) bool { return text == "*" || text == "%" || strings.EqualFold(text, "all") }

// readsRecords says that a tool hands out records of people or of business.
func readsRecords(tool string) bool {
	reads, records := false, false
	words(tool, func(word string) bool {
		switch word {
		case "get", "list", "fetch", "read", "query", "search", "export", "lookup", "find", "retrieve", "download", "dump":
			reads = true
		case "user", "users", "customer", "customers", "account", "accounts", "employee", "employees", "patient", "patients",
			"contact", "contacts", "client", "clients", "member", "members", "order", "orders", "payment", "payments",
			"record", "records", "lead", "leads", "subscriber", "subscribers", "student", "students", "invoice", "invoices":
			records = true
		}
		return !reads || !records
	})
	return reads && records
}

// isSelection says that an argument picks the records: an id, a name, an e-mail.
func isSelection(key string) bool {
	return hasWord(key, func(word string) bool {
		switch word {
		case "id", "ids", "user", "users", "customer", "customers", "account", "accounts", "name", "names", "email", "emails",
			"query", "filter", "where", "pattern", "search", "q":
			return true
		}
		return false
	})
}

// output finds results that are long lists, alone or as a member of the result.
func (b bulkDump) output(c *detect.Call, report func(detect.Finding)) {
	if len(c.Output) < 2*b.most || !c.Budget.Spend(len(c.Output)) {
		return // too short to hold so many
	}
	if rows := longestList(c.Output); rows > b.most {
		report(detect.Finding{
			Code: "bulk.output", Severity: guard.SeverityMedium,
			Reason: fmt.Sprintf("Returned %d rows at once, more than %d.", rows, b.most),
		})
	}
}

// longestList is how many elements the longest list has that is the whole output or
// one of its members, at most two levels down. Whether the output is JSON in all is
// not its business.
func longestList(output []byte) int {
	output = bytes.TrimLeft(output, " \t\r\n")
	if len(output) == 0 || output[0] != '[' && output[0] != '{' {
		return 0
	}
	const deepest = 3
	var elements [deepest + 1]int // of the list that is open at each depth; 0 in an object
	depth, longest := 0, 0
	for i := 0; i < len(output); i++ {
		switch output[i] {
		case '"':
			i = endOfText(output, i)
		case '[', '{':
			if depth++; depth <= deepest {
				elements[depth] = 0
				if output[i] == '[' {
					elements[depth] = 1 // an empty one is as good as one of one
				}
			}
		case ']', '}':
			depth = max(0, depth-1)
		case ',':
			if depth > 0 && depth <= deepest && elements[depth] > 0 {
				elements[depth]++
				longest = max(longest, elements[depth])
			}
		}
	}
	return longest
}

// endOfText is where the text that begins at i ends.
func endOfText(output []byte, i int) int {
	for i++; i < len(output) && output[i] != '"'; i++ {
		if output[i] == '\\' {
			i++
		}
	}
	return i
}
