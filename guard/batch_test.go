package guard_test

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/guard"
)

// blocks blocks the calls of these tools.
func blocks(tools ...string) guard.Checker {
	return guard.CheckerFunc(func(_ context.Context, c guard.Call) (guard.Result, error) {
		for _, tool := range tools {
			if c.Tool == tool {
				return guard.Result{Action: guard.ActionBlock, Reason: "no " + tool}, nil
			}
		}
		return guard.Result{Action: guard.ActionAllow}, nil
	})
}

func TestCheckAllJudgesEveryCall(t *testing.T) {
	t.Parallel()
	tracer, rec := newTracer(t)
	ctx, root := tracer.Start(t.Context(), "root")
	results, err := guard.CheckAll(ctx, blocks("rm", "curl"), []guard.Call{
		{ID: "1", Tool: "ls"}, {ID: "2", Tool: "rm"}, {ID: "3", Tool: "cat"}, {ID: "4", Tool: "curl"},
	}, guard.WithConcurrency(1))
	root.End()
	var blocked *guard.BlockedError
	require.ErrorAs(t, err, &blocked)
	require.Len(t, blocked.Tools, 2)
	assert.Equal(t, []string{"2", "4"}, []string{blocked.Tools[0].CallID, blocked.Tools[1].CallID})
	assert.EqualError(t, err, "guard blocked rm, curl: no rm")
	var actions []guard.Action
	for _, r := range results {
		actions = append(actions, r.Action)
	}
	assert.Equal(t, []guard.Action{guard.ActionAllow, guard.ActionBlock, guard.ActionAllow, guard.ActionBlock}, actions)
	rec.AssertTree(t, `
		custom root
		  tool guard:allowed:ls
		  tool guard:blocked:rm
		  tool guard:allowed:cat
		  tool guard:blocked:curl
	`)
}

func TestCheckAllWithoutCallsOrChecker(t *testing.T) {
	t.Parallel()
	results, err := guard.CheckAll(t.Context(), allow(), nil)
	require.NoError(t, err)
	assert.Empty(t, results)
	results, err = guard.CheckAll(t.Context(), nil, []guard.Call{{Tool: "a"}, {Tool: "b"}})
	require.ErrorAs(t, err, new(*guard.BlockedError))
	assert.Len(t, results, 2)
	assert.False(t, results[0].Allowed() || results[1].Allowed())
}

func TestCallsWithTheSameIDShareTheirFate(t *testing.T) {
	t.Parallel()
	results, err := guard.CheckAll(t.Context(), blocks("rm"), []guard.Call{
		{ID: "1", Tool: "ls"}, {ID: "1", Tool: "rm"}, {ID: "2", Tool: "ls"}, {Tool: "ls"}, {Tool: "rm"},
	})
	var blocked *guard.BlockedError
	require.ErrorAs(t, err, &blocked)
	require.Len(t, blocked.Tools, 3)
	assert.Contains(t, results[0].Reason, `another call with the same id, "1"`)
	assert.True(t, results[2].Allowed())
	assert.True(t, results[3].Allowed(), "no id is no id in common")
	results, err = guard.CheckAll(t.Context(), allow(), []guard.Call{{ID: "1", Tool: "ls"}, {ID: "1", Tool: "cat"}})
	require.NoError(t, err)
	assert.True(t, results[0].Allowed() && results[1].Allowed())
}

func TestCheckAllIsBounded(t *testing.T) {
	for name, c := range map[string]struct {
		opts []guard.BatchOption
		env  string
		want int64
	}{
		"default":  {nil, "", 4},
		"option":   {[]guard.BatchOption{guard.WithConcurrency(7)}, "2", 7},
		"variable": {nil, "2", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("STASO_GUARD_MAX_CONCURRENCY", c.env)
			synctest.Test(t, func(t *testing.T) {
				var now, most atomic.Int64
				checker := guard.CheckerFunc(func(context.Context, guard.Call) (guard.Result, error) {
					most.Store(max(most.Load(), now.Add(1)))
					time.Sleep(time.Second)
					now.Add(-1)
					return guard.Result{Action: guard.ActionAllow}, nil
				})
				calls := make([]guard.Call, 20)
				for i := range calls {
					calls[i].Tool = fmt.Sprint(i)
				}
				_, err := guard.CheckAll(t.Context(), checker, calls, c.opts...)
				require.NoError(t, err)
				assert.Equal(t, c.want, most.Load())
			})
		})
	}
}

