package guard

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/internal/api"
)

// Option configures a [Client]. Of the same option given twice the last one wins.
// An option wins over its STASO_ variable, and that over the default.
type Option interface{ apply(*config) error }

type optionFunc func(*config) error

func (f optionFunc) apply(c *config) error { return f(c) }

// config is what options fill.
type config struct {
	base       *url.URL
	apiKey     string
	workspace  string
	httpClient *http.Client
	capture    staso.CapturePolicy

	enabled           bool
	mode              FailureMode
	timeout           time.Duration
	wait              bool
	escalationTimeout time.Duration
	pollInterval      time.Duration

	lookupEnv func(string) (string, bool)
	given     map[string]bool // variables that an option has overruled
}

// set makes an option that overrules a variable.
func set(variable string, change func(*config) error) Option {
	return optionFunc(func(c *config) error {
		c.given[variable] = true
		return change(c)
	})
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{staso.ErrInvalidOption}, args...)...)
}

// WithBaseURL says where the backend is. The default is STASO_BASE_URL, or
// http://127.0.0.1:7600, the backend on this machine. Plain http is for loopback
// addresses only.
func WithBaseURL(baseURL string) Option {
	return set(envBaseURL, func(c *config) error { return c.setBaseURL("WithBaseURL", baseURL) })
}

// WithAPIKey sets the key that every request carries. It is required, here or as
// STASO_API_KEY, where the backend is not on this machine.
func WithAPIKey(key string) Option {
	return set(envAPIKey, func(c *config) error {
		c.apiKey = key
		if strings.TrimSpace(key) == "" {
			return invalid("WithAPIKey: the key is empty")
		}
		return nil // newConfig looks at it beside the base URL
	})
}

// WithWorkspace names the workspace whose policies judge, by its slug. The default
// is STASO_WORKSPACE_SLUG, or "default", which leaves the choice to the key.
func WithWorkspace(slug string) Option {
	return set(envWorkspace, func(c *config) error { return c.setWorkspace("WithWorkspace", slug) })
}

// WithHTTPClient sends through a copy of client, for a proxy, a certificate or a
// transport of your own; redirects are not followed, since the key is for the base
// URL alone. The default is a client of the Client's own. nil is an error.
func WithHTTPClient(client *http.Client) Option {
	return optionFunc(func(c *config) error {
		c.httpClient = client
		if client == nil {
			return invalid("WithHTTPClient(nil): leave it out for the default")
		}
		return nil
	})
}

// WithEnabled(false) makes the Client allow every call without asking anybody, and
// say so in the reason. It then needs no other option. The default is
// STASO_GUARD_ENABLED, of which only "false" disables, or true.
func WithEnabled(enabled bool) Option {
	return set(envEnabled, func(c *config) error {
		c.enabled = enabled
		return nil
	})
}

// WithFailClosed says what becomes of a call on which there is no verdict, because
// the backend cannot be reached, for instance: with true it does not run. The
// default is STASO_GUARD_FAIL_CLOSED, or false: it runs. A call that is itself at
// fault, being too large or no JSON, never runs.
func WithFailClosed(closed bool) Option {
	return set(envFailClosed, func(c *config) error {
		c.setFailClosed(closed)
		return nil
	})
}

// WithTimeout bounds each Check, tries and the pauses between them included, but
// not the wait for an approval. The default is STASO_GUARD_TIMEOUT, in seconds, or
// 10 s; the range is 100 ms to 5 minutes.
func WithTimeout(d time.Duration) Option {
	return set(envTimeout, func(c *config) error { return c.setTimeout("WithTimeout("+d.String()+")", d) })
}

// WithWaitForEscalation makes the Client wait where a person has to decide, until
// there is a decision or the time of [WithEscalationTimeout] is over. The default is
// false: the Result then has ActionEscalate and the call does not run.
func WithWaitForEscalation(wait bool) Option {
	return optionFunc(func(c *config) error {
		c.wait = wait
		return nil
	})
}

