package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
)

const (
	clientTimeout = 30 * time.Second
	maxAnswer     = 256 << 20
)

// client asks a backend.
type client struct {
	base string
	name string // base as it may be shown: without a password
	http *http.Client
}

func newClient(base string) (*client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("--url %q is not an address: give for instance http://%s", base, defaultAddr)
	}
	return &client{base: strings.TrimSuffix(base, "/"), name: strings.TrimSuffix(u.Redacted(), "/"), http: &http.Client{Timeout: clientTimeout}}, nil
}

// get returns the body of the answer to GET path.
func (c *client) get(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := c.http.Do(request)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return nil, fmt.Errorf("nothing answers at %s: is `staso serve` running, and is --url its address?", c.name)
	}
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("read the answer of %s: %w", c.name, err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, refusal(c.name, response.StatusCode, body)
	}
	return body, nil
}

func refusal(base string, status int, body []byte) error {
	var answer struct{ Detail string }
	if json.Unmarshal(body, &answer) != nil || answer.Detail == "" {
		return fmt.Errorf("%s answered %d %s", base, status, http.StatusText(status))
	}
	return fmt.Errorf("%s", plain(answer.Detail))
}

// getJSON decodes the answer to GET path into v.
func (c *client) getJSON(ctx context.Context, path string, v any) error {
	body, err := c.get(ctx, path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("%s answered something else than a staso backend does: %w", c.name, err)
	}
	return nil
}
