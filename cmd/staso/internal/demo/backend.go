package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/guardapi"
	"github.com/staso-go/staso/cmd/staso/internal/server"
	"github.com/staso-go/staso/cmd/staso/internal/store/sqlite"
)

// backend is what `staso serve` runs, over a store that does not last.
type backend struct {
	url    string
	dir    string
	store  *sqlite.Store
	guard  *guardapi.Guard
	http   *http.Client
	end    context.CancelFunc
	failed chan error // why it ended by itself; closed when it has ended
}

func startBackend(ctx context.Context, o Options) (*backend, error) {
	b := &backend{url: "http://" + o.Listener.Addr().String(), http: newHTTPClient(), failed: make(chan error, 1)}
	pages, err := b.open(ctx, o)
	if err != nil {
		return nil, errors.Join(err, o.Listener.Close(), b.removeStore())
	}
	b.serve(ctx, server.New(b.store, server.Options{
		Logger: o.Logger, Pages: pages, Guard: b.guard, Addr: o.Listener.Addr().String(), DrainTimeout: quitTimeout,
	}), o)
	return b, nil
}

// open opens the store and makes the pages.
func (b *backend) open(ctx context.Context, o Options) (pages http.Handler, err error) {
	if b.dir, err = os.MkdirTemp("", "staso-demo-"); err != nil {
		return nil, fmt.Errorf("make a folder for the store: %w", err)
	}
	if b.store, err = sqlite.Open(ctx, filepath.Join(b.dir, "staso.db")); err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	b.guard = guardapi.New(b.store, guardapi.Options{Logger: o.Logger})
	if o.Pages == nil {
		return nil, nil //nolint:nilnil // no pages is a valid answer
	}
	if pages, err = o.Pages(b.store, b.guard, o.Logger); err != nil {
		return nil, fmt.Errorf("make the pages: %w", err)
	}
	return pages, nil
}

// serve answers until stop: longer than ctx, so that what is under way at its end
// still finds a backend.
func (b *backend) serve(ctx context.Context, s *server.Server, o Options) {
	ctx, b.end = context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		defer close(b.failed)
		if err := s.Serve(ctx, o.Listener); err != nil {
			b.failed <- err
		}
	}()
}

// stop ends the backend and removes its store.
func (b *backend) stop() error {
	b.http.CloseIdleConnections()
	b.end()
	for range b.failed { // until it has ended
	}
	return b.removeStore()
}

func (b *backend) removeStore() error {
	var err error
	if b.store != nil {
		err = b.store.Close()
	}
	if b.dir != "" {
		err = errors.Join(err, os.RemoveAll(b.dir))
	}
	return err
}

// counted is what the backend says that it has.
type counted struct{ traces, spans int64 }

// count asks the backend, page by page, as anybody could.
func (b *backend) count(ctx context.Context) (counted, error) {
	var sum counted
	for cursor := ""; ; {
		var page struct {
			Traces []struct {
				SpanCount int64 `json:"span_count"`
			} `json:"traces"`
			NextCursor string `json:"next_cursor"`
		}
		query := url.Values{"limit": {"500"}, "cursor": {cursor}}
		if err := b.get(ctx, "/v1/traces?"+query.Encode(), &page); err != nil {
			return counted{}, fmt.Errorf("read back what is stored: %w", err)
		}
		for _, t := range page.Traces {
			sum.traces++
			sum.spans += t.SpanCount
		}
		if cursor = page.NextCursor; cursor == "" {
			return sum, nil
		}
	}
}

const maxPage = 16 << 20

func (b *backend) get(ctx context.Context, path string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.url+path, http.NoBody)
	if err != nil {
		return err
	}
	response, err := b.http.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the backend answered %s", response.Status)
	}
	return json.NewDecoder(io.LimitReader(response.Body, maxPage)).Decode(into)
}

// newHTTPClient returns a client of its own, whose connections end with it.
func newHTTPClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 8, IdleConnTimeout: time.Minute, TLSHandshakeTimeout: 10 * time.Second,
	}}
}
