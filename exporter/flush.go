package exporter

import "context"

// FlushBinder is an optional interface of an [Exporter] that is asked questions,
// such as a recorder in a test. The Tracer calls BindFlush once, when it is
// built and before the first Export, with a function that waits until all that
// had ended before the call has been exported. An exporter that is bound can so
// answer with what it would otherwise only hold a moment later.
//
// Several tracers may share one exporter: BindFlush is then called once by each,
// and what answers a question calls every function that it was given. flush must
// not be called from within Export or Shutdown, which it may be waiting for. After
// the Tracer's Shutdown it returns at once.
//
// An exporter that wraps others passes BindFlush on to those that have it.
type FlushBinder interface {
	Exporter
	BindFlush(flush func(context.Context) error)
}
