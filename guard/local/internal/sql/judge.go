package sql

import (
	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// Verdict is what running a text as SQL would do.
type Verdict struct {
	// Code is the class of the worst that was found, empty if nothing was:
	// "sql.drop".
	Code string
	// Reason says what it would do.
	Reason   string
	Severity guard.Severity
	// Start and End are the bytes of the statement.
	Start, End int
	// Writes says that something is changed, however harmless.
	Writes bool
}

// Classify says what running source would do, in whatever dialect. A nil budget
// has no limit; one that is spent leaves the rest unread.
func Classify(b *detect.Budget, source string) Verdict {
	return classify(b, source, 0)
}

// deepest is how many SQL texts inside one another are looked into.
const deepest = 4

// usualTokens is how many tokens find room without allocating.
const usualTokens = 192

func classify(b *detect.Budget, source string, depth int) Verdict {
	if !b.Spend(len(source)) || depth > deepest {
		return Verdict{}
	}
	var room [usualTokens]token
	var out outcome
	ambiguous := escapesQuote(source)
	l := lexer{source: source, budget: b, backslash: ambiguous}
	j := judge{script: script{source: source, tokens: l.lex(room[:0])}, out: &out, budget: b, depth: depth}
	j.run()
	if ambiguous {
		j.otherReading(!l.broken)
	} else if l.broken {
		j.unreadable()
	}
	return out.verdict
}

// escapesQuote says that a backslash stands before a quote: whether that ends a
// string is told by the database's settings only.
func escapesQuote(source string) bool {
	for i := range len(source) - 1 {
		if source[i] == '\\' && (source[i+1] == '\'' || source[i+1] == '"' || source[i+1] == '\\') {
			return true
		}
	}
	return false
}

// otherReading reads the source with backslashes that mean nothing. Only where
// all strings come to an end can it be meant so.
func (j *judge) otherReading(readable bool) {
	var out outcome
	l := lexer{source: j.source, budget: j.budget}
	tokens := l.lex(make([]token, 0, len(j.tokens)+1))
	if l.broken {
		if !readable {
			j.unreadable()
		}
		return
	}
	other := judge{script: script{source: j.source, tokens: tokens}, out: &out, budget: j.budget, depth: j.depth}
	other.run()
	if out.verdict.Severity > j.out.verdict.Severity {
		j.out.verdict = out.verdict
	}
}

// unreadable: a text that begins like no statement is none, and may have an
// apostrophe.
func (j *judge) unreadable() {
	if !j.statementLike() {
		return
	}
	j.found(0, len(j.tokens), problem{
		"sql.unreadable", "has a string or a comment without an end, so that what it does depends on what it is put into",
		guard.SeverityMedium,
	})
}

// statementLike says that the script begins with a word that statements do.
func (j *judge) statementLike() bool {
	i := 0
	for j.is(i, "(") || j.at(i).kind == semicolon {
		i++
	}
	switch j.word(i) {
	case kSelect, kWith, kInsert, kUpdate, kDelete, kReplace, kMerge, kCreate, kAlter, kDrop, kTruncate, kGrant, kRevoke, kSet, kExec, kExecute,
		kCall, kExplain, kCopy, kValues, kDeclare, kBegin, kIf, kLoad, kAttach, kDo, kPrepare:
		return true
	}
	return false
}

// judge goes over a script statement by statement.
type judge struct {
	script
	out    *outcome
	budget *detect.Budget
	depth  int
	where  bool // the statement has had its WHERE
	puts   int  // how often a variable was run
	blocks int  // BEGIN without END, in the body of what is stored
	stored bool // the statement is part of what is stored
}

// outcome is what a script comes to.
type outcome struct {
	verdict  Verdict
	deferred Verdict // of what is stored, to be run later
}

// problem is what is wrong with a statement.
type problem struct {
	code     string
	reason   string
	severity guard.Severity
}

// found keeps the worst problem, and of equals the first.
func (j *judge) found(i, limit int, p problem) {
	j.foundAs(i, limit, Verdict{Code: p.code, Reason: p.reason, Severity: p.severity})
}

func (j *judge) foundAs(i, limit int, v Verdict) {
	keep := &j.out.verdict
	if j.stored {
		keep = &j.out.deferred
	}
	if v.Severity <= keep.Severity {
		return
	}
	if limit > i && i < len(j.tokens) {
		v.Start, v.End = int(j.at(i).start), int(j.at(limit-1).end)
	}
	v.Writes = keep.Writes || v.Writes
	*keep = v
}

func (j *judge) writes() { j.out.verdict.Writes = true }

// run judges every statement of the script.
func (j *judge) run() {
	for i := 0; i < len(j.tokens) && !j.tired(); {
		limit := i
		for limit < len(j.tokens) && j.tokens[limit].kind != semicolon {
			limit++
		}
		if limit > i {
			j.track(i, limit)
			j.statement(i, limit)
		}
		i = limit + 1
	}
	if j.tired() {
		j.found(0, len(j.tokens), problem{
			"sql.unreadable", "repeats itself or is nested beyond what anybody writes, so that it cannot be judged", guard.SeverityMedium,
		})
	}
}

// track follows where what is stored begins and ends: a function's statements are
// not run where they stand, but where it is called.
func (j *judge) track(i, limit int) {
	if j.blocks == 0 {
		j.stored = j.createsRoutine(i, limit)
		if first := j.word(i); j.out.deferred.Code != "" && (first == kCall || first == kExec || first == kExecute) {
			j.foundAs(i, limit, j.out.deferred)
		}
	}
	if !j.stored {
		return
	}
	for k := i; k < limit; k++ {
		switch {
		case j.word(k) == kBegin:
			j.blocks++
		case j.word(k) == kEnd && j.blocks > 0 && (k == i || k == limit-1) && !j.endsInner(k):
			j.blocks--
		}
	}
}

// endsInner: END IF, END LOOP and their like end no BEGIN.
func (j *judge) endsInner(i int) bool {
	switch j.word(i + 1) {
	case kIf, kCase, kWhile, kFor:
		return true
	}
	return j.called(i+1, "loop") || j.called(i+1, "repeat")
}

func (j *judge) createsRoutine(i, limit int) bool {
	if j.word(i) != kCreate && (j.word(i) != kAlter || !j.word(i+1).object()) {
		return false
	}
	for k := i + 1; k < min(limit, i+8); k++ {
		switch j.word(k) {
		case kFunction, kProcedure, kTrigger:
			return true
		case kTable, kView, kIndex, kUser, kDatabase, kSchema:
			return false
		}
		if j.called(k, "package") || j.called(k, "rule") {
			return true
		}
	}
	return false
}
