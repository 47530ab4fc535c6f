package server

import (
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/staso-go/staso/cmd/staso/internal/guardapi"
)

// Options are what a server may be told. The zero value is fit for use.
type Options struct {
	// Logger gets one readable line for each start, stop and error and, at debug
	// level, one for each request. nil is silence.
	Logger *zap.Logger
	// Pages gets every request that is not the API's; nil answers them with 404.
	Pages http.Handler
	// Guard is what judges calls, and what the pages approve by; nil is one with
	// its defaults.
	Guard *guardapi.Guard
	// Now is the clock that arriving times are compared with; nil is time.Now.
	Now func() time.Time
	// Addr is the address that is listened on, HOST:PORT. Requests that name
	// HOST are let in beside those that name a loopback address.
	Addr string

	// MaxBody is the size that a request's body may have, decompressed; 0 is
	// 16 MiB.
	MaxBody int64
	// MaxInFlight is the memory that the bodies of all requests in work may take
	// together; 0 is 128 MiB.
	MaxInFlight int64
	// ReadTimeout is how long a request may take to arrive; 0 is 30 s.
	ReadTimeout time.Duration
	// WriteTimeout is how long a client may take to receive an answer, or a
	// piece of a long one; 0 is 60 s.
	WriteTimeout time.Duration
	// DrainTimeout is how long Serve waits at its end for requests that are
	// being worked on; 0 is 10 s.
	DrainTimeout time.Duration
}

const (
	readHeaderTimeout = 5 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 64 << 10
)

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	orDefault(&o.ReadTimeout, 30*time.Second)
	orDefault(&o.WriteTimeout, time.Minute)
	orDefault(&o.DrainTimeout, 10*time.Second)
	return o
}

func orDefault(d *time.Duration, value time.Duration) {
	if *d <= 0 {
		*d = value
	}
}
