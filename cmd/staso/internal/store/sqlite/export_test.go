package sqlite

import (
	"context"
	"database/sql/driver"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// Waiting returns how many calls wait to be written.
func (s *Store) Waiting() int { return s.queue.waiting() }

// Writing reports whether a transaction is under way.
func (s *Store) Writing() bool { return s.writer.writing.Load() }

// ListPlan is SQLite's plan for the list.
func (s *Store) ListPlan(ctx context.Context, workspace string, q store.TraceQuery) (plan []string, err error) {
	o, err := orderOf(q)
	if err != nil {
		return nil, err
	}
	text, args, err := s.listSQL(ctx, workspace, q, o, queryDigest(workspace, q))
	if err != nil {
		return nil, err
	}
	err = s.rows(ctx, "EXPLAIN QUERY PLAN "+text, append(args, 50), func(v []driver.Value) error {
		plan = append(plan, asText(v[3]))
		return nil
	})
	return plan, err
}

// DecodeState reads a trace's state.
func DecodeState(b []byte) error {
	var s summary
	return s.decode(b)
}

// DecisionPlan is SQLite's plan for a list of decisions.
func (s *Store) DecisionPlan(ctx context.Context, workspace string, q store.DecisionQuery) (plan []string, err error) {
	text, args, err := s.decisionSQL(ctx, workspace, q, decisionDigest(workspace, q))
	if err != nil {
		return nil, err
	}
	err = s.rows(ctx, "EXPLAIN QUERY PLAN "+text, append(args, 50), func(v []driver.Value) error {
		plan = append(plan, asText(v[3]))
		return nil
	})
	return plan, err
}
