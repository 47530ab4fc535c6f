package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/cmd/staso/internal/store"
)

func (s *suite) savePolicy(base int64, p store.Policy) store.Policy {
	s.Helper()
	saved, err := s.store.SavePolicy(s.ctx, "default", base, p)
	require.NoError(s, err)
	return saved
}

func (s *suite) policies(workspace string, revision int64) store.PolicySet {
	s.Helper()
	set, err := s.store.Policies(s.ctx, workspace, revision)
	require.NoError(s, err)
	return set
}

func testPolicies(t *testing.T, s *suite) {
	assert.Equal(t, store.PolicySet{}, s.policies("default", 0))
	b := s.savePolicy(0, store.Policy{Name: "b", Version: "v1", Content: []byte("rules: []\n\xff"), Author: "ann", Comment: "first"})
	assert.Equal(t, int64(1), b.Revision)
	assert.Equal(t, s.clock.UTC(), b.Time)
	s.clock = s.clock.Add(time.Minute)
	a := s.savePolicy(1, store.Policy{Name: "a", Version: "v2", Content: []byte("a")})
	assert.Equal(t, store.PolicySet{Revision: 2, Policies: []store.Policy{a, b}}, s.policies("default", 0))

	b2 := s.savePolicy(2, store.Policy{Name: "b", Version: "v3", Content: []byte("b2")})
	gone := s.savePolicy(3, store.Policy{Name: "a", Deleted: true, Content: []byte("ignored"), Comment: "not needed"})
	assert.Nil(t, gone.Content)
	s.reopen()
	assert.Equal(t, store.PolicySet{Revision: 4, Policies: []store.Policy{b2}}, s.policies("default", 0))
	assert.Equal(t, store.PolicySet{Revision: 3, Policies: []store.Policy{a, b2}}, s.policies("default", 3), "as it was")
	assert.Equal(t, store.PolicySet{Revision: 1, Policies: []store.Policy{b}}, s.policies("default", 1))
	for _, revision := range []int64{-1, 5} {
		_, err := s.store.Policies(s.ctx, "default", revision)
		assert.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.store.Policy(s.ctx, "default", revision)
		assert.ErrorIs(t, err, store.ErrNotFound)
	}
	got, err := s.store.Policy(s.ctx, "default", 1)
	require.NoError(t, err)
	assert.Equal(t, b, got)
	_, err = s.store.Policy(s.ctx, "other", 1)
	assert.ErrorIs(t, err, store.ErrNotFound)
	assert.Equal(t, store.PolicySet{}, s.policies("other", 0))
}

func testPolicyConflicts(t *testing.T, s *suite) {
	s.savePolicy(0, store.Policy{Name: "a", Content: []byte("1")})
	for _, base := range []int64{0, 2, -1} {
		_, err := s.store.SavePolicy(s.ctx, "default", base, store.Policy{Name: "a", Content: []byte("2")})
		require.ErrorIs(t, err, store.ErrConflict)
		assert.Contains(t, err.Error(), "revision 1")
	}
	_, err := s.store.SavePolicy(s.ctx, "default", 1, store.Policy{Name: "never", Deleted: true})
	assert.ErrorIs(t, err, store.ErrNotFound)
	s.savePolicy(1, store.Policy{Name: "a", Deleted: true})
	_, err = s.store.SavePolicy(s.ctx, "default", 2, store.Policy{Name: "a", Deleted: true})
	assert.ErrorIs(t, err, store.ErrNotFound, "deleted already")
	s.savePolicy(2, store.Policy{Name: "a", Content: []byte("again")})
	assert.Equal(t, int64(3), s.policies("default", 0).Revision)

	const savers = 8
	var won sync.Map
	var wg sync.WaitGroup
	for n := range savers {
		wg.Go(func() {
			if _, err := s.store.SavePolicy(s.ctx, "default", 3, store.Policy{Name: "b", Content: []byte{byte(n)}}); err == nil {
				won.Store(n, true)
			} else {
				assert.ErrorIs(t, err, store.ErrConflict)
			}
		})
	}
	wg.Wait()
	winners := 0
	won.Range(func(any, any) bool { winners++; return true })
	assert.Equal(t, 1, winners, "of changes to one state one stands")
}

func testPolicyHistory(t *testing.T, s *suite) {
	for i, name := range []string{"a", "b", "a", "a"} {
		s.savePolicy(int64(i), store.Policy{Name: name, Version: "v" + name, Content: []byte{byte(i)}})
	}
	history := func(q store.PolicyQuery) (revisions []int64) {
		q.Limit = 2
		for {
			page, err := s.store.PolicyHistory(s.ctx, "default", q)
			require.NoError(t, err)
			for _, p := range page.Policies {
				revisions = append(revisions, p.Revision)
			}
			if q.Cursor = page.NextCursor; q.Cursor == "" {
				return revisions
			}
		}
	}
	assert.Equal(t, []int64{4, 3, 2, 1}, history(store.PolicyQuery{}))
	assert.Equal(t, []int64{4, 3, 1}, history(store.PolicyQuery{Name: "a"}))
	assert.Equal(t, []int64{2}, history(store.PolicyQuery{Version: "vb"}))
	assert.Empty(t, history(store.PolicyQuery{Name: "a", Version: "vb"}))
	_, err := s.store.PolicyHistory(s.ctx, "default", store.PolicyQuery{PageQuery: store.PageQuery{Limit: -1}})
	assert.ErrorIs(t, err, store.ErrInvalidQuery)
}
