package guardapi_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/staso-go/staso/cmd/staso/internal/server"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/guard"
)

// TestEachWorkspaceIsJudgedByItsPolicies also where there are more than have an
// engine at a time.
func TestEachWorkspaceIsJudgedByItsPolicies(t *testing.T) {
	b := start(t, nil)
	save := func(workspace, tool string) {
		yaml := "version: 1\nrules:\n  - id: no\n    match: {tools: [" + tool + "]}\n    action: block\n    reason: Not here.\n"
		_, err := b.store.SavePolicy(t.Context(), workspace, 0, store.Policy{Name: "p", Content: []byte(yaml)})
		require.NoError(t, err)
	}
	for n := range 70 {
		save(fmt.Sprint("w", n), fmt.Sprint("t", n))
	}
	var wg sync.WaitGroup
	for range 2 {
		for n := range 70 {
			wg.Go(func() {
				body := fmt.Sprintf(`{"tool_name":"t%d","context":{"workspace_id":"w%d"}}`, n, n)
				assert.Equal(t, "block", b.evaluate(body)["action"])
				body = fmt.Sprintf(`{"tool_name":"t%d","context":{"workspace_id":"w%d"}}`, (n+1)%70, n)
				assert.Equal(t, "allow", b.evaluate(body)["action"])
			})
		}
		wg.Wait()
	}
}

// TestPoliciesThatCannotBeReadLeaveTheBuiltInOne: a program of another version may
// find them.
func TestPoliciesThatCannotBeReadLeaveTheBuiltInOne(t *testing.T) {
	core, logs := observer.New(zap.ErrorLevel)
	b := start(t, nil, func(b *backend) { b.opts.Logger = zap.New(core) })
	_, err := b.store.SavePolicy(t.Context(), store.DefaultWorkspace, 0, store.Policy{Name: "p", Content: []byte("version: 99\n")})
	require.NoError(t, err)
	assert.Equal(t, "block", b.evaluate(`{"tool_name":"bash","tool_input":{"command":"rm -rf /"}}`)["action"])
	require.Equal(t, 1, logs.Len())
	assert.Contains(t, logs.All()[0].Message, "the built-in policy is in force")
	assert.Equal(t, http.StatusUnprocessableEntity, b.browser().put("other", noWalks).status, "until it is mended")
	require.Equal(t, http.StatusOK, b.browser().put("p", noWalks).status)
	assert.Equal(t, "block", b.evaluate(`{"tool_name":"walk"}`)["action"])
}

func TestSavesAtOnceAllStand(t *testing.T) {
	b := start(t, nil)
	page := b.browser()
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			yaml := fmt.Sprintf("version: 1\nrules:\n  - id: r%d\n    match: {tools: [t%d]}\n    action: block\n    reason: Not here.\n", n, n)
			a := page.put(fmt.Sprint("p", n), yaml)
			assert.Equal(t, http.StatusOK, a.status, "%s", a.body)
		})
	}
	wg.Wait()
	for n := range 4 {
		assert.Equal(t, "block", b.evaluate(fmt.Sprintf(`{"tool_name":"t%d"}`, n))["action"])
	}
}

// TestALongPollOutlivesTheServersTimeouts that other requests have.
func TestALongPollOutlivesTheServersTimeouts(t *testing.T) {
	b := start(t, guard.CheckerFunc(scripted), func(b *backend) {
		b.server = server.Options{ReadTimeout: 100 * time.Millisecond, WriteTimeout: 100 * time.Millisecond}
	})
	id, _ := b.asks(refund)
	begin := time.Now()
	assert.Equal(t, "pending", b.get("/v1/guard/escalations/" + id + "/status?wait=400ms")["status"])
	assert.GreaterOrEqual(t, time.Since(begin), 400*time.Millisecond)
}
