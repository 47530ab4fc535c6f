package guard

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/internal/panics"
)

// Tool wraps a function as a tool, as [staso.Tool] does, and puts checker in front
// of it: each call is judged before it runs. fn runs with the arguments that it was
// called with, or with those that the verdict puts in their place; or it does not
// run, and the error is a [*BlockedError]. That is so where the verdict is to block
// or to escalate, where checker is nil, panics or returns an error, and where In
// has no JSON form.
//
// What is judged is the JSON form of In, which is looked at again before fn runs:
// arguments that were changed meanwhile do not run. Changed arguments of a verdict
// are decoded into a new In; if they do not fit, a member too many included, fn does
// not run. What of an In has no JSON form is then empty.
//
// The tool's span has as its input what fn ran with. What was asked for stands in the
// guard's span below it, which is left where the verdict is anything but a plain
// allow; see [Check] for its name. Both obey the Tracer's capture settings and those
// of opts, which are for both. Where the input is suppressed, the reason is too,
// since it may quote it.
//
// A nil or disabled Tracer makes no span for the tool; calls are judged all the
// same.
//
// A tool does not know the conversation that it is called in. Rules that need it find
// it in the context: see [ContextWithHistory].
func Tool[In, Out any](
	t *staso.Tracer, checker Checker, name string, fn func(context.Context, In) (Out, error), opts ...staso.SpanOption,
) func(context.Context, In) (Out, error) {
	g := &guarded{checker: checker, name: name, spans: t.Config().Enabled, opts: opts}
	run := func(ctx context.Context, in In) (Out, error) {
		in, err := admit(ctx, g, in)
		if err != nil {
			var none Out
			return none, err
		}
		return fn(ctx, in)
	}
	return staso.Tool(t, name, run, append([]staso.SpanOption{staso.WithCode(fn)}, opts...)...)
}

// guarded is what is known of a guarded tool before it is called.
type guarded struct {
	checker Checker
	name    string
	spans   bool // a call's context has the tool's own span
	opts    []staso.SpanOption
}

// admit returns what the tool is to run with, or the error with which it does not
// run.
func admit[In any](ctx context.Context, g *guarded, in In) (In, error) {
	call := Call{Tool: g.name, Source: sourceSDK}
	form, err := encodeArguments(in)
	if err != nil {
		j := judgement{call: named(call.In(ctx)), result: unavailableResult(FailureCallRefused, FailClosed, err.Error())}
		return in, g.conclude(ctx, j)
	}
	call.Input = form.object
	j := judge(ctx, g.checker, call)
	switch j.result.Action {
	case ActionAllow:
		if now, err := encodeArguments(in); err != nil || !bytes.Equal(now.object, form.object) {
			j.block(FailureCallRefused, "the arguments were changed while they were judged")
		}
	case ActionModify:
		if in, err = decodeArguments[In](j.result.Input, form.wrapped); err != nil {
			j.block(FailureCallRefused, "the changed arguments do not fit the tool: %s", err)
		}
	default:
	}
	return in, g.conclude(ctx, j)
}

// conclude writes down what was decided, and returns the error if that is not to
// let the call run.
func (g *guarded) conclude(ctx context.Context, j judgement) error {
	if j.result.Action != ActionAllow || j.err != nil || notable(j.result) {
		leaveSpan(ctx, j, g.opts...)
	}
	err := blocked(j)
	if !g.spans {
		return err
	}
	span := staso.SpanFromContext(ctx)
	if err == nil && j.result.Action == ActionModify {
		span.SetInput(inputObject(j.result.Input))
	}
	if err != nil && !span.Captures(staso.FieldInput) {
		// Ended here, it does not hear the reason.
		span.RecordError(blocked(judgement{call: j.call, result: withoutContent(j.result)}))
		span.End()
	}
	return err
}

// arguments is a tool's input in its JSON form.
type arguments struct {
	object  json.RawMessage
	wrapped bool // it is the member "input" of the object
}

func encodeArguments(in any) (form arguments, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("the arguments have no JSON form: their MarshalJSON panicked: " + panics.Text(r))
		}
	}()
	raw, err := marshal(in)
	if err != nil {
		return form, fmt.Errorf("the arguments have no JSON form: %w", err)
	}
	object, err := argumentsObject(raw)
	return arguments{object: object, wrapped: len(raw) == 0 || raw[0] != '{'}, err
}

// decodeArguments is strict: what does not fit is not left out.
func decodeArguments[In any](object json.RawMessage, wrapped bool) (in In, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("their UnmarshalJSON panicked: " + panics.Text(r))
		}
	}()
	if !wrapped {
		return in, decodeStrict(object, &in)
	}
	var form struct {
		Input *json.RawMessage `json:"input"`
	}
	if err := decodeStrict(object, &form); err != nil {
		return in, err
	}
	if form.Input == nil {
		return in, errors.New(`the member "input" is missing`)
	}
	return in, decodeStrict(*form.Input, &in)
}

func decodeStrict(text []byte, target any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(target); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}
