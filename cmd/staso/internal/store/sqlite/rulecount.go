package sqlite

import (
	"context"
	"database/sql/driver"
	"strings"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// RuleCounts implements [store.GuardStore].
func (s *Store) RuleCounts(ctx context.Context, workspace string, from, to time.Time) (counts store.RuleCounts, err error) {
	window := &listQuery{}
	window.and(inWorkspace, workspace)
	if !from.IsZero() {
		window.and("time >= ?", nanos(from))
	}
	if !to.IsZero() {
		window.and("time < ?", nanos(to))
	}
	where := " WHERE " + strings.Join(window.where, " AND ")
	calls := "SELECT count(*), sum(action <> 1), sum(flags & ? <> 0) FROM decisions" + where
	err = s.rows(ctx, calls, append([]any{flagWouldBlock}, window.args...), func(v []driver.Value) error {
		counts.Calls, counts.Stopped, counts.WouldStop = asInt(v[0]), asInt(v[1]), asInt(v[2])
		return nil
	})
	if err != nil {
		return counts, err
	}
	rules := "SELECT rule, sum(outcome = 0), sum(outcome = 1), sum(outcome = 2), max(time) FROM decision_hits" + where + " GROUP BY rule ORDER BY rule"
	err = s.rows(ctx, rules, window.args, func(v []driver.Value) error {
		counts.Rules = append(counts.Rules, store.RuleCount{
			Rule: asText(v[0]), Enforced: asInt(v[1]), WouldBlock: asInt(v[2]), Failed: asInt(v[3]), Last: at(asInt(v[4])),
		})
		return nil
	})
	return counts, err
}
