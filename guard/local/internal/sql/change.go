package sql

import (
	"strings"

	"github.com/staso-go/staso/guard"
)

// drop judges DROP and what follows it.
func (j *judge) drop(i, limit int) {
	k := i + 1
	j.writes()
	object := j.word(k)
	switch {
	case !object.object() && object != kAll && object != kIf:
		return
	case object == kTemporary, j.temporary(k, limit):
		return
	case object == kDatabase || object == kSchema || object == kTablespace || object == kOwned:
		j.found(i, limit, problem{"sql.drop", "deletes a whole database, with all that is in it", guard.SeverityCritical})
	case object == kTable, object == kUser, object == kRole, object == kExternal:
		j.found(i, limit, problem{"sql.drop", "deletes a table or an account for good", guard.SeverityHigh})
	default:
		j.found(i, limit, problem{"sql.drop", "deletes a part of the database's schema for good", guard.SeverityHigh})
	}
}

// temporary says that what is dropped is of this session only: #t.
func (j *judge) temporary(i, limit int) bool {
	for k := i + 1; k < min(limit, i+5); k++ {
		if j.is(k, "#") || strings.HasPrefix(j.string(k), "#") {
			return true
		}
	}
	return false
}

func (j *judge) truncate(i, limit int) {
	k := i + 1
	if j.word(k) == kTable {
		k++
	}
	if !j.named(k) || j.is(i+1, "(") {
		return
	}
	j.writes()
	if j.is(k, "#") {
		return
	}
	j.found(i, limit, problem{"sql.truncate", "deletes every row of a table", guard.SeverityHigh})
}

// deletes judges DELETE.
func (j *judge) deletes(i, limit int) {
	k := i + 1
	if j.word(k) == kFrom {
		k++
	}
	if !j.named(k) && !j.is(k, "(") && j.at(k).kind != text && !j.is(k, "{") {
		return
	}
	j.writes()
	j.scope(i, limit, "deletes every row of a table", "sql.delete_all")
	j.systemTable(i, k, limit)
}

// update judges UPDATE ... SET.
func (j *judge) update(i, limit int) {
	set := j.find(i+1, limit, kSet)
	if set == limit || set == i+1 {
		return
	}
	j.writes()
	j.scope(i, limit, "changes every row of a table", "sql.update_all")
	j.systemTable(i, i+1, limit)
}

// scope judges whether a DELETE or an UPDATE is held to some rows.
func (j *judge) scope(i, limit int, reason, code string) {
	end := j.nextStatement(i+1, limit)
	where := j.find(i+1, end, kWhere)
	switch {
	case where < end && j.whereHolds(where+1, end):
		reason += ", for its WHERE holds for each of them"
	case where < end:
		return
	case j.find(i+1, end, kLimit, kTop) < end:
		return
	}
	j.found(i, end, problem{code, reason, guard.SeverityHigh})
}

// nextStatement is where the next statement begins that needs no semicolon.
func (j *judge) nextStatement(i, limit int) int {
	for k := i; k < limit && !j.tired(); k++ {
		j.steps++
		if j.opens(k) {
			k = j.closing(k, limit)
			continue
		}
		switch w := j.word(k); w {
		case kSelect, kDrop:
			return k
		case kDelete, kUpdate, kExec, kTruncate:
			if j.begins(k) {
				return k
			}
		}
	}
	return limit
}

// whereHolds says that the condition that begins at i holds for every row.
func (j *judge) whereHolds(i, limit int) bool {
	end := j.find(i, limit, kOrder, kGroup, kLimit, kReturning, kHaving, kUnion, kOption, kElse, kEnd, kOn)
	for k := i; k < end; k++ { // a bracket that was opened before the statement
		if j.is(k, "(") {
			k = j.closing(k, end)
		} else if j.is(k, ")") {
			end = k
		}
	}
	return j.condition(i, end, 0) == always
}

// systemTable judges changes to the tables that say who may do what.
func (j *judge) systemTable(i, k, limit int) {
	for ; k < min(limit, i+8); k++ {
		switch j.word(k) {
		case kSet, kWhere, kValues, kSelect:
			return
		}
		if j.holdsRights(k) {
			j.found(i, limit, problem{"sql.rights", "changes the database's own tables of accounts and rights", guard.SeverityCritical})
			return
		}
	}
}

