package staso

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"os"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/staso-go/staso/exporter"
	"github.com/staso-go/staso/internal/api"
)

// Option configures a [Tracer]. Of the same option given twice the last one
// wins. An option wins over its STASO_ variable, and that over the default.
type Option interface{ apply(*config) error }

type optionFunc func(*config) error

func (f optionFunc) apply(c *config) error { return f(c) }

// config is what options fill. Nothing is started before all of it is known to
// be right.
type config struct {
	Config

	apiKey     string
	exporter   exporter.Exporter
	httpClient *http.Client
	logger     *zap.Logger
	redactor   Redactor
	sampler    Sampler
	lookupEnv  func(string) (string, bool)
	parentFrom func(context.Context) (SpanContext, bool)
	given      map[string]bool // variables that an option has overruled
}

// set makes an option that overrules a variable.
func set(variable string, change func(*config) error) Option {
	return optionFunc(func(c *config) error {
		c.given[variable] = true
		return change(c)
	})
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrInvalidOption}, args...)...)
}

// WithAgentName names the agent whose spans these are, where [ContextWithAgent]
// says nothing else. It is required, here or as STASO_AGENT_NAME, unless tracing
// is disabled.
func WithAgentName(name string) Option {
	return set(envAgentName, func(c *config) error {
		c.AgentName = name
		return checkText("WithAgentName", name)
	})
}

// WithAgentVersion says which version of the agent runs, in words of your own: a
// tag, a commit, a prompt's number. The default is STASO_AGENT_VERSION, or none.
func WithAgentVersion(version string) Option {
	return set(envAgentVersion, func(c *config) error {
		c.AgentVersion = version
		return checkText("WithAgentVersion", version)
	})
}

// WithAPIKey sets the key that the default exporter sends. It is required, here
// or as STASO_API_KEY, where the backend is not on this machine.
func WithAPIKey(key string) Option {
	return set(envAPIKey, func(c *config) error {
		c.apiKey = key
		return checkAPIKey("WithAPIKey", key)
	})
}

// WithBaseURL says where the backend is. The default is STASO_BASE_URL, or
// http://127.0.0.1:7600, the backend on this machine. Plain http is for loopback
// addresses only.
func WithBaseURL(url string) Option {
	return set(envBaseURL, func(c *config) error {
		c.BaseURL = strings.TrimRight(url, "/")
		return checkBaseURL("WithBaseURL", url)
	})
}

// WithEnvironment names the deployment environment. The default is
// STASO_ENVIRONMENT, or "default".
func WithEnvironment(name string) Option {
	return set(envEnvironment, func(c *config) error {
		c.Environment = name
		return checkText("WithEnvironment", name)
	})
}

// WithWorkspace names the workspace that the data belongs to, by its slug. The
// default is STASO_WORKSPACE_SLUG, or "default", which leaves the choice to the
// key.
func WithWorkspace(slug string) Option {
	return set(envWorkspace, func(c *config) error {
		c.Workspace = slug
		return checkText("WithWorkspace", slug)
	})
}

// WithEnabled turns tracing off, or on again. A disabled Tracer needs no other
// option, costs nothing and sends nothing. The default is on.
func WithEnabled(enabled bool) Option {
	return optionFunc(func(c *config) error {
		c.Enabled = enabled
		return nil
	})
}

// WithDebug makes the library tell of its troubles on standard error, at most once
// a minute for each kind. Where [WithLogger] is given it changes nothing. The
// default is STASO_DEBUG, or off.
func WithDebug(debug bool) Option {
	return set(envDebug, func(c *config) error {
		c.Debug = debug
		return nil
	})
}

// WithLogger makes the library tell of its troubles there, at most once a minute
// for each kind, and once of a key that is refused. The default is silence, unless [WithDebug] is on. nil is
// silence.
func WithLogger(logger *zap.Logger) Option {
	return optionFunc(func(c *config) error {
		if logger == nil {
			logger = zap.NewNop()
		}
		c.logger = logger
		return nil
	})
}

