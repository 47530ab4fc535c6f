package guardapi

import (
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
	"github.com/staso-go/staso/cmd/staso/internal/store"
	"github.com/staso-go/staso/guard"
)

// Options are what a Guard may be told. The zero value is fit for use.
type Options struct {
	// Now is the clock; nil is time.Now. It should be the store's.
	Now func() time.Time
	// Logger gets what goes wrong; nil is silence.
	Logger *zap.Logger
	// Checker judges all calls in place of the engine that judges by the
	// workspace's policies: an engine by the policies of a folder, for instance. The
	// pages and the API of policies are then read-only.
	Checker guard.Checker
	// Source says where policies come from that are not the store's, for people:
	// "the folder policies", for instance. They are then read-only.
	Source string
	// Webhook is told of escalations; nil is nobody. Whoever made it closes it.
	Webhook *Webhook
	// EscalationFor is how long a call waits for a person where the asker does not
	// say; 0 is 10 minutes.
	EscalationFor time.Duration
	// GrantFor is how long an approval may be redeemed; 0 is 5 minutes.
	GrantFor time.Duration
}

const (
	defaultEscalationFor = 10 * time.Minute
	maxEscalationFor     = time.Hour
	defaultGrantFor      = 5 * time.Minute
)

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	if o.EscalationFor <= 0 {
		o.EscalationFor = defaultEscalationFor
	}
	if o.GrantFor <= 0 {
		o.GrantFor = defaultGrantFor
	}
	return o
}

// Guard is what the API and the pages have in common: the engines, the sessions of
// those who may approve, and what is done with the store. It is safe for
// concurrent use.
type Guard struct {
	store    store.Store
	options  Options
	log      *zap.Logger
	engines  *engines
	sessions *sessions
	count    Counts

	end    sync.Once
	ending chan struct{}
}

// New returns a Guard over st, which it does not own.
func New(st store.Store, options Options) *Guard {
	options = options.withDefaults()
	return &Guard{
		store: st, options: options, log: options.Logger,
		engines:  newEngines(st, options.Logger),
		sessions: newSessions(options.Now),
		ending:   make(chan struct{}),
	}
}

// Counts returns the numbers so far, for the metrics. They go on counting.
func (g *Guard) Counts() *Counts { return &g.count }

// Webhook is the one of the options; nil where there is none.
func (g *Guard) Webhook() *Webhook { return g.options.Webhook }

// End has those who wait for a person answered now, as nothing is to keep the
// server from its end.
func (g *Guard) End() { g.end.Do(func() { close(g.ending) }) }

// Handlers are the guard's requests. They are safe for concurrent use.
type Handlers struct {
	*Guard

	bodies *httpapi.Bodies
}

// Handlers returns the guard's requests, which read bodies by way of bodies.
func (g *Guard) Handlers(bodies *httpapi.Bodies) *Handlers { return &Handlers{g, bodies} }
