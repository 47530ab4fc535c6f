package guardapi

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/retry"
	"github.com/staso-go/staso/internal/version"
)

const (
	webhookQueue   = 256 // events that may wait; more are dropped and counted
	webhookTimeout = 10 * time.Second
	webhookTries   = 5
	minSecretBytes = 16
)

// ErrInvalidWebhook is wrapped by the errors of [NewWebhook].
var ErrInvalidWebhook = errors.New("invalid webhook")

// Webhook tells a chat tool, or whatever takes a POST, of calls that wait for a
// person and of what became of them. Each request is signed: the header
// X-Staso-Signature is "v1=" and the HMAC-SHA256, in hex, of the value of
// X-Staso-Timestamp, a dot and the body. It is tried up to five times, and carries
// the same X-Staso-Delivery each time.
//
// It is safe for concurrent use. Close ends it.
type Webhook struct {
	url    string
	secret []byte
	client *http.Client
	log    *zap.Logger
	now    func() time.Time

	queue  chan []byte
	cancel context.CancelFunc
	ended  chan struct{}
	mu     sync.Mutex // guards closed, and sends against it
	closed bool

	Delivered, Failed, Dropped atomic.Int64
}

// NewWebhook returns a webhook at an http or https address, whose requests are
// signed with secret: at least 16 bytes. A nil log is silence. The address is not
// logged whole, as there may be a secret in it.
func NewWebhook(address, secret string, log *zap.Logger) (*Webhook, error) {
	if err := checkWebhook(address, secret); err != nil {
		return nil, err
	}
	if log == nil {
		log = zap.NewNop()
	}
	ctx, cancel := context.WithCancel(context.Background())
	w := &Webhook{
		url: address, secret: []byte(secret), log: log, now: time.Now,
		client: &http.Client{
			Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 1, IdleConnTimeout: time.Minute, TLSHandshakeTimeout: webhookTimeout},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		queue: make(chan []byte, webhookQueue), cancel: cancel, ended: make(chan struct{}),
	}
	go w.run(ctx)
	return w, nil
}

func checkWebhook(address, secret string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("%w: its address is no http or https URL with a host: give for instance https://chat.example/hooks/42", ErrInvalidWebhook)
	}
	if len(secret) < minSecretBytes {
		return fmt.Errorf("%w: its secret has %d bytes: give at least %d, as the receiver tells by it who sends", ErrInvalidWebhook, len(secret), minSecretBytes)
	}
	return nil
}

// send queues an event. It never waits.
func (w *Webhook) send(body []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	select {
	case w.queue <- body:
	default:
		w.Dropped.Add(1)
		w.log.Warn("the webhook does not keep up: an event is dropped")
	}
}

// Close lets nothing more in, sends what waits until ctx ends, and drops the rest. A
// second Close returns at once.
func (w *Webhook) Close(ctx context.Context) {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.queue)
	}
	w.mu.Unlock()
	select {
	case <-w.ended:
	case <-ctx.Done():
		w.cancel()
		<-w.ended
	}
	w.cancel()
	w.client.CloseIdleConnections()
}

func (w *Webhook) run(ctx context.Context) {
	defer close(w.ended)
	for body := range w.queue {
		if ctx.Err() != nil {
			w.Dropped.Add(1)
			continue
		}
		if err := w.deliver(ctx, body); err != nil {
			w.Failed.Add(1)
			w.log.Warn("the webhook was not reached", zap.Error(err))
			continue
		}
		w.Delivered.Add(1)
	}
}

func (w *Webhook) deliver(ctx context.Context, body []byte) error {
	id := uuid.NewString()
	return retry.Do(ctx, retry.Policy{MaxTries: webhookTries}, retry.Within(webhookTimeout, func(ctx context.Context) error {
		return w.post(ctx, id, body)
	}))
}

func (w *Webhook) post(ctx context.Context, id string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, bytes.NewReader(body))
	if err != nil {
		return errors.New("its address is no URL")
	}
	at := strconv.FormatInt(w.now().Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "staso-go/"+version.Version)
	r.Header.Set("X-Staso-Delivery", id)
	r.Header.Set("X-Staso-Timestamp", at)
	r.Header.Set("X-Staso-Signature", "v1="+sign(w.secret, at, body))
	response, err := w.client.Do(r)
	if err != nil {
		return &exporter.RetryableError{Err: withoutAddress(err)}
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, 64<<10) //nolint:errcheck // so that the connection can be used again
	return answered(response)
}

// sign is what the receiver computes too.
func sign(secret []byte, at string, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(at + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

func answered(response *http.Response) error {
	code := response.StatusCode
	err := fmt.Errorf("it answered %d", code)
	switch {
	case code/100 == 2:
		return nil
	case code == http.StatusRequestTimeout, code == http.StatusTooManyRequests, code >= 500:
		seconds, _ := strconv.Atoi(response.Header.Get("Retry-After")) //nolint:errcheck // what is no number asks for nothing
		return &exporter.RetryableError{After: time.Duration(max(seconds, 0)) * time.Second, Err: err}
	}
	return err
}

// withoutAddress is an error of a client without the URL, which may hold a secret.
func withoutAddress(err error) error {
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return failed.Err
	}
	return errors.New("the request failed")
}
