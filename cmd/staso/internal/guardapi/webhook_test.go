package guardapi_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/staso-go/staso/cmd/staso/internal/guardapi"
	"github.com/staso-go/staso/guard"
)

const secret = "0123456789abcdef"

// chat is what a webhook sends to.
type chat struct {
	*httptest.Server
	answers []int // for the first requests; then 200

	mu       sync.Mutex
	requests []*http.Request
	bodies   []string
}

func newChat(t *testing.T, answers ...int) *chat {
	c := &chat{answers: answers}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.requests, c.bodies = append(c.requests, r), append(c.bodies, string(body))
		if n := len(c.requests); n <= len(c.answers) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(c.answers[n-1])
		}
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *chat) got() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.requests)
}

func newWebhook(t *testing.T, address string, log *zap.Logger) *guardapi.Webhook {
	t.Helper()
	w, err := guardapi.NewWebhook(address, secret, log)
	require.NoError(t, err)
	t.Cleanup(func() { w.Close(context.Background()) })
	return w
}

func TestTheWebhookIsToldAndSigned(t *testing.T) {
	c := newChat(t, 503)
	w := newWebhook(t, c.URL+"/hook?token=hush", nil)
	b := start(t, guard.CheckerFunc(scripted), func(b *backend) { b.opts.Webhook = w })
	id, _ := b.asks(refund)
	b.asks(refund) // joins: no news
	require.Equal(t, http.StatusOK, b.browser().decide(id, "approve").status)
	require.Eventually(t, func() bool { return c.got() == 3 }, 10*time.Second, time.Millisecond)
	assert.Equal(t, c.requests[0].Header.Get("X-Staso-Delivery"), c.requests[1].Header.Get("X-Staso-Delivery"), "tried again, it is the same one")
	assert.Equal(t, c.bodies[0], c.bodies[1])
	for i, want := range []map[string]any{
		1: {"type": "escalation.requested", "status": "pending", "tool_name": "escalate", "rule_name": "test_rule", "reason": "does harm", "agent_name": "bot"},
		2: {"type": "escalation.decided", "status": "approved", "decided_by": "pages", "comment": "because"},
	} {
		if want == nil {
			continue
		}
		var got map[string]any
		require.NoError(t, json.Unmarshal([]byte(c.bodies[i]), &got))
		want["escalation_id"], want["workspace"], want["path"] = id, "default", "/approvals/"+id
		for field, value := range want {
			assert.Equal(t, value, got[field], field)
		}
		assert.NotContains(t, c.bodies[i], "A-17", "no arguments leave")
		h := c.requests[i].Header
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(h.Get("X-Staso-Timestamp") + "." + c.bodies[i]))
		assert.Equal(t, "v1="+hex.EncodeToString(mac.Sum(nil)), h.Get("X-Staso-Signature"))
	}
	assert.Contains(t, string(b.do(http.MethodGet, "/metrics", "").body), "staso_webhook_delivered_total 2\n")
}

func TestAWebhookThatRefusesIsLoggedWithoutItsAddress(t *testing.T) {
	core, logs := observer.New(zap.DebugLevel)
	c := newChat(t, http.StatusFound, http.StatusBadRequest)
	w := newWebhook(t, strings.Replace(c.URL, "http://", "http://user:hush@", 1)+"/hush", zap.New(core))
	b := start(t, guard.CheckerFunc(scripted), func(b *backend) { b.opts.Webhook = w })
	b.asks(refund)
	b.asks(`{"b":1}`)
	require.Eventually(t, func() bool { return w.Failed.Load() == 2 }, 10*time.Second, time.Millisecond)
	assert.Equal(t, 2, c.got(), "neither is tried again, nor is it followed elsewhere")
	require.Equal(t, 2, logs.Len())
	for _, entry := range logs.All() {
		assert.NotContains(t, entry.Message+entry.ContextMap()["error"].(string), "hush")
		assert.NotContains(t, entry.ContextMap()["error"], secret)
	}
}

func TestAWebhookThatHangsHoldsUpNothing(t *testing.T) {
	release := make(chan struct{})
	hang := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	defer hang.Close()
	defer close(release)
	w := newWebhook(t, hang.URL, nil)
	b := start(t, guard.CheckerFunc(scripted), func(b *backend) { b.opts.Webhook = w })
	for n := range 300 {
		b.asks(`{"n":` + strings.Repeat("1", n/10+1) + `,"m":` + string(rune('0'+n%10)) + `}`)
	}
	assert.Positive(t, w.Dropped.Load(), "more than there is room for is dropped, and counted")
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	begin := time.Now()
	w.Close(ctx)
	w.Close(context.Background())
	assert.Less(t, time.Since(begin), 5*time.Second)
	b.asks(`{"after":1}`) // does nothing, and does not panic
}

func TestNewWebhookSaysWhatIsWrong(t *testing.T) {
	for _, address := range []string{"", "chat.example/hook", "ftp://chat.example/hook", "http://", "https:///x", "://", "file:///etc/passwd"} {
		_, err := guardapi.NewWebhook(address, secret, nil)
		require.ErrorIs(t, err, guardapi.ErrInvalidWebhook, address)
		assert.Contains(t, err.Error(), "http or https URL")
	}
	_, err := guardapi.NewWebhook("https://chat.example/hook", "short", nil)
	require.ErrorIs(t, err, guardapi.ErrInvalidWebhook)
	assert.Contains(t, err.Error(), "5 bytes: give at least 16")
}
