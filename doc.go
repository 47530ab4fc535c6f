// Package staso observes AI agents: what they did, why, and what it cost.
//
// Build one [Tracer] with [New], inject it, and pass ctx through. There is no
// global state: a span finds its parent, its conversation, its user and its agent
// in the context it is started with, in whatever goroutine.
//
//	tracer, err := staso.New(staso.WithAgentName("support-bot"))
//	if err != nil {
//		log.Fatal(err) // every bad option at once
//	}
//	defer tracer.Shutdown(context.Background())
//
//	ask := staso.Agent(tracer, "support-bot", bot.Answer)
//	lookup := staso.Tool(tracer, "lookup_order", bot.LookupOrder)
//
// [Agent], [Tool] and [Trace] wrap functions where they are wired; [Tracer.Start]
// makes a span by hand where a wrapper does not fit.
//
// Spans go to the backend on this machine (go run
// github.com/staso-go/staso/cmd/staso serve) unless an option or a STASO_ variable
// says otherwise. They are queued, batched and sent by the Tracer's own
// goroutines; an agent never waits for its observer, unless [WithBlockOnFull] says
// so. Nothing is lost silently: [Tracer.Stats] counts every span by what became of
// it, and [Tracer.Shutdown] says what did not arrive.
//
// What is recorded is bounded and yours to cut: see [WithCapture], [WithRedactor],
// [WithSampler] and [WithFieldLimit]. Across services, [Tracer.Middleware] and
// [Tracer.Transport] keep one trace.
//
// In a test, hand [WithExporter] a recorder of package testutil, and assert on the
// tree. The packages below exporter send elsewhere: to a terminal (console), a file
// (jsonl), several places (multi), or by way of a queue on disk (spool).
//
// A nil *Tracer, a nil *Span and a disabled Tracer can be used and do nothing, so
// that code under observation needs no conditions.
package staso
