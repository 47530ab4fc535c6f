package guard_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.uber.org/goleak"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/guardtest"
)

// judgesRM is a backend that blocks the tool rm.
func judgesRM(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Tool string `json:"tool_name"`
		ID   string `json:"decision_id"`
	}
	_ = json.NewDecoder(r.Body).Decode(&body)
	action := "allow"
	if body.Tool == "rm" {
		action = "block"
	}
	_, _ = io.WriteString(w, `{"action":"`+action+`","reason":"because","decision_id":"`+body.ID+`"}`)
}

func newServer(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return server.URL
}

func TestConformance(t *testing.T) {
	server := newServer(t, judgesRM)
	client := func(t guardtest.TestingT) *guard.Client {
		c, err := guard.NewClient(guard.WithLookupEnv(nil), guard.WithBaseURL(server))
		if err != nil {
			t.Fatalf("%v", err)
		}
		return c
	}
	end := func(c guard.Checker) {
		if c, ok := c.(interface{ Close() }); ok {
			c.Close()
		}
	}
	known := guardtest.Harness{
		Allowed: []guard.Call{{Tool: "ls", Input: json.RawMessage(`{"path":"."}`)}},
		Blocked: []guard.Call{{Tool: "rm", Input: json.RawMessage(`{"path":"/"}`)}},
		Close:   end,
	}
	for name, build := range map[string]func(guardtest.TestingT) guard.Checker{
		"client": func(t guardtest.TestingT) guard.Checker { return client(t) },
		"chain": func(t guardtest.TestingT) guard.Checker {
			c := client(t)
			return closing{guard.Chain(guardtest.Allow(), c), c.Close}
		},
		"reporter": func(t guardtest.TestingT) guard.Checker {
			r := guard.NewReporter(guardtest.Block("rm", "deletes files"), nil)
			return closing{r, func() { _ = r.Shutdown(t.Context()) }}
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := known
			h.New = build
			before := goleak.IgnoreCurrent()
			if name == "reporter" {
				h.Leaks = func() error { return goleak.Find(before) }
			}
			guardtest.Run(t, h)
		})
	}
	for name, client := range map[string]*guard.Client{"disabled": disabled(t), "nil": nil} {
		t.Run(name, func(t *testing.T) {
			guardtest.Run(t, guardtest.Harness{New: func(guardtest.TestingT) guard.Checker { return mild{client} }})
		})
	}
}

func disabled(t *testing.T) *guard.Client {
	t.Helper()
	c, _ := newClient(t, judgesRM, guard.WithEnabled(false))
	return c
}

// closing is a Checker with something to be closed.
type closing struct {
	guard.Checker
	close func()
}

func (c closing) Close() { c.close() }

// mild hides the other methods of a Checker.
type mild struct{ guard.Checker }

// Over a real connection: one that is reset, an answer that never ends, and one
// that comes slowly.
func TestARealConnection(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		kind   guard.FailureKind
	}{
		"reset": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, guard.FailureNetwork},
		"endless": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `{"action":"allow","reason":"`)
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, strings.Repeat("x", 1<<16)); err != nil {
					return
				}
			}
		}, guard.FailureMalformedResponse},
		"slow": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `{"action":`)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, guard.FailureDeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, err := guard.NewClient(guard.WithLookupEnv(nil), guard.WithBaseURL(newServer(t, c.answer)), guard.WithTimeout(2*time.Second))
			if !assert.NoError(t, err) {
				return
			}
			defer client.Close()
			got, err := client.Check(context.Background(), call("ls", `{}`))
			assert.NoError(t, err)
			assert.Equal(t, c.kind, got.Failure, "%+v", got)
		})
	}
}
