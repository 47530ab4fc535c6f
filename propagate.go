package staso

import (
	"context"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"
)

// SpanContext is what another process needs to continue a trace: the W3C trace
// context in the form of this library.
type SpanContext struct {
	TraceID uuid.UUID
	SpanID  uuid.UUID // the first eight bytes are zero
	Sampled bool
}

// IsValid says that both ids are set.
func (c SpanContext) IsValid() bool { return c.TraceID != uuid.Nil && c.SpanID != uuid.Nil }

// The headers of W3C Trace Context and W3C Baggage, and our members of the latter.
const (
	headerTraceparent = "Traceparent"
	headerBaggage     = "Baggage"

	baggageConversation = "staso.conversation"
	baggageUser         = "staso.user"
	baggageAgent        = "staso.agent"

	maxBaggage = 8192 // bytes, the least that W3C Baggage asks to carry
)

// Inject writes ctx's span as a traceparent header, and its conversation, user
// and agent as baggage beside what baggage of others the headers have already:
// ours in them is replaced, or taken out where ctx has none. Use it towards
// services of your own: the user's id goes with it.
func (t *Tracer) Inject(ctx context.Context, header http.Header) {
	if t == nil || t.pipeline == nil || header == nil {
		return
	}
	if parent := scopeOf(ctx).parent(); parent.IsValid() {
		header.Set(headerTraceparent, formatTraceparent(parent))
	}
	about := aboutOf(ctx)
	others := strings.Join(withoutOurs(header.Values(headerBaggage)), ",")
	baggage := strings.Trim(others+","+strings.Join(about.members(), ","), ",")
	if len(baggage) > maxBaggage {
		baggage = others
	}
	header.Del(headerBaggage)
	if baggage != "" {
		header.Set(headerBaggage, baggage)
	}
}

// members is what of a travels as baggage.
func (a *about) members() (members []string) {
	for _, m := range []struct{ key, value string }{
		{baggageConversation, a.conversation}, {baggageUser, a.user}, {baggageAgent, a.agent},
	} {
		if m.value != "" {
			members = append(members, m.key+"="+url.PathEscape(m.value))
		}
	}
	return members
}

// Extract returns a context in which the caller's span, as the traceparent header
// names it, is the parent. A header that is not well formed counts as none, and
// the next span begins a new trace. Baggage is read only with
// [WithTrustedBaggage].
func (t *Tracer) Extract(ctx context.Context, header http.Header) context.Context {
	if t == nil || t.pipeline == nil {
		return ctx
	}
	s := scopeOf(ctx)
	s.tracer = t
	if values := header.Values(headerTraceparent); len(values) == 1 {
		if parent, ok := parseTraceparent(values[0]); ok {
			s.span, s.remote = nil, &parent
		}
	}
	if t.cfg.TrustedBaggage {
		a := aboutOf(ctx)
		a.takeBaggage(header.Values(headerBaggage))
		s.about = &a
	}
	return withScope(ctx, s)
}

// Middleware hands each request to next with the caller's trace in its context,
// as [Tracer.Extract] reads it, and with the Tracer. It makes no span of its own. A
// nil or disabled Tracer returns next itself.
func (t *Tracer) Middleware(next http.Handler) http.Handler {
	if t == nil || t.pipeline == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(t.Extract(r.Context(), r.Header)))
	})
}

// Transport sends each request with the trace of its context, as [Tracer.Inject]
// writes it, and makes no span of its own. Give it to clients of services of your
// own only. A nil base is [http.DefaultTransport]. A nil or disabled Tracer returns
// base.
func (t *Tracer) Transport(base http.RoundTripper) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	if t == nil || t.pipeline == nil {
		return base
	}
	return &transport{tracer: t, base: base}
}

type transport struct {
	tracer *Tracer
	base   http.RoundTripper
}

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context()) // a RoundTripper must not change the request
	if r.Header == nil {
		r.Header = http.Header{}
	}
	t.tracer.Inject(r.Context(), r.Header)
	return t.base.RoundTrip(r)
}

func (t *transport) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

func formatTraceparent(c SpanContext) string {
	var b [55]byte
	copy(b[:], "00-")
	hex.Encode(b[3:35], c.TraceID[:])
	b[35] = '-'
	hex.Encode(b[36:52], c.SpanID[8:])
	copy(b[52:], "-00")
	if c.Sampled {
		b[54] = '1'
	}
	return string(b[:])
}

// parseTraceparent reads a traceparent header as W3C Trace Context, level 1, says:
// of a later version it reads what version 00 has, and tolerates more after it.
func parseTraceparent(s string) (SpanContext, bool) {
	s = strings.Trim(s, " \t")
	if len(s) < 55 || s[2] != '-' || s[35] != '-' || s[52] != '-' || s != strings.ToLower(s) {
		return SpanContext{}, false
	}
	version, flags := make([]byte, 1), make([]byte, 1)
	var c SpanContext
	for _, part := range []struct {
		into []byte
		from string
	}{{version, s[:2]}, {c.TraceID[:], s[3:35]}, {c.SpanID[8:], s[36:52]}, {flags, s[53:55]}} {
		if _, err := hex.Decode(part.into, []byte(part.from)); err != nil {
			return SpanContext{}, false
		}
	}
	switch {
	case version[0] == 0xff,
		version[0] == 0 && len(s) != 55,
		len(s) > 55 && s[55] != '-',
		!c.IsValid():
		return SpanContext{}, false
	}
	c.Sampled = flags[0]&1 == 1
	return c, true
}

// takeBaggage reads our members of a caller's baggage. What is too long, or does
// not decode, or holds a control character, counts as none.
func (a *about) takeBaggage(headers []string) {
	if baggage := strings.Join(headers, ","); len(baggage) <= maxBaggage {
		for member := range strings.SplitSeq(baggage, ",") {
			a.takeMember(member)
		}
	}
}

func (a *about) takeMember(member string) {
	key, value, ok := baggageMember(member)
	if !ok {
		return
	}
	switch key {
	case baggageConversation:
		a.conversation = value
	case baggageUser:
		a.user = value
	case baggageAgent:
		a.setAgent(value)
	}
}

func baggageMember(member string) (key, value string, ok bool) {
	key, raw, ok := strings.Cut(member, "=")
	if !ok {
		return "", "", false
	}
	raw, _, _ = strings.Cut(raw, ";") // properties
	value, err := url.PathUnescape(strings.TrimSpace(raw))
	if err != nil || value == "" || len(value) > maxIdentifier || strings.ContainsFunc(value, isControl) {
		return "", "", false
	}
	return strings.TrimSpace(key), cutText(value, maxIdentifier), true
}

func withoutOurs(headers []string) []string {
	var kept []string
	for member := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		key, _, _ := strings.Cut(member, "=")
		switch strings.TrimSpace(key) {
		case "", baggageConversation, baggageUser, baggageAgent:
		default:
			kept = append(kept, strings.TrimSpace(member))
		}
	}
	return kept
}
