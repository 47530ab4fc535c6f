package sql

import "github.com/staso-go/staso/guard"

// statement judges what stands in [i, limit), which may be more than one
// statement: some dialects need no semicolon between them.
func (j *judge) statement(i, limit int) {
	for j.is(i, "(") {
		i++
	}
	if j.word(i) == kExplain || j.word(i) == kDescribe {
		j.explain(i, limit)
		return
	}
	j.where = false
	for k := i; k < limit && !j.tired(); k++ {
		if k == i || j.tokens[k].keyword != 0 && j.begins(k) {
			j.verb(k, limit)
		}
		j.hazard(i, k, limit)
	}
}

// begins says that a statement may begin at k, in the middle of another one: in
// brackets, after BEGIN and THEN, or by words that mean nothing else.
func (j *judge) begins(k int) bool {
	next := j.word(k + 1)
	switch j.word(k) {
	case kDrop:
		return next > firstObject && next < lastObject && next != kColumn && next != kConstraint && next != kPartition && next != kIndex &&
			next != kPrimary && next != kForeign && next != kKey
	case kDelete, kInsert:
		return next == kFrom || next == kInto
	case kUpdate:
		return j.named(k+1) && next != kSet && (j.word(k+2) == kSet || j.word(k+4) == kSet || j.word(k+3) == kSet)
	case kTruncate:
		return next == kTable
	case kExec, kExecute:
		return next.hazard() || next == kImmediate || j.is(k+1, "(") || j.at(k+1).kind == text
	case kShutdown, kWaitfor, kMerge, kAlter, kGrant, kCreate:
		return j.afterControl(k) || j.word(k) == kWaitfor && next == kDelay
	}
	return false
}

// afterControl says that the token before k is one that statements follow.
func (j *judge) afterControl(k int) bool {
	switch j.word(k - 1) {
	case kBegin, kThen, kElse, kDo:
		return true
	}
	return j.is(k-1, "(") || j.called(k-1, "loop")
}

// verb judges the statement that begins at i.
func (j *judge) verb(i, limit int) {
	switch j.word(i) {
	case kDrop:
		j.drop(i, limit)
	case kTruncate:
		j.truncate(i, limit)
	case kDelete:
		j.deletes(i, limit)
	case kUpdate:
		j.update(i, limit)
	case kInsert, kReplace:
		j.insert(i, limit)
	case kMerge:
		j.merge(i, limit)
	case kAlter:
		j.alter(i, limit)
	case kCreate:
		j.create(i, limit)
	case kGrant:
		j.grant(i, limit)
	case kSet:
		j.set(i, limit)
	case kExec, kExecute, kCall:
		j.execute(i, limit)
	case kPrepare:
		j.prepare(i, limit)
	case kDo:
		j.block(i, limit)
	case kCopy:
		j.copies(i, limit)
	case kLoad, kInstall:
		j.load(i, limit)
	default:
		j.rareVerb(i, limit)
	}
}

// rareVerb judges what is seldom met.
func (j *judge) rareVerb(i, limit int) {
	switch j.word(i) {
	case kAttach:
		j.attach(i, limit)
	case kShutdown:
		if i+1 == limit || j.at(i+1).kind == word {
			j.found(i, limit, problem{"sql.admin", "shuts the database server down", guard.SeverityHigh})
		}
	case kPurge, kReset:
		j.purge(i, limit)
	case kBackup, kRestore:
		j.backup(i, limit)
	case kWaitfor:
		if j.word(i+1) == kDelay {
			j.found(i, limit, problem{"sql.delay", "holds the database up", guard.SeverityMedium})
		}
	case kAnalyze, kSystem:
		j.analyze(i, limit)
	}
	if writesByVerb(j.word(i)) || !readsByVerb(&j.script, i) {
		j.writes()
	}
}

// readsByVerb says that a statement with that verb changes nothing, or begins
// with none.
func readsByVerb(s *script, i int) bool {
	switch s.word(i) {
	case kSelect, kWith, kValues, kTable, kShow, kDescribe, kExplain, kUse, kBegin, kEnd, kFrom, kIf, kElse, kThen, kWhile, kDeclare, kAnalyze,
		kReturning, kCase, kAs, kAnd, kOr, kNot, kNull, kTrue, kFalse:
		return true
	case kPragma:
		return !s.assigns(i)
	}
	for _, known := range [...]string{"start", "commit", "rollback", "savepoint", "release", "list", "print", "fetch", "close", "open", "abort", "help", "check", "declare", "get"} {
		if s.called(i, known) {
			return true
		}
	}
	return s.at(i).kind != word
}

// assigns says that a "=" stands in the next few tokens.
func (s *script) assigns(i int) bool {
	for k := i; k < i+6; k++ {
		if s.is(k, "=") {
			return true
		}
	}
	return false
}

func writesByVerb(k keyword) bool {
	switch k {
	case kAttach, kShutdown, kPurge, kReset, kRestore, kRename, kRevoke, kSystem:
		return true
	}
	return false
}

// explain judges EXPLAIN, which runs nothing unless it is to ANALYZE.
func (j *judge) explain(i, limit int) {
	analyzes := false
	for k := i + 1; k < limit; k++ {
		switch j.word(k) {
		case kAnalyze:
			analyzes = j.word(k+1) != kFalse && !j.called(k+1, "off") && !j.is(k+1, "0")
		case kDelete, kUpdate, kInsert, kReplace, kMerge, kTruncate, kDrop:
			if analyzes && !j.is(k+1, "(") {
				j.writes()
				j.found(i, limit, problem{"sql.explain", "runs the change that it seems only to explain", guard.SeverityMedium})
				j.statement(k, limit)
			}
			return
		case kSelect:
			if !analyzes {
				return
			}
			j.statement(k, limit)
			return
		}
	}
}

// analyze judges ANALYZE UPDATE and its like, which run what they analyze, and
// the commands of ClickHouse to its server.
func (j *judge) analyze(i, limit int) {
	if j.word(i) == kSystem {
		if k := j.word(i + 1); k == kShutdown || k == kDrop || j.called(i+1, "kill") {
			j.found(i, limit, problem{"sql.admin", "stops the database server, or drops parts of it", guard.SeverityHigh})
		}
		return
	}
	for k := i + 1; k < min(i+5, limit); k++ {
		switch j.word(k) {
		case kDelete, kUpdate, kInsert:
			j.found(i, limit, problem{"sql.explain", "runs the change that it seems only to analyze", guard.SeverityMedium})
			return
		}
	}
}