func TestCheckAllHasOneDeadline(t *testing.T) {
	for name, c := range map[string]struct {
		opts []guard.BatchOption
		env  string
		want time.Duration
	}{
		"default":  {nil, "", 10 * time.Second},
		"option":   {[]guard.BatchOption{guard.WithBatchTimeout(3 * time.Second)}, "2", 3 * time.Second},
		"variable": {nil, "2.5", 2500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("STASO_GUARD_BATCH_TIMEOUT", c.env)
			synctest.Test(t, func(t *testing.T) {
				client, _ := newClient(t, func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("X-Workspace-Id") != "" {
						hangs(w, r)
					}
				}, guard.WithFailClosed(true), guard.WithTimeout(time.Minute))
				started := time.Now()
				results, err := guard.CheckAll(t.Context(), client, make20("ls"), c.opts...)
				require.ErrorAs(t, err, new(*guard.BlockedError))
				assert.Equal(t, c.want, time.Since(started))
				for _, r := range results {
					assert.Equal(t, guard.FailureDeadlineExceeded, r.Failure)
				}
			})
		})
	}
}

func make20(tool string) []guard.Call {
	calls := make([]guard.Call, 20)
	for i := range calls {
		calls[i].Tool = tool
	}
	return calls
}

func TestTheSpansOfABatchLastAsLongAsTheJudging(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tracer, rec := newTracer(t)
		checker := guard.CheckerFunc(func(_ context.Context, c guard.Call) (guard.Result, error) {
			d, err := time.ParseDuration(c.Tool)
			time.Sleep(d)
			return guard.Result{Action: guard.ActionAllow}, err
		})
		_, err := guard.CheckAll(staso.ContextWithTracer(t.Context(), tracer), checker, []guard.Call{{Tool: "1s"}, {Tool: "5s"}})
		require.NoError(t, err)
		for tool, want := range map[string]time.Duration{"1s": time.Second, "5s": 5 * time.Second} {
			assert.Equal(t, want, rec.Spans().Named("guard:allowed:"+tool).Only(t).Duration)
		}
	})
}

func TestCheckAllTellsWhyThereIsNoVerdict(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := newClient(t, hangs)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, err := guard.CheckAll(ctx, client, make20("ls"))
		require.ErrorIs(t, err, context.Canceled)
		var blocked *guard.BlockedError
		require.ErrorAs(t, err, &blocked)
		assert.Len(t, blocked.Tools, 20)
	})
}

func TestBadBatchOptions(t *testing.T) {
	t.Setenv("STASO_GUARD_MAX_CONCURRENCY", "many")
	t.Setenv("STASO_GUARD_BATCH_TIMEOUT", "-1")
	results, err := guard.CheckAll(t.Context(), allow(), []guard.Call{{Tool: "ls"}}, nil)
	require.ErrorIs(t, err, staso.ErrInvalidOption)
	assert.ErrorContains(t, err, `STASO_GUARD_MAX_CONCURRENCY="many": must be from 1 to 8`)
	assert.ErrorContains(t, err, "STASO_GUARD_BATCH_TIMEOUT")
	assert.ErrorContains(t, err, "a nil BatchOption")
	assert.False(t, results[0].Allowed())
	_, err = guard.CheckAll(t.Context(), allow(), nil, guard.WithConcurrency(9), guard.WithBatchTimeout(time.Millisecond))
	assert.ErrorContains(t, err, "WithConcurrency(9)")
	assert.ErrorContains(t, err, "WithBatchTimeout(1ms)")
	assert.NotErrorAs(t, err, new(*guard.BlockedError))
}
