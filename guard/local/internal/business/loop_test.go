package business_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/business"
)

func inConversation(conversation, tool, arguments string) guard.Call {
	c := input(tool, arguments)
	c.Conversation = conversation
	return c
}

func TestConfusionLoop(t *testing.T) {
	t.Parallel()
	detector := build(t, business.NewConfusionLoop, `{"repeat": 3, "window": 4}`)
	try := func(conversation, tool, arguments string) []string {
		return codes(find(detector, inConversation(conversation, tool, arguments)))
	}
	assert.Empty(t, try("a", "get", `{"x": 1, "y": 2}`))
	assert.Empty(t, try("a", "get", `{ "y": 2, "x": 1 }`))
	assert.Empty(t, try("b", "get", `{"x": 1, "y": 2}`), "another conversation")
	assert.Empty(t, try("a", "get", `{"x": 2, "y": 1}`), "other arguments")
	assert.Equal(t, []string{"loop.repeated_call"}, try("a", "get", `{"x": 1, "y": 2}`))
	assert.Empty(t, try("a", "put", `{"x": 1, "y": 2}`), "another tool")
	assert.Empty(t, try("a", "put", `{"x": 3}`))
	assert.Empty(t, try("a", "get", `{"x": 1, "y": 2}`), "the first two have left the window")
}

func TestConfusionLoopSparesWhatWaits(t *testing.T) {
	t.Parallel()
	detector := build(t, business.NewConfusionLoop, ``)
	for range 30 {
		assert.Empty(t, find(detector, inConversation("a", "get_job_status", `{"id": 1}`)))
		assert.Empty(t, find(detector, input("get", `{}`)), "no conversation to go by")
	}
}

func TestConfusionLoopByHistory(t *testing.T) {
	t.Parallel()
	detector := build(t, business.NewConfusionLoop, `{"repeat": 3, "window": 3}`)
	history := func(said ...string) guard.Call {
		c := input("get", `{}`)
		for _, text := range said {
			c.History = append(c.History, guard.Message{Role: "assistant", Content: text}, guard.Message{Role: "tool", Content: "error"})
		}
		return c
	}
	assert.Equal(t, []string{"loop.repeated_turn"}, codes(find(detector, history("other", "again", "again", "again"))))
	assert.Empty(t, find(detector, history("again", "other", "again", "again")))
	assert.Empty(t, find(detector, history("", "", "", "")))
}

func TestConfusionLoopForgetsTheOldest(t *testing.T) {
	t.Parallel()
	detector := build(t, business.NewConfusionLoop, `{"repeat": 2, "window": 2}`)
	for i := range 10_001 {
		assert.Empty(t, find(detector, inConversation(fmt.Sprint(i), "get", `{}`)))
	}
	assert.Empty(t, find(detector, inConversation("0", "get", `{}`)), "forgotten")
	assert.NotEmpty(t, find(detector, inConversation("10000", "get", `{}`)))
}

func TestConfusionLoopConcurrentSafe(t *testing.T) {
	t.Parallel()
	detector := build(t, business.NewConfusionLoop, `{"repeat": 100, "window": 100}`)
	var (
		group sync.WaitGroup
		mu    sync.Mutex
		found int
	)
	for range 10 {
		group.Go(func() {
			for range 11 {
				n := len(find(detector, inConversation("a", "get", `{}`)))
				mu.Lock()
				found += n
				mu.Unlock()
			}
		})
	}
	group.Wait()
	require.Equal(t, 11, found, "of 110 calls the 100th and those after it")
}

func TestConfusionLoopParameters(t *testing.T) {
	t.Parallel()
	refuses(t, business.NewConfusionLoop, map[string]string{
		`{"repeat": 1}`: "repeat must be 2", `{"repeat": 9, "window": 8}`: "window from repeat", `{"window": 101}`: "100",
		`{"ignore": ["{"]}`: "ignore",
	})
}
