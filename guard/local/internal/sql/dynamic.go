package sql

import (
	"strings"

	"github.com/staso-go/staso/guard"
)

// execute judges EXEC, EXECUTE and CALL: of a string, of a variable, of a
// procedure.
func (j *judge) execute(i, limit int) {
	j.writes()
	k := i + 1
	if j.word(k) == kImmediate || j.is(k, "(") {
		k++
	}
	if j.called(k, "sp_executesql") || j.called(k+2, "sp_executesql") {
		for k < limit && j.at(k).kind != text && j.at(k).kind != variable {
			k++
		}
	}
	switch {
	case j.at(k).kind == text:
		j.inner(i, limit, j.joined(k, limit))
	case j.at(k).kind == variable && (j.is(k-1, "(") || j.word(k-1) != j.word(i)) && j.word(i) != kCall:
		j.assembled(i, limit)
	}
}

// prepare judges PREPARE x FROM and PREPARE x AS.
func (j *judge) prepare(i, limit int) {
	from := j.find(i, limit, kFrom, kAs)
	switch {
	case from == limit:
	case j.at(from+1).kind == text:
		j.inner(i, limit, j.joined(from+1, limit))
	case j.at(from+1).kind == variable:
		j.assembled(i, limit)
	case j.word(from) == kAs:
		j.statement(from+1, limit)
	}
}

// block judges DO $$ ... $$.
func (j *judge) block(i, limit int) {
	j.writes()
	for k := i + 1; k < limit; k++ {
		if j.at(k).kind == text {
			j.inner(i, limit, j.value(k))
			return
		}
	}
	if j.named(i+1) && j.is(i+2, "(") { // DO SLEEP(5)
		return
	}
}

// inner judges SQL that stands in a string.
func (j *judge) inner(i, limit int, source string) {
	v := classify(j.budget, source, j.depth+1)
	v.Start, v.End = 0, 0
	j.foundAs(i, limit, v)
	if v.Writes {
		j.writes()
	}
}

// assembled judges SQL that was put together in a variable before: from strings,
// which are read as one, or from bytes, which nobody writes so who has nothing to
// hide.
func (j *judge) assembled(i, limit int) {
	const often = 4
	if j.puts++; j.puts > often {
		return
	}
	var source strings.Builder
	hidden := false
	for k := range i {
		switch t := j.at(k); {
		case t.kind == text:
			source.WriteString(j.value(k))
		case t.kind == number && t.end-t.start > 10 && strings.HasPrefix(j.string(k), "0x"):
			hidden = true
		case t.kind == semicolon:
			source.WriteString("; ")
		case j.called(k, "char") || j.called(k, "chr"), j.called(k, "unhex"), j.called(k, "from_base64"):
			hidden = hidden || j.is(k+1, "(")
		}
	}
	if hidden {
		j.found(i, limit, problem{"sql.hidden", "runs SQL that is written as bytes, so that it cannot be read", guard.SeverityHigh})
	}
	if source.Len() > 0 {
		j.inner(i, limit, source.String())
	}
}

// joined is the string that begins at i with what is joined to it.
func (j *judge) joined(i, limit int) string {
	if !j.is(i+1, "+") && !j.is(i+1, "||") {
		return j.value(i)
	}
	var b strings.Builder
	for ; i < limit && !j.tired(); i++ {
		j.steps++
		switch t := j.at(i); {
		case t.kind == text:
			b.WriteString(j.value(i))
		case t.keyword != 0, t.kind == symbol && !j.is(i, "+") && !j.is(i, "||"):
			return b.String()
		case j.named(i):
			b.WriteString(j.string(i))
		}
	}
	return b.String()
}

// injected judges an OR whose other side holds whatever the row: what is left of
// a value that was meant to be a string. "OR TRUE" alone is written by people.
func (j *judge) injected(first, k, limit int) {
	if !j.where {
		return
	}
	const longest = 12
	end := min(limit, k+longest)
	next := k + 1
	for ; next < end && !j.is(next, ")"); next++ {
		if j.opens(next) {
			next = j.closing(next, end)
		}
		if w := j.word(next); w == kOr || w == kAnd || w == kLimit || w == kOrder || w == kGroup || w == kUnion {
			break
		}
	}
	if next-k >= 4 && next < k+longest && j.predicate(k+1, next, 0) == always {
		j.found(first, limit, problem{"sql.tautology", "asks for all rows by a condition that always holds", guard.SeverityMedium})
	}
}
