package httpexport

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/staso-go/staso/internal/api"
)

// ErrInvalidOption is wrapped by every error about an option's value.
var ErrInvalidOption = errors.New("invalid option")

// Option changes what New builds. Where an option is given twice, the last one
// wins.
type Option interface{ apply(*config) error }

type optionFunc func(*config) error

func (f optionFunc) apply(c *config) error { return f(c) }

type config struct {
	base     *url.URL
	key      string
	client   *http.Client
	timeout  time.Duration
	compress bool
}

// WithBaseURL says where the backend is: scheme, host and, if it is served below
// one, a path. The default is http://127.0.0.1:7600, the local backend. It is an
// error if the URL is not absolute http or https, carries credentials, a query or
// a fragment, or is plain http to another machine.
func WithBaseURL(baseURL string) Option {
	return optionFunc(func(c *config) error {
		base, err := api.ParseBaseURL(baseURL)
		if err != nil {
			return fmt.Errorf("%w: WithBaseURL: the base URL %w", ErrInvalidOption, err)
		}
		c.base = base
		return nil
	})
}

// WithAPIKey sets the key that every request carries. The default, also given by
// "", is to send none, which only a backend on loopback takes: elsewhere New
// fails. A placeholder such as "change-me" is an error.
func WithAPIKey(key string) Option {
	return optionFunc(func(c *config) error {
		c.key = key
		return nil
	})
}

// WithHTTPClient sends through a copy of client, for instance one with a proxy or
// certificates of its own. Its redirect policy is not used, since the key is for
// the base URL alone, and Shutdown leaves its connections open. The default, also
// given by nil, is a client of the Exporter's own, which dials within 5 s and
// keeps a connection for 90 s.
func WithHTTPClient(client *http.Client) Option {
	return optionFunc(func(c *config) error {
		c.client = client
		return nil
	})
}

// WithTimeout bounds each request, its answer included. The default is 30 s;
// below 1 ms is an error. A request that takes longer may be tried again.
func WithTimeout(d time.Duration) Option {
	return optionFunc(func(c *config) error {
		if d < time.Millisecond {
			return fmt.Errorf("%w: WithTimeout(%s): must be at least 1ms", ErrInvalidOption, d)
		}
		c.timeout = d
		return nil
	})
}

// WithCompression says whether bodies above 1 KiB are compressed with gzip. The
// default is true; nothing is compressed before the backend has said that it
// takes it, whatever is set here.
func WithCompression(enabled bool) Option {
	return optionFunc(func(c *config) error {
		c.compress = enabled
		return nil
	})
}

func newConfig(opts []Option) (config, error) {
	c := config{timeout: 30 * time.Second, compress: true}
	var errs []error
	base, err := api.ParseBaseURL(api.DefaultBaseURL)
	if err != nil {
		return c, err
	}
	c.base = base
	for _, opt := range opts {
		if opt != nil {
			errs = append(errs, opt.apply(&c))
		}
	}
	if err := api.CheckKey(c.key, c.base); err != nil {
		errs = append(errs, fmt.Errorf("%w: WithAPIKey: %w", ErrInvalidOption, err))
	}
	return c, errors.Join(errs...)
}
