package staso

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"strings"

	"github.com/staso-go/staso/internal/jsonenc"
)

// Agent wraps a function as an agent: each call is a span of kind agent, and all
// spans within it belong to the agent of that name. Input, output, error and
// panic are recorded; a panic goes on as if the wrapper were not there. What has
// no input or no output takes or returns struct{}.
//
// A nil or disabled Tracer returns fn itself.
func Agent[In, Out any](t *Tracer, name string, fn func(context.Context, In) (Out, error), opts ...SpanOption) func(context.Context, In) (Out, error) {
	return wrap(t, wrapper{name: name, kind: KindAgent}, fn, opts)
}

// Tool wraps a function as a tool; see [Agent]. The name is also the span's
// tool_name.
func Tool[In, Out any](t *Tracer, name string, fn func(context.Context, In) (Out, error), opts ...SpanOption) func(context.Context, In) (Out, error) {
	return wrap(t, wrapper{name: name, kind: KindTool}, fn, opts)
}

// Trace wraps a function as a span of the kind that [WithKind] says, custom by
// default; see [Agent].
func Trace[In, Out any](t *Tracer, name string, fn func(context.Context, In) (Out, error), opts ...SpanOption) func(context.Context, In) (Out, error) {
	return wrap(t, wrapper{name: name, kind: KindCustom}, fn, opts)
}

// wrapper is what is known of a wrapped function before it is called.
type wrapper struct {
	name string
	kind Kind
	head string // how the input's JSON begins
	code []byte // members of a JSON object
	opts []SpanOption
}

func (w *wrapper) applySpan(r *record) {
	r.code = w.code
	if w.kind == KindTool {
		r.setMeta(KeyToolName, nil, w.name)
	}
}

func wrap[In, Out any](t *Tracer, w wrapper, fn func(context.Context, In) (Out, error), opts []SpanOption) func(context.Context, In) (Out, error) {
	if t == nil || t.pipeline == nil {
		return fn
	}
	w.head = w.inputHead()
	w.code = codeLocation(reflect.ValueOf(fn).Pointer())
	w.opts = append([]SpanOption{WithKind(w.kind), &w}, opts...)
	return func(ctx context.Context, in In) (out Out, err error) {
		if w.kind == KindAgent {
			ctx = ContextWithAgent(ctx, w.name)
		}
		ctx, span := t.Start(ctx, w.name, w.opts...)
		span.setWrapped(FieldInput, w.head, in)
		returned := false
		defer func() {
			if !returned {
				span.endAbnormally(recover())
			}
		}()
		out, err = fn(ctx, in)
		returned = true
		span.RecordError(err)
		span.setWrapped(FieldOutput, `{"result":`, out)
		span.End()
		return out, err
	}
}

// inputHead is how the input's JSON begins.
func (w *wrapper) inputHead() string {
	if w.kind == KindAgent {
		return string(jsonenc.AppendString([]byte(`{"agent_name":`), w.name))
	}
	return "{"
}

// endAbnormally ends the span of a function that did not return, and lets the
// panic go on.
func (s *Span) endAbnormally(r any) {
	if r == nil { // runtime.Goexit: a test's FailNow, for instance
		s.SetStatus(StatusError, "the goroutine was ended by runtime.Goexit")
		s.End()
		return
	}
	if err, ok := r.(error); ok {
		s.RecordError(fmt.Errorf("panic: %w", err))
	} else {
		s.RecordError(errors.New("panic: " + safeText(r)))
	}
	s.SetMetadata(KeyExceptionType, fmt.Sprintf("%T", r))
	s.End()
	panic(r)
}

func safeText(v any) (text string) {
	defer func() {
		if recover() != nil {
			text = fmt.Sprintf("a %T whose text panics", v)
		}
	}()
	return fmt.Sprint(v)
}

// codeLocation says where the function is whose code is at pc: its file, relative
// to the working folder where it lies below, its line and its name.
func codeLocation(pc uintptr) []byte {
	fn := runtime.FuncForPC(pc)
	if fn == nil {
		return nil
	}
	file, line := fn.FileLine(pc)
	if dir, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(dir, file); err == nil && !strings.HasPrefix(rel, "..") {
			file = filepath.ToSlash(rel)
		}
	}
	b := jsonenc.AppendString(appendKey(nil, KeyCodeFilepath), file)
	b = strconv.AppendInt(appendKey(b, KeyCodeLineno), int64(line), 10)
	return jsonenc.AppendString(appendKey(b, KeyCodeFunction), fn.Name())
}

// setWrapped writes what a wrapped function takes or gives in the form of the
// wire: arguments as members of one object, a result as the member "result". An
// input that is no object becomes the member "input".
func (s *Span) setWrapped(field Field, head string, v any) {
	if s == nil || !s.sampled {
		return
	}
	t := s.tracer
	limit := t.encodeLimit() - len(head) - len(`"input":,}`)
	b := append(t.scratch(), head...)
	switch {
	case field == FieldOutput:
		b = t.appendResult(b, v, limit)
	default:
		b = t.appendArguments(b, v, limit)
	}
	b = append(b, '}')
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rec == nil || s.rec.suppresses(field) {
		t.putScratch(b)
		return
	}
	p := s.rec.payload(field)
	p.encoded, b = b, p.encoded
	p.later, p.set = nil, true
	t.putScratch(b)
}

func (t *Tracer) appendResult(b []byte, v any, limit int) []byte {
	if _, nothing := v.(struct{}); nothing {
		return append(b, "null"...)
	}
	return t.encoder.Append(b, v, limit)
}

func (t *Tracer) appendArguments(b []byte, v any, limit int) []byte {
	if _, nothing := v.(struct{}); nothing {
		return b
	}
	separator := ""
	if len(b) > 1 {
		separator = ","
	}
	mark := len(b)
	b = t.encoder.Append(b, v, limit)
	if b[mark] != '{' {
		value := string(b[mark:])
		return append(append(b[:mark], separator+`"input":`...), value...)
	}
	if len(b) == mark+2 { // {}
		return b[:mark]
	}
	copy(b[mark:], b[mark+1:]) // spread the members: take the braces off
	b = b[:len(b)-2]
	if separator != "" {
		b = append(b, 0)
		copy(b[mark+1:], b[mark:])
		b[mark] = ','
	}
	return b
}