// WithBatchSize bounds the spans that travel in one request. The default is 100;
// the range is 1 to 500, which is the most that backends take.
func WithBatchSize(spans int) Option {
	return optionFunc(func(c *config) error {
		c.BatchSize = spans
		if spans < 1 || spans > 500 {
			return invalid("WithBatchSize(%d): must be from 1 to 500", spans)
		}
		return nil
	})
}

// WithFlushInterval bounds how long an ended span waits for its batch to fill.
// The default is 5 seconds; the range is 1 millisecond to 1 hour.
func WithFlushInterval(d time.Duration) Option {
	return optionFunc(func(c *config) error {
		c.FlushInterval = d
		if d < time.Millisecond || d > time.Hour {
			return invalid("WithFlushInterval(%s): must be from 1ms to 1h", d)
		}
		return nil
	})
}

// WithQueueSize bounds how many ended spans may wait: queued, batched and in
// flight. More are dropped and counted in [Stats] as queue_full, unless
// [WithBlockOnFull] is given. The default is 10,000; below 1 is an error.
func WithQueueSize(spans int) Option {
	return optionFunc(func(c *config) error {
		c.QueueSize = spans
		if spans < 1 {
			return invalid("WithQueueSize(%d): must be at least 1", spans)
		}
		return nil
	})
}

// WithQueueBytes bounds the memory of the spans that wait, as WithQueueSize
// bounds their number. The default is 64 MiB; below 64 KiB is an error.
func WithQueueBytes(n int) Option {
	return optionFunc(func(c *config) error {
		c.QueueBytes = n
		if n < 64<<10 {
			return invalid("WithQueueBytes(%d): must be at least %d", n, 64<<10)
		}
		return nil
	})
}

// WithBlockOnFull makes End wait for room in a full queue, for up to d, before
// it drops the span. The default, 0, never waits. Below 0 or above a minute is an
// error.
func WithBlockOnFull(d time.Duration) Option {
	return optionFunc(func(c *config) error {
		c.BlockOnFull = d
		if d < 0 || d > time.Minute {
			return invalid("WithBlockOnFull(%s): must be from 0s to 1m", d)
		}
		return nil
	})
}

// WithFieldLimit bounds each input, output, error message, comment, and the
// metadata of a span, in bytes of JSON. What is longer is cut at a rune, says so,
// and stays valid JSON. The default is 256 KiB; the range is 1 KiB to 4 MiB.
func WithFieldLimit(n int) Option {
	return optionFunc(func(c *config) error {
		c.FieldLimit = n
		if n < 1<<10 || n > 4<<20 {
			return invalid("WithFieldLimit(%d): must be from %d to %d", n, 1<<10, 4<<20)
		}
		return nil
	})
}

// WithCaptureMessages(false) suppresses what models are asked: the categories
// request and system_prompt of [WithCapture]. The default is
// STASO_CAPTURE_MESSAGES, or true. Of several capture settings the strictest
// wins.
func WithCaptureMessages(capture bool) Option {
	return set(envCaptureMessages, func(c *config) error {
		c.CaptureMessages = capture
		return nil
	})
}

// WithCapture says, by category of content, what may leave the process. The
// default is the STASO_CAPTURE_ variables, or everything. What an option and
// variables suppress adds up: of several capture settings the strictest wins.
// System prompts, tool schemas and tool arguments are found by the names of
// members in JSON, also in metadata; a prompt that is plain text is covered by
// Request alone.
func WithCapture(policy CapturePolicy) Option {
	return optionFunc(func(c *config) error {
		c.Capture = c.Capture.Strictest(policy)
		return nil
	})
}

// WithCaptureVCS says whether root spans carry the commit, branch and repository
// that the process was built from or runs in. The default is true.
func WithCaptureVCS(capture bool) Option {
	return optionFunc(func(c *config) error {
		c.CaptureVCS = capture
		return nil
	})
}

// WithProvisionalRoots says for which kinds of span a root is also sent at its
// start, so that a running trace can be watched. The default is KindAgent; no
// kind at all turns it off.
func WithProvisionalRoots(kinds ...Kind) Option {
	return optionFunc(func(c *config) error {
		c.ProvisionalRoots = append([]Kind(nil), kinds...)
		return nil
	})
}

