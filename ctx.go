package staso

import (
	"context"
	"slices"

	"github.com/google/uuid"
)

// scope is all that the library keeps in a context: one value, so that a lookup
// is one walk. It is never changed after it was made.
type scope struct {
	tracer *Tracer
	span   *Span        // the innermost live span
	remote *SpanContext // stands in for span where the parent is in another process
	about  *about       // nil: nothing is known
}

// about is who and what spans are for. It is never changed after it was made.
type about struct {
	conversation string
	user         string
	agent        string
	agentID      uuid.UUID
	tags         []string
	metadata     []metaValue
}

type metaValue struct {
	key   string
	value any // immutable, or a json.RawMessage of ours
}

// scopeContext is a context with a scope: the two share an allocation.
type scopeContext struct {
	context.Context
	scope scope
}

type scopeKey struct{}

func (c *scopeContext) Value(key any) any {
	if _, ok := key.(scopeKey); ok {
		return &c.scope
	}
	return c.Context.Value(key)
}

// scopeOf reads ctx's scope, an empty one where this library has not touched ctx.
func scopeOf(ctx context.Context) scope {
	switch c := ctx.(type) {
	case nil:
		return scope{}
	case *scopeContext:
		return c.scope
	case *spanContext:
		return c.scope
	}
	if s, ok := ctx.Value(scopeKey{}).(*scope); ok {
		return *s
	}
	return scope{}
}

// aboutOf reads what ctx's spans are for.
func aboutOf(ctx context.Context) about {
	if a := scopeOf(ctx).about; a != nil {
		return *a
	}
	return about{}
}

// withScope returns a context with another scope.
func withScope(ctx context.Context, s scope) context.Context {
	return &scopeContext{Context: orBackground(ctx), scope: s}
}

// withAbout returns a context whose spans are for something else: change is
// handed a copy.
func withAbout(ctx context.Context, change func(*about)) context.Context {
	s := scopeOf(ctx)
	a := aboutOf(ctx)
	change(&a)
	s.about = &a
	return withScope(ctx, s)
}

// ContextWithTracer returns a context that carries t, for code that is not
// handed one. Injecting the Tracer is better where it is possible.
func ContextWithTracer(ctx context.Context, t *Tracer) context.Context {
	s := scopeOf(ctx)
	s.tracer = t
	return withScope(ctx, s)
}

// TracerFromContext returns the Tracer of [ContextWithTracer] or of the span in
// ctx, or nil. A nil Tracer can be used and does nothing.
func TracerFromContext(ctx context.Context) *Tracer { return scopeOf(ctx).tracer }

// ContextWithSpan returns a context in which span is the parent of the spans
// that are started. [Tracer.Start] does this; it is of use where a span has to
// cross from one context to another. Conversation, user, agent, tags and metadata
// stay those of ctx. A nil span makes the next one begin a new trace.
func ContextWithSpan(ctx context.Context, span *Span) context.Context {
	s := scopeOf(ctx)
	s.span, s.remote = span, nil
	if span != nil {
		s.tracer = span.tracer
	}
	return withScope(ctx, s)
}

// SpanFromContext returns the innermost span of ctx, or nil. A nil Span can be
// used and does nothing.
func SpanFromContext(ctx context.Context) *Span { return scopeOf(ctx).span }

// ContextWithAgent returns a context whose spans belong to the agent of that
// name, and not to the Tracer's own ([WithAgentName]). [Agent] does this. Names are
// cut at 256 bytes.
func ContextWithAgent(ctx context.Context, name string) context.Context {
	return withAbout(ctx, func(a *about) { a.setAgent(name) })
}

func (a *about) setAgent(name string) {
	a.agent = cutText(name, maxIdentifier)
	a.agentID = AgentID(a.agent)
}

// AgentFromContext returns the name of the agent that ctx works for, or "".
func AgentFromContext(ctx context.Context) string {
	if name := aboutOf(ctx).agent; name != "" {
		return name
	}
	if t := TracerFromContext(ctx); t != nil {
		return t.cfg.AgentName
	}
	return ""
}

// ContextWithTags returns a context whose spans carry the tags besides those
// that ctx has already. A tag that it has already is not added again. A tag is
// cut at 256 bytes; a context keeps at most 512.
func ContextWithTags(ctx context.Context, tags ...string) context.Context {
	return withAbout(ctx, func(a *about) { a.tags = appendTags(a.tags, tags) })
}

// TagsFromContext returns a copy of the tags that ctx carries.
func TagsFromContext(ctx context.Context) []string { return slices.Clone(aboutOf(ctx).tags) }

// ContextWithMetadata returns a context whose spans carry the entry. The value
// is read now: changing it later changes nothing. The same key again replaces.
func ContextWithMetadata(ctx context.Context, key string, value any) context.Context {
	return withAbout(ctx, func(a *about) {
		kept := make([]metaValue, 0, len(a.metadata)+1)
		for _, m := range a.metadata {
			if m.key != key {
				kept = append(kept, m)
			}
		}
		a.metadata = append(kept, metaValue{key, snapshot(value)})
	})
}

// appendTags returns a new list: have may be shared.
func appendTags(have, more []string) []string {
	all := append(make([]string, 0, min(len(have)+len(more), maxTags)), have...)
	for _, tag := range more {
		if tag = cutText(tag, maxIdentifier); len(all) < maxTags && !slices.Contains(all, tag) {
			all = append(all, tag)
		}
	}
	return all
}
