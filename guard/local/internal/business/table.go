package business

import (
	"fmt"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// sql finds a statement that reads a whole table, and one with a limit above what
// may be taken.
func (b bulkDump) sql(c *detect.Call, arg *detect.Arg, report func(detect.Finding)) {
	if !c.Budget.Spend(len(arg.Text)) {
		return
	}
	for statement := range statements(arg.Text) {
		s := readStatement(statement.text)
		finding := detect.Finding{
			Severity: guard.SeverityMedium, Field: arg.Field, Via: arg.Via, Match: statement.text,
			Start: statement.start, End: statement.start + len(statement.text),
		}
		switch {
		case s.wholeTable():
			finding.Code, finding.Reason = "bulk.table", "Reads every row of a table."
		case s.limit > b.most:
			finding.Code = "bulk.limit"
			finding.Reason = fmt.Sprintf("Asks for up to %d rows at once, more than %d.", s.limit, b.most)
		default:
			continue
		}
		report(finding)
	}
}

type statement struct {
	text  string
	start int
}

// statements takes SQL apart at its semicolons. Those in quotes are rare, and all
// that they do here is to make two statements of one.
func statements(sql string) func(yield func(statement) bool) {
	return func(yield func(statement) bool) {
		for start := 0; start < len(sql); {
			end := len(sql)
			if semicolon := strings.IndexByte(sql[start:], ';'); semicolon >= 0 {
				end = start + semicolon
			}
			if !yield(statement{sql[start:end], start}) {
				return
			}
			start = end + 1
		}
	}
}

// selection is what is known of a SELECT: which of its words there are.
type selection struct {
	reads, copies, from, narrows, counts bool
	limit                                int // 0 where there is none, or one that is filled in later
}

// wholeTable says that nothing narrows down what is read.
func (s *selection) wholeTable() bool {
	if s.copies {
		return !s.narrows
	}
	return s.reads && s.from && !s.narrows && !s.counts
}

// readStatement goes through the words of a statement.
func readStatement(sql string) selection {
	var s selection
	first, limits := true, false
	sqlWords(sql, func(word []byte) bool {
		switch {
		case first:
			s.begin(word)
		case limits:
			s.limit = max(s.limit, number(word))
		}
		first = false
		s.word(word)
		switch string(word) {
		case "limit", "top", "first":
			limits = true
		default:
			limits = false
		}
		return s.reads || s.copies
	})
	return s
}

// begin notes the first word of a statement.
func (s *selection) begin(word []byte) {
	switch string(word) {
	case "select", "with":
		s.reads = true
	case "table":
		s.reads, s.from = true, true
	case "copy", "unload":
		s.copies = true
	}
}

func (s *selection) word(word []byte) {
	switch string(word) {
	case "from":
		s.from = true
	case "where", "having", "join", "group", "tablesample", "qualify", "distinct", "information_schema", "dual", "generate_series",
		"limit", "top", "fetch", "rownum":
		s.narrows = true
	case "count", "sum", "avg", "min", "max", "exists":
		s.counts = true
	}
}

// number is a small whole number; 0 for what is none, and for what is none yet: a
// placeholder.
func number(word []byte) int {
	n := 0
	for _, c := range word {
		if c < '0' || c > '9' {
			return 0
		}
		n = min(n*10+int(c-'0'), 1<<40)
	}
	return n
}

// longestWord is how much of a word of SQL is looked at: more than any keyword has.
const longestWord = 32

// sqlWords calls yield for each word of a statement, in lower case, without what
// stands in quotes and comments. The word is only there until yield returns.
func sqlWords(sql string, yield func(word []byte) bool) {
	room := make([]byte, 0, longestWord)
	for i := 0; i < len(sql); {
		switch c := sql[i]; {
		case c == '\'' || c == '"' || c == '`':
			i = after(sql, i+1, string(c))
		case strings.HasPrefix(sql[i:], "--"):
			i = after(sql, i, "\n")
		case strings.HasPrefix(sql[i:], "/*"):
			i = after(sql, i, "*/")
		case isWordByte(c):
			end := i
			for end < len(sql) && isWordByte(sql[end]) {
				end++
			}
			room = lowered(room[:0], sql[i:min(end, i+longestWord)])
			if !yield(room) {
				return
			}
			i = end
		default:
			i++
		}
	}
}

// lowered appends the word in lower case.
func lowered(to []byte, word string) []byte {
	for i := range len(word) {
		c := word[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		to = append(to, c)
	}
	return to
}

func after(text string, from int, end string) int {
	at := strings.Index(text[from:], end)
	if at < 0 {
		return len(text)
	}
	return from + at + len(end)
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}
