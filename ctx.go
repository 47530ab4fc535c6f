package staso

import (
	"context"

	"github.com/google/uuid"
)

// scope is all that the library keeps in a context: one value, so that a lookup
// is one walk. It is never changed after it was made.
type scope struct {
	tracer *Tracer
	span   *Span       // the innermost live span
	remote SpanContext // stands in for span where the parent is in another process

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

// scopeOf returns nil where this library has not touched ctx.
func scopeOf(ctx context.Context) *scope {
	if ctx == nil {
		return nil
	}
	if c, ok := ctx.(*scopeContext); ok {
		return &c.scope
	}
	s, _ := ctx.Value(scopeKey{}).(*scope)
	return s
}

// from reads ctx's scope, or an empty one.
func from(ctx context.Context) scope {
	if s := scopeOf(ctx); s != nil {
		return *s
	}
	return scope{}
}

// derive returns a context whose scope is a copy of ctx's, to be changed before
// anybody sees it.
func derive(ctx context.Context) *scopeContext {
	if ctx == nil {
		ctx = context.Background()
	}
	return &scopeContext{Context: ctx, scope: from(ctx)}
}

// ContextWithTracer returns a context that carries t, for code that is not
// handed one. Injecting the Tracer is better where it is possible.
func ContextWithTracer(ctx context.Context, t *Tracer) context.Context {
	c := derive(ctx)
	c.scope.tracer = t
	return c
}

// TracerFromContext returns the Tracer of [ContextWithTracer] or of the span in
// ctx, or nil. A nil Tracer can be used and does nothing.
func TracerFromContext(ctx context.Context) *Tracer { return from(ctx).tracer }

// ContextWithSpan returns a context in which span is the parent of the spans
// that are started. [Tracer.Start] does this; it is of use where a span has to
// cross from one context to another.
func ContextWithSpan(ctx context.Context, span *Span) context.Context {
	c := derive(ctx)
	c.scope.span = span
	c.scope.remote = SpanContext{}
	if span != nil {
		c.scope.tracer = span.tracer
	}
	return c
}

// SpanFromContext returns the innermost span of ctx, or nil. A nil Span can be
// used and does nothing.
func SpanFromContext(ctx context.Context) *Span { return from(ctx).span }

// ContextWithAgent returns a context whose spans belong to the agent of that
// name, and not to the Tracer's own ([WithAgentName]). [Agent] does this.
func ContextWithAgent(ctx context.Context, name string) context.Context {
	c := derive(ctx)
	c.scope.agent = name
	c.scope.agentID = AgentID(name)
	return c
}

// AgentFromContext returns the name of the agent that ctx works for, or "".
func AgentFromContext(ctx context.Context) string {
	s := from(ctx)
	if s.agent == "" && s.tracer != nil {
		return s.tracer.cfg.AgentName
	}
	return s.agent
}

// ContextWithTags returns a context whose spans carry the tags besides those
// that ctx has already. A tag that it has already is not added again.
func ContextWithTags(ctx context.Context, tags ...string) context.Context {
	c := derive(ctx)
	c.scope.tags = appendTags(c.scope.tags, tags)
	return c
}

// TagsFromContext returns a copy of the tags that ctx carries.
func TagsFromContext(ctx context.Context) []string {
	return append([]string(nil), from(ctx).tags...)
}

// ContextWithMetadata returns a context whose spans carry the entry. The value
// is read now: changing it later changes nothing. The same key again replaces.
func ContextWithMetadata(ctx context.Context, key string, value any) context.Context {
	c := derive(ctx)
	kept := make([]metaValue, 0, len(c.scope.metadata)+1)
	for _, m := range c.scope.metadata {
		if m.key != key {
			kept = append(kept, m)
		}
	}
	c.scope.metadata = append(kept, metaValue{key, snapshot(value)})
	return c
}

func appendTags(have, more []string) []string {
	all := append(make([]string, 0, len(have)+len(more)), have...)
	for _, tag := range more {
		if !contains(all, tag) {
			all = append(all, tag)
		}
	}
	return all
}

func contains(tags []string, tag string) bool {
	for _, t := range tags {
		if t == tag {
			return true
		}
	}
	return false
}
