package guard_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/staso-go/staso/guard"
)

// desk is a backend where a person approves. It holds the long poll unless told
// otherwise.
type desk struct {
	evaluate   string // the answer of evaluate
	ignoreWait bool
	fail       func(path string) (status int, code string) // 0: not

	mu       sync.Mutex
	status   string
	comment  string
	decided  chan struct{}
	digest   string
	redeemed map[string]bool
}

func newDesk() *desk {
	return &desk{status: "pending", decided: make(chan struct{}), redeemed: map[string]bool{}}
}

func (d *desk) decide(status, comment string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.status, d.comment = status, comment
	close(d.decided)
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if d.fail != nil {
		if status, code := d.fail(r.URL.Path); status != 0 {
			refuses(status, code)(w, r)
			return
		}
	}
	switch path := r.URL.Path; {
	case path == "/v1/guard/evaluate":
		says(d.evaluate)(w, r)
	case path == "/v1/guard/escalations":
		d.create(w, r)
	case strings.HasSuffix(path, "/status"):
		d.poll(w, r)
	case strings.HasSuffix(path, "/redeem"):
		d.redeem(w, r)
	}
}

func (d *desk) create(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Tool   string          `json:"tool_name"`
		Input  json.RawMessage `json:"tool_input"`
		Digest string          `json:"digest"`
	}
	_ = json.NewDecoder(r.Body).Decode(&body)
	if body.Digest != guard.Digest(body.Tool, body.Input) {
		refuses(400, "malformed_request")(w, r)
		return
	}
	d.mu.Lock()
	d.digest = body.Digest
	status := d.status
	d.mu.Unlock()
	w.WriteHeader(http.StatusCreated)
	fmt.Fprintf(w, `{"id":"e/1","status":%q,"digest":%q,"expires_at":"2001-01-01T00:00:00Z"}`, status, body.Digest)
}

func (d *desk) poll(w http.ResponseWriter, r *http.Request) {
	if wait, err := time.ParseDuration(r.URL.Query().Get("wait")); err == nil && !d.ignoreWait {
		select {
		case <-d.decided:
		case <-time.After(wait):
		case <-r.Context().Done():
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	fmt.Fprintf(w, `{"status":%q,"comment":%q,"decided_by":"ann"}`, d.status, d.comment)
}

func (d *desk) redeem(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Digest     string `json:"digest"`
		DecisionID string `json:"decision_id"`
	}
	_ = json.NewDecoder(r.Body).Decode(&body)
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.digest != "" && body.Digest != d.digest:
		refuses(409, "digest_mismatch")(w, r)
	case d.redeemed[body.DecisionID]:
		refuses(409, "already_redeemed")(w, r)
	default:
		d.redeemed[body.DecisionID] = true
		fmt.Fprintf(w, `{"status":"approved","digest":%q}`, body.Digest)
	}
}
