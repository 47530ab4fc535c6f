package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

const policyColumns = "revision, name, version, content, author, comment, time, deleted"

// SavePolicy implements [store.GuardStore].
func (s *Store) SavePolicy(ctx context.Context, workspace string, base int64, p store.Policy) (store.Policy, error) {
	if err := ctx.Err(); err != nil {
		return store.Policy{}, err
	}
	p.Content = slices.Clone(p.Content)
	if p.Deleted {
		p.Content = nil
	}
	saved := p // what the writer makes of it, where ctx does not end before
	o := &op{workspace: workspace, rows: 1, bytes: 1024 + len(p.Content) + len(p.Comment), done: make(chan error, 1)}
	o.change = func(b *batch, ws int64) (refused, err error) {
		saved = p
		return b.savePolicy(ws, base, &saved)
	}
	if err := s.do(ctx, o); err != nil {
		return store.Policy{}, err
	}
	return saved, nil
}

func (b *batch) savePolicy(ws, base int64, p *store.Policy) (refused, err error) {
	latest, err := b.conn.number("SELECT ifnull(max(revision), 0) FROM policies WHERE ws = ?", ws)
	if err != nil {
		return nil, err
	}
	if latest != base {
		return fmt.Errorf("%w: the policies are at revision %d, and the change was made to %d: look at them again", store.ErrConflict, latest, base), nil
	}
	if p.Deleted {
		there, err := b.conn.number("SELECT 1 - deleted FROM policies WHERE ws = ? AND name = ? ORDER BY revision DESC LIMIT 1", ws, p.Name)
		if err != nil || there == 0 {
			return store.ErrNotFound, err
		}
	}
	p.Revision, p.Time = latest+1, at(b.now)
	const insert = "INSERT INTO policies (" + policyColumns + ", ws) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
	return nil, b.conn.exec(insert, p.Revision, p.Name, text(p.Version), blob(p.Content), text(p.Author), text(p.Comment), b.now, bit(p.Deleted), ws)
}

func bit(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// Policies implements [store.GuardStore].
func (s *Store) Policies(ctx context.Context, workspace string, revision int64) (set store.PolicySet, err error) {
	const latest = "SELECT ifnull(max(revision), 0) FROM policies WHERE "
	err = s.rows(ctx, latest+inWorkspace, []any{workspace}, func(v []driver.Value) error {
		set.Revision = asInt(v[0])
		return nil
	})
	if err != nil {
		return set, err
	}
	if revision < 0 || revision > set.Revision {
		return store.PolicySet{}, store.ErrNotFound
	}
	if revision > 0 {
		set.Revision = revision
	}
	const find = "SELECT " + policyColumns + " FROM policies p WHERE p." + inWorkspace + ` AND p.revision <= ? AND p.deleted = 0 AND NOT EXISTS
		(SELECT 1 FROM policies later WHERE later.ws = p.ws AND later.name = p.name AND later.revision > p.revision AND later.revision <= ?) ORDER BY p.name`
	err = s.rows(ctx, find, []any{workspace, set.Revision, set.Revision}, func(v []driver.Value) error {
		set.Policies = append(set.Policies, scanPolicy(v))
		return nil
	})
	return set, err
}

// Policy implements [store.GuardStore].
func (s *Store) Policy(ctx context.Context, workspace string, revision int64) (p store.Policy, err error) {
	const find = "SELECT " + policyColumns + " FROM policies WHERE " + inWorkspace + " AND revision = ?"
	err = s.rows(ctx, find, []any{workspace, revision}, func(v []driver.Value) error {
		p = scanPolicy(v)
		return nil
	})
	if err == nil && p.Revision == 0 {
		err = store.ErrNotFound
	}
	return p, err
}

// PolicyHistory implements [store.GuardStore].
func (s *Store) PolicyHistory(ctx context.Context, workspace string, q store.PolicyQuery) (page store.PolicyPage, err error) {
	limit, err := pageLimit(q.Limit)
	if err != nil {
		return page, err
	}
	sum := digest([]string{workspace, "policies", q.Name, q.Version})
	list := &listQuery{}
	list.and(inWorkspace, workspace)
	list.equal("name", q.Name)
	list.equal("version", q.Version)
	if q.Cursor != "" {
		last, _, err := readCursor(q.Cursor, sum, 1)
		if err != nil {
			return page, err
		}
		list.and("revision < ?", last[0])
	}
	find := "SELECT " + policyColumns + " FROM policies WHERE " + strings.Join(list.where, " AND ") + " ORDER BY revision DESC LIMIT ?"
	err = s.rows(ctx, find, append(list.args, limit+1), func(v []driver.Value) error {
		if len(page.Policies) == limit {
			page.NextCursor = writeCursor(sum, []int64{page.Policies[limit-1].Revision}, nil)
			return nil
		}
		page.Policies = append(page.Policies, scanPolicy(v))
		return nil
	})
	return page, err
}

func scanPolicy(v []driver.Value) store.Policy {
	return store.Policy{
		Revision: asInt(v[0]), Name: asText(v[1]), Version: asText(v[2]), Content: asBytes(v[3]),
		Author: asText(v[4]), Comment: asText(v[5]), Time: at(asInt(v[6])), Deleted: asInt(v[7]) == 1,
	}
}
