// Package local judges tool calls in process, by parsing them: an [Engine] is a
// guard.Checker that needs no network and answers in microseconds.
//
//	engine, err := local.New()
//	if err != nil { ... }
//	shell := guard.Tool(tracer, engine, "shell", runShell)
//
// guard.Tool, guard.Check and guard.CheckAll show what was decided in the caller's
// trace; [Engine.Check] alone leaves no span.
//
// Without options the built-in policy is in force, which is one to run in
// production. Policies of your own are YAML files, see package policy; what they
// may name under "rule" is in [Catalogue]. [Engine.Explain] says why a call is
// judged as it is.
package local
