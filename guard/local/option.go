package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"go.uber.org/zap"

	"github.com/staso-go/staso/guard/local/policy"
)

// ErrInvalidOption is what an error of [New] wraps where an option is to blame.
var ErrInvalidOption = errors.New("invalid option")

// Option configures an [Engine].
type Option interface{ apply(*config) error }

type config struct {
	policies []*policy.Policy
	paths    []string
	judge    Judge
	tools    []Tool
	logger   *zap.Logger
	extra    []entry // of tests
	reload   bool
}

type optionFunc func(*config) error

func (f optionFunc) apply(c *config) error { return f(c) }

func newConfig(opts []Option) (*config, error) {
	c := &config{logger: zap.NewNop()}
	var errs []error
	for _, opt := range opts {
		if opt != nil {
			errs = append(errs, opt.apply(c))
		}
	}
	return c, errors.Join(errs...)
}

// WithPolicy has the policies judge. Given again, and beside [WithPolicyFile], it
// adds to them. The default, where there is neither, is [policy.Default].
func WithPolicy(policies ...*policy.Policy) Option {
	return optionFunc(func(c *config) error {
		for i, p := range policies {
			if p == nil {
				return fmt.Errorf("%w: WithPolicy: policy %d is nil", ErrInvalidOption, i)
			}
		}
		c.policies = append(c.policies, policies...)
		return nil
	})
}

// WithPolicyFile has the policies in files judge; a folder stands for every policy
// below it. Given again, and beside [WithPolicy], it adds to them.
func WithPolicyFile(paths ...string) Option {
	return optionFunc(func(c *config) error {
		if slices.Contains(paths, "") {
			return fmt.Errorf("%w: WithPolicyFile: a path is empty", ErrInvalidOption)
		}
		c.paths = append(c.paths, paths...)
		return nil
	})
}

// WithJudge has a judge answer the rules that ask one. The default is none: those
// rules are then skipped, and say so.
func WithJudge(judge Judge) Option {
	return optionFunc(func(c *config) error {
		if judge == nil {
			return fmt.Errorf("%w: WithJudge: the judge is nil", ErrInvalidOption)
		}
		c.judge = judge
		return nil
	})
}

// Tool is a tool that the agents are offered.
type Tool struct {
	Name string
	// Schema is the JSON Schema of its arguments; nil where it is not known.
	Schema json.RawMessage
}

// WithTools says which tools the agents are offered, for rules that look for others
// and for arguments that do not fit. It counts for calls that do not say it
// themselves, in Tools and Schema. Given again, it adds to them. The default is
// that nothing is known of the tools.
func WithTools(tools ...Tool) Option {
	return optionFunc(func(c *config) error {
		for i, tool := range tools {
			if tool.Name == "" {
				return fmt.Errorf("%w: WithTools: tool %d has no name", ErrInvalidOption, i)
			}
			if len(tool.Schema) > 0 && !json.Valid(tool.Schema) {
				return fmt.Errorf("%w: WithTools: the schema of %s is no JSON", ErrInvalidOption, tool.Name)
			}
		}
		c.tools = append(c.tools, tools...)
		return nil
	})
}

// WithLogger has trouble with policy files and rules logged. The default is
// nowhere. Arguments of calls are never logged.
func WithLogger(logger *zap.Logger) Option {
	return optionFunc(func(c *config) error {
		if logger == nil {
			return fmt.Errorf("%w: WithLogger: the logger is nil; leave the option out", ErrInvalidOption)
		}
		c.logger = logger
		return nil
	})
}
