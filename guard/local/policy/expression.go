package policy

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/ext"
)

// What an expression may not exceed.
const (
	maxExpression = 4096    // characters of one
	maxCost       = 250_000 // of CEL's units in one evaluation: a comparison is one, and so are ten bytes searched
	interruptAt   = 100     // turns of a loop between two looks at the context
)

// Expression is a compiled CEL expression that is true or false of a call. It is
// safe for concurrent use.
type Expression struct {
	// Source is the expression as it was written.
	Source  string
	program cel.Program
}

// Eval says whether the expression holds for facts. What the call does not have is
// an error, unless the expression asks with has(args.x) first; so is an evaluation
// that costs too much, and one that ctx ends.
func (e *Expression) Eval(ctx context.Context, facts *Facts) (bool, error) {
	value, _, err := e.program.ContextEval(ctx, facts.vars())
	if err != nil {
		return false, fmt.Errorf("when %s: %w", e.Source, plainly(err))
	}
	holds, ok := value.Value().(bool)
	if !ok {
		return false, fmt.Errorf("when %s: it is neither true nor false", e.Source)
	}
	return holds, nil
}

// plainly adds to CEL's messages what to do about them.
func plainly(err error) error {
	const noKey, noLimit = "no such key: ", "actual cost limit exceeded"
	switch text := err.Error(); {
	case strings.HasPrefix(text, noKey):
		return fmt.Errorf("the call has no %q; ask with has() first", strings.TrimPrefix(text, noKey))
	case strings.Contains(text, noLimit):
		return errors.New("it takes too much work on this call")
	}
	return err
}

// compiler compiles expressions. CEL's environment is made for the first: most
// policies have none.
type compiler struct {
	environment *cel.Env
	err         error
}

func (c *compiler) compile(source string) (*Expression, error) {
	if len(source) > maxExpression {
		return nil, fmt.Errorf("the expression has %d characters: at most %d", len(source), maxExpression)
	}
	if c.environment == nil && c.err == nil {
		c.environment, c.err = newEnvironment()
	}
	if c.err != nil {
		return nil, c.err
	}
	checked, issues := c.environment.Compile(source)
	if err := issues.Err(); err != nil {
		return nil, errors.New(firstIssue(issues))
	}
	if out := checked.OutputType(); !out.IsExactType(cel.BoolType) && !out.IsExactType(cel.DynType) {
		return nil, fmt.Errorf("the expression is %s, not true or false", out)
	}
	program, err := c.environment.Program(
		checked,
		cel.EvalOptions(cel.OptOptimize),
		cel.CostLimit(maxCost),
		cel.InterruptCheckFrequency(interruptAt),
	)
	if err != nil {
		return nil, fmt.Errorf("the expression does not compile: %w", err)
	}
	return &Expression{Source: source, program: program}, nil
}

// firstIssue is CEL's first message, with its place in the expression but without
// the picture of it.
func firstIssue(issues *cel.Issues) string {
	first := issues.Errors()[0]
	message := strings.ReplaceAll(first.Message, " (in container '')", "")
	return fmt.Sprintf("%s, at character %d of the expression", message, first.Location.Column()+1)
}

// newEnvironment declares what expressions may speak of; see the package's
// documentation.
func newEnvironment() (*cel.Env, error) {
	anything := cel.MapType(cel.StringType, cel.DynType)
	return cel.NewEnv(
		cel.ParserExpressionSizeLimit(maxExpression),
		cel.ASTValidators(cel.ValidateRegexLiterals()),
		cel.CrossTypeNumericComparisons(true),
		ext.Strings(),
		cel.Variable("tool", cel.StringType),
		cel.Variable("args", anything),
		cel.Variable("output", cel.DynType),
		cel.Variable("phase", cel.StringType),
		cel.Variable("agent", cel.StringType),
		cel.Variable("environment", cel.StringType),
		cel.Variable("user", cel.StringType),
		cel.Variable("conversation", cel.StringType),
		cel.Variable("history", cel.ListType(cel.MapType(cel.StringType, cel.StringType))),
		cel.Variable("attributes", anything),
		cel.Variable("now", cel.TimestampType),
	)
}
