package staso

import "time"

// SpanOption says something of a span at its start.
type SpanOption interface{ applySpan(*record) }

type kindOption Kind

func (k kindOption) applySpan(r *record) { r.data.Kind = Kind(k) }

// WithKind says what sort of work the span is. The default is KindCustom; the
// wrappers [Agent] and [Tool] set their own.
func WithKind(kind Kind) SpanOption { return kindOption(kind) }

type tagsOption []string

func (tags tagsOption) applySpan(r *record) { r.tags = appendTags(r.tags, tags) }

// WithTags adds tags to the span. [ContextWithTags] adds them to all spans of a
// context.
func WithTags(tags ...string) SpanOption { return tagsOption(tags) }

type metadataOption metaValue

func (m metadataOption) applySpan(r *record) { r.setMetaValue(metaValue(m)) }

// WithMetadata sets one entry of the span's metadata; see [Span.SetMetadata].
func WithMetadata(key string, value any) SpanOption {
	return metadataOption{key, snapshot(value)}
}

type captureInputOption bool

func (capture captureInputOption) applySpan(r *record) { r.noInput = r.noInput || !bool(capture) }

// WithCaptureInput(false) suppresses the span's input. The default is what
// [WithCapture] says; true does not bring back what that suppresses.
func WithCaptureInput(capture bool) SpanOption { return captureInputOption(capture) }

type captureOutputOption bool

func (capture captureOutputOption) applySpan(r *record) { r.noOutput = r.noOutput || !bool(capture) }

// WithCaptureOutput(false) suppresses the span's output, as
// [WithCaptureInput] does its input.
func WithCaptureOutput(capture bool) SpanOption { return captureOutputOption(capture) }

type startTimeOption time.Time

func (at startTimeOption) applySpan(r *record) {
	if t := time.Time(at); !t.IsZero() {
		r.data.StartTime = t
	}
}

// WithStartTime says when work began that was done elsewhere or earlier. The
// zero time, and the default, is now.
func WithStartTime(t time.Time) SpanOption { return startTimeOption(t) }

type codeOption []attribute

func (code codeOption) applySpan(r *record) { r.code = code }

// WithCode says which function's code the span runs, by the code.* keys of its
// metadata. The wrappers [Agent], [Tool] and [Trace] say it of the function that
// they are given; this is for one that is itself wrapped in another. What is no
// function says nothing.
func WithCode(fn any) SpanOption { return codeOption(codeOf(fn)) }