// holdsRights says that the name at k is of such a table.
func (j *judge) holdsRights(k int) bool {
	table := strings.Trim(j.string(k), "`\"[]")
	for _, known := range [...]string{"pg_authid", "pg_shadow", "pg_auth_members", "pg_proc", "sqlite_master", "sqlite_schema", "sysusers", "syslogins"} {
		if strings.EqualFold(table, known) {
			return true
		}
	}
	if !j.is(k-1, ".") || !strings.EqualFold(strings.Trim(j.string(k-2), "`"), "mysql") {
		return false
	}
	for _, known := range [...]string{"user", "db", "global_priv", "proxies_priv", "func"} {
		if strings.EqualFold(table, known) {
			return true
		}
	}
	return false
}

// insert judges INSERT and REPLACE INTO.
func (j *judge) insert(i, limit int) {
	if j.is(i+1, "(") || j.word(i) == kReplace && !j.named(i+1) {
		return
	}
	j.writes()
	j.systemTable(i, i+1, limit)
}

// merge judges MERGE, which may delete what it does not find.
func (j *judge) merge(i, limit int) {
	if j.word(i+1) != kInto && !j.named(i+1) {
		return
	}
	j.writes()
	on := j.find(i, limit, kOn)
	when := j.find(on, limit, kWhen)
	if on < when && j.condition(on+1, when, 0) == always {
		j.found(i, limit, problem{"sql.update_all", "changes every row of a table, for its ON holds for each of them", guard.SeverityHigh})
	}
	for k := when; k < limit; k++ {
		if j.word(k) == kDelete && j.word(k-1) == kThen && j.bySource(k, when) {
			j.found(i, limit, problem{"sql.delete_all", "deletes all rows that are not in its source", guard.SeverityMedium})
		}
	}
}

// bySource says that the WHEN before k is one NOT MATCHED BY SOURCE, and without
// any other condition.
func (j *judge) bySource(k, first int) bool {
	for ; k > first && j.word(k) != kWhen; k-- {
		if j.word(k) == kAnd {
			return false
		}
	}
	return j.word(k+1) == kNot && j.word(k+3) == kBy && j.called(k+4, "source")
}

// alter judges ALTER.
func (j *judge) alter(i, limit int) {
	j.writes()
	switch object := j.word(i + 1); {
	case object == kUser || object == kRole || object == kLogin:
		j.account(i, limit)
	case object == kSystem, j.called(i+1, "instance"):
		j.found(i, limit, problem{"sql.admin", "changes how the database server runs", guard.SeverityMedium})
	case object == kTable, object == kExternal, object == kForeign:
		j.alterTable(i, limit)
	}
}

// alterTable judges what is taken off a table. That a column has no default any
// more takes nothing away.
func (j *judge) alterTable(i, limit int) {
	for k := i + 2; k < limit; k++ {
		if j.is(k, "(") {
			k = j.closing(k, limit)
			continue
		}
		next := j.word(k + 1)
		switch w := j.word(k); {
		case w == kDrop && j.dropsRule(k+1):
		case w == kDrop || w == kTruncate && next == kPartition || j.called(k, "discard"):
			j.found(i, limit, problem{"sql.alter_drop", "takes a part of a table away for good", guard.SeverityHigh})
			return
		case w == kDelete && next == kWhere && j.whereHolds(k+2, limit):
			j.found(i, limit, problem{"sql.delete_all", "deletes every row of a table", guard.SeverityHigh})
			return
		case w == kDisable && (next == kTrigger || j.called(k+1, "row")):
			j.found(i, limit, problem{"sql.rights", "turns off what guards a table's rows", guard.SeverityMedium})
			return
		}
	}
}

// dropsRule says that only a rule for values is dropped.
func (j *judge) dropsRule(i int) bool {
	switch j.word(i) {
	case kDefault, kNot:
		return true
	}
	return j.called(i, "identity") || j.called(i, "expression") || j.called(i, "generated")
}
