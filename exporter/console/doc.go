// Package console is an exporter that prints each trace as a tree, for a person
// at a terminal.
//
//	printer, err := console.New()
//	tracer, err := staso.New(staso.WithAgentName("support-bot"), staso.WithExporter(printer))
//
//	trace 5e1f0c3a-8d0e-4b6e-9a51-0d9a4f3f6c11  test
//	agent support-bot  error  1.21s  order not found
//	├─ llm plan  ok  800ms  gpt-4o  1200 in, 340 out
//	└─ tool lookup_order  error  12ms  order not found
//
// It writes to standard error unless told otherwise: standard output belongs to
// the program. Spans come in as they end, children before their parents, so they
// are held until the root of their trace has come; then the tree is printed. What
// is still held when no more spans of its trace have come for a while
// ([WithMaxWait]), when too much is held ([WithMaxHeld]), or at Shutdown, is
// printed as it is. That is also how a trace is printed whose root is in another
// process, or one whose root still runs.
//
// All text of a span is untrusted: control characters, escape sequences and marks
// that change the direction of text are printed as escapes, such as \x1b.
package console