// WithEscalationTimeout bounds the wait for an approval. The default is 5 minutes;
// the range is 1 s to 24 h.
func WithEscalationTimeout(d time.Duration) Option {
	return optionFunc(func(c *config) error {
		c.escalationTimeout = d
		if d < time.Second || d > 24*time.Hour {
			return invalid("WithEscalationTimeout(%s): must be from 1s to 24h", d)
		}
		return nil
	})
}

// WithPollInterval is the least time between two questions whether there is an
// approval. A backend that knows the long poll is asked no oftener than twice a
// minute in any case. The default is 3 s; the range is 100 ms to 1 minute.
func WithPollInterval(d time.Duration) Option {
	return optionFunc(func(c *config) error {
		c.pollInterval = d
		if d < 100*time.Millisecond || d > time.Minute {
			return invalid("WithPollInterval(%s): must be from 100ms to 1m", d)
		}
		return nil
	})
}

// WithCapture says, by category of content, what the backend may keep. The
// arguments that it is to judge are sent to it in any case; the conversation, the
// tool's schema, and what [Client.Report] sends are left out where they are
// suppressed. The default is the STASO_CAPTURE_ variables, or everything. What
// these, the option, and the Tracer of a call's context suppress adds up.
func WithCapture(policy staso.CapturePolicy) Option {
	return optionFunc(func(c *config) error {
		c.capture = c.capture.Strictest(policy)
		return nil
	})
}

// WithLookupEnv makes [NewClient] read the STASO_ variables through lookup and not
// from the process's environment. nil reads none.
func WithLookupEnv(lookup func(name string) (string, bool)) Option {
	return optionFunc(func(c *config) error {
		if lookup == nil {
			lookup = func(string) (string, bool) { return "", false }
		}
		c.lookupEnv = lookup
		return nil
	})
}

// newConfig applies options, then variables, then checks the whole. All that is
// wrong is in the error.
func newConfig(opts []Option) (*config, error) {
	c := &config{
		workspace: "default", enabled: true, mode: FailOpen, timeout: 10 * time.Second,
		escalationTimeout: 5 * time.Minute, pollInterval: 3 * time.Second,
		lookupEnv: os.LookupEnv, given: map[string]bool{},
	}
	errs := []error{c.setBaseURL("", api.DefaultBaseURL)}
	for _, opt := range opts {
		if opt == nil {
			errs = append(errs, invalid("a nil Option"))
			continue
		}
		errs = append(errs, opt.apply(c))
	}
	errs = append(errs, c.applyEnv()...)
	if c.enabled {
		errs = append(errs, c.checkKey())
	}
	return c, errors.Join(errs...)
}

func (c *config) setBaseURL(where, raw string) error {
	base, err := api.ParseBaseURL(raw)
	if err != nil {
		return invalid("%s: %w", where, err)
	}
	c.base = base
	return nil
}

func (c *config) setWorkspace(where, slug string) error {
	c.workspace = slug
	isControl := func(r rune) bool { return r < 0x20 || r >= 0x7f }
	if strings.TrimSpace(slug) == "" || len(slug) > 256 || strings.ContainsFunc(slug, isControl) {
		return invalid("%s: %.40q is no slug: give up to 256 letters, digits and dashes", where, slug)
	}
	return nil
}

func (c *config) setFailClosed(closed bool) {
	c.mode = FailOpen
	if closed {
		c.mode = FailClosed
	}
}

func (c *config) setTimeout(where string, d time.Duration) error {
	c.timeout = d
	if d < 100*time.Millisecond || d > 5*time.Minute {
		return invalid("%s: must be from 100ms to 5m", where)
	}
	return nil
}

// checkKey looks at the key beside the base URL: on loopback none is needed.
func (c *config) checkKey() error {
	if err := api.CheckKey(c.apiKey, c.base); err != nil {
		return invalid("%w: give WithAPIKey or set %s", err, envAPIKey)
	}
	return nil
}