// WithExporter sends batches there and not to the backend at the base URL. The
// Tracer's Shutdown shuts it down: what another Tracer gives it afterwards fails.
// No key is then needed. nil is an error.
func WithExporter(e exporter.Exporter) Option {
	return optionFunc(func(c *config) error {
		c.exporter = e
		if e == nil {
			return invalid("WithExporter(nil): leave it out for the backend at the base URL")
		}
		return nil
	})
}

// WithHTTPClient makes the default exporter use that client: for a proxy, a
// certificate or a transport of your own. nil is an error.
func WithHTTPClient(client *http.Client) Option {
	return optionFunc(func(c *config) error {
		c.httpClient = client
		if client == nil {
			return invalid("WithHTTPClient(nil): leave it out for the default")
		}
		return nil
	})
}

// WithRedactor runs content through redact before it leaves the process. It comes
// after [WithCapture], and before what is too long is cut. The default, nil,
// changes nothing.
func WithRedactor(redact Redactor) Option {
	return optionFunc(func(c *config) error {
		c.redactor = redact
		return nil
	})
}

// WithSampler decides, at the start of a trace, whether it is recorded; its other
// spans follow, in other services too. It is called from the goroutines that start
// spans, several at once. The default, nil, records everything. A sampler that
// panics records.
func WithSampler(sampler Sampler) Option {
	return optionFunc(func(c *config) error {
		c.sampler = sampler
		return nil
	})
}

// WithSampleRatio records that share of traces, chosen by trace id, so that all
// services with the same ratio choose the same ones. Outside 0 to 1 is an error.
// It takes the place of [WithSampler].
func WithSampleRatio(ratio float64) Option {
	return optionFunc(func(c *config) error {
		if math.IsNaN(ratio) || ratio < 0 || ratio > 1 {
			return invalid("WithSampleRatio(%v): must be from 0 to 1", ratio)
		}
		c.sampler = ratioSampler(ratio)
		return nil
	})
}

// WithTrustedBaggage makes [Tracer.Extract] and [Tracer.Middleware] take the
// conversation, the user and the agent from a caller's baggage header. Turn it on
// only behind callers of your own: anybody can write that header. The default is
// off.
func WithTrustedBaggage(trust bool) Option {
	return optionFunc(func(c *config) error {
		c.TrustedBaggage = trust
		return nil
	})
}

// WithParentFrom says how to find the parent of a span that has none of ours in
// its context: with it, spans join the trace of another tracing library. It is
// called at the start of such a span, from several goroutines at once; where it
// says false or panics, the span begins a trace. The default, nil, is never asked.
func WithParentFrom(parent func(ctx context.Context) (SpanContext, bool)) Option {
	return optionFunc(func(c *config) error {
		c.parentFrom = parent
		return nil
	})
}

// WithLookupEnv makes [New] read the STASO_ and CI variables through lookup and
// not from the process's environment. nil reads none.
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
		Config: Config{
			BaseURL: api.DefaultBaseURL, Environment: "default", Workspace: "default",
			Enabled: true, CaptureMessages: true, CaptureVCS: true,
			BatchSize: 100, FlushInterval: 5 * time.Second,
			QueueSize: 10_000, QueueBytes: 64 << 20, FieldLimit: 256 << 10,
			ProvisionalRoots: []Kind{KindAgent},
		},
		lookupEnv: os.LookupEnv,
		given:     map[string]bool{},
	}
	var errs []error
	for _, opt := range opts {
		if opt == nil {
			errs = append(errs, invalid("a nil Option"))
			continue
		}
		errs = append(errs, opt.apply(c))
	}
	errs = append(errs, c.applyEnv()...)
	if c.Enabled {
		errs = append(errs, c.check()...)
	}
	if !c.CaptureMessages {
		c.Capture = c.Capture.Strictest(CapturePolicy{Request: Suppressed, SystemPrompt: Suppressed})
	}
	return c, errors.Join(errs...)
}
