package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

// chain is the end of a workspace's chain of decisions, in a transaction.
type chain struct {
	began int64 // seq before the transaction
	seq   int64
	hash  store.Digest
	moved bool
}

// chain returns the end of the workspace's chain.
func (b *batch) chain(ws int64) (*chain, error) {
	if c, ok := b.chains[ws]; ok {
		return c, nil
	}
	c := &chain{}
	err := b.conn.rows("SELECT seq, hash FROM chains WHERE ws = ?", []driver.Value{ws}, func(v []driver.Value) error {
		c.began, c.seq, c.hash = asInt(v[0]), asInt(v[0]), asDigest(v[1])
		return nil
	})
	if b.chains == nil {
		b.chains = make(map[int64]*chain, 1)
	}
	b.chains[ws] = c
	return c, err
}

func (b *batch) writeChains() error {
	for ws, c := range b.chains {
		if !c.moved {
			continue
		}
		if err := b.conn.exec("INSERT OR REPLACE INTO chains (ws, seq, hash) VALUES (?, ?, ?)", ws, c.seq, c.hash[:]); err != nil {
			return err
		}
		if err := b.writeBlocks(ws, c.began, c.seq); err != nil {
			return err
		}
	}
	return nil
}

func asDigest(v driver.Value) (d store.Digest) {
	copy(d[:], asBytes(v))
	return d
}

// VerifyDecisions implements [store.GuardStore].
func (s *Store) VerifyDecisions(ctx context.Context, workspace string) (report store.ChainReport, err error) {
	// The end first: what is appended meanwhile is no break.
	var end chain
	err = s.rows(ctx, "SELECT seq, hash FROM chains WHERE "+inWorkspace, []any{workspace}, func(v []driver.Value) error {
		end.seq, end.hash = asInt(v[0]), asDigest(v[1])
		return nil
	})
	if err != nil {
		return report, err
	}
	const all = "SELECT " + wholeDecision + " FROM decisions d LEFT JOIN decision_bodies b ON b.id = d.id WHERE " + inChain + " ORDER BY d.id"
	err = s.rows(ctx, all, []any{workspace, workspace}, func(v []driver.Value) error {
		if report.Broken == 0 {
			s.verify(workspace, &report, v)
		}
		return nil
	})
	if err == nil && report.Broken == 0 && report.Checked < end.seq {
		report.Broken, report.Reason = report.Checked+1, "it is missing, and all after it"
	}
	return report, err
}

// verify looks at the next decision of a chain.
func (s *Store) verify(workspace string, report *store.ChainReport, v []driver.Value) {
	d, err := s.scanDecision(v, true)
	want := store.Link(workspace, d.Seq, report.Head, d.Content())
	switch next := report.Checked + 1; {
	case err != nil:
		report.Broken, report.Reason = next, fmt.Sprintf("it cannot be read: %v", err)
	case d.Seq != next:
		report.Broken, report.Reason = next, "it is missing"
	case d.Prev != report.Head:
		report.Broken, report.Reason = next, "it does not follow the one before it"
	case d.Hash != want:
		report.Broken, report.Reason = next, "it is not what was written"
	default:
		report.Checked, report.Head = next, d.Hash
	}
}
