package agent

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/staso-go/staso"
	"github.com/staso-go/staso/cmd/staso/internal/demo/chat"
	"github.com/staso-go/staso/guard"
)

// Tool is a function that a model may call.
type Tool struct {
	spec chat.Tool
	call func(ctx context.Context, arguments string) (string, error)
}

// NewTool makes a tool of a function: each call is a span of tracer. schema is
// the JSON schema of In.
func NewTool[In, Out any](tracer *staso.Tracer, name, description, schema string, fn func(context.Context, In) (Out, error)) Tool {
	return newTool(name, description, schema, staso.Tool(tracer, name, fn))
}

// NewGuardedTool makes a tool whose calls checker judges before they run. What it
// does not let run is told to the model.
func NewGuardedTool[In, Out any](
	tracer *staso.Tracer, checker guard.Checker, name, description, schema string, fn func(context.Context, In) (Out, error),
) Tool {
	return newTool(name, description, schema, guard.Tool(tracer, checker, name, fn))
}

func newTool[In, Out any](name, description, schema string, fn func(context.Context, In) (Out, error)) Tool {
	return Tool{
		spec: chat.Tool{Type: "function", Function: chat.Function{
			Name: name, Description: description, Parameters: json.RawMessage(schema),
		}},
		call: func(ctx context.Context, arguments string) (string, error) {
			var in In
			if err := json.Unmarshal([]byte(arguments), &in); err != nil {
				return "", fmt.Errorf("arguments of %s: %w", name, err)
			}
			out, err := fn(ctx, in)
			if err != nil {
				return "", err
			}
			encoded, err := json.Marshal(out)
			if err != nil {
				return "", fmt.Errorf("encode the result of %s: %w", name, err)
			}
			return string(encoded), nil
		},
	}
}
