package staso

import (
	"strings"

	"github.com/staso-go/staso/internal/api"
	"github.com/staso-go/staso/internal/env"
)

// The variables that New reads.
const (
	envAPIKey          = "STASO_API_KEY"
	envAgentName       = "STASO_AGENT_NAME"
	envAgentVersion    = "STASO_AGENT_VERSION"
	envBaseURL         = "STASO_BASE_URL"
	envEnvironment     = "STASO_ENVIRONMENT"
	envWorkspace       = "STASO_WORKSPACE_SLUG"
	envSessionID       = "STASO_SESSION_ID"
	envDebug           = "STASO_DEBUG"
	envCaptureMessages = "STASO_CAPTURE_MESSAGES"
)

// applyEnv fills in what no option has said.
func (c *config) applyEnv() []error {
	var errs []error
	text := func(name string, field *string, check func(where, value string) error) {
		value, ok := c.lookupEnv(name)
		if !ok || value == "" || c.given[name] {
			return
		}
		*field = value
		errs = append(errs, check(name, value))
	}
	text(envAPIKey, &c.apiKey, checkAPIKey)
	text(envAgentName, &c.AgentName, checkText)
	text(envAgentVersion, &c.AgentVersion, checkText)
	text(envBaseURL, &c.BaseURL, checkBaseURL)
	text(envEnvironment, &c.Environment, checkText)
	text(envWorkspace, &c.Workspace, checkText)
	text(envSessionID, &c.Conversation, checkText)
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	if !c.given[envDebug] {
		errs = append(errs, c.envBool(envDebug, &c.Debug))
	}
	if !c.given[envCaptureMessages] {
		errs = append(errs, c.envBool(envCaptureMessages, &c.CaptureMessages))
	}
	return append(errs, c.applyCaptureEnv())
}

// applyCaptureEnv reads one variable a category. What one of them suppresses, an
// option does not bring back.
func (c *config) applyCaptureEnv() error {
	policy, err := env.Lookup(c.lookupEnv).Capture()
	c.Capture = c.Capture.Strictest(policy)
	return invalidEnv(err)
}

func (c *config) envBool(name string, field *bool) error {
	return invalidEnv(env.Lookup(c.lookupEnv).Bool(name, field))
}

func invalidEnv(err error) error {
	if err == nil {
		return nil
	}
	return invalid("%w", err)
}

// check looks at what depends on several options.
func (c *config) check() []error {
	var errs []error
	if c.AgentName == "" {
		errs = append(errs, invalid("no agent name: give WithAgentName or set %s", envAgentName))
	}
	base, err := api.ParseBaseURL(c.BaseURL) // a bad one has been told
	if err == nil && c.exporter == nil && c.apiKey == "" && !api.IsLoopback(base) {
		errs = append(errs, invalid("no API key for %s: give WithAPIKey or set %s", base.Host, envAPIKey))
	}
	return errs
}

// maxIdentifier bounds names and ids, in bytes.
const maxIdentifier = 256

func checkText(where, value string) error {
	switch {
	case strings.TrimSpace(value) == "":
		return invalid("%s: is empty", where)
	case len(value) > maxIdentifier:
		return invalid("%s: is %d bytes long; at most %d", where, len(value), maxIdentifier)
	case strings.ContainsFunc(value, isControl):
		return invalid("%s: %q has a control character", where, value)
	}
	return nil
}

func isControl(r rune) bool { return r < 0x20 || r == 0x7f }

// checkAPIKey looks at a key alone; check looks at whether one is needed.
func checkAPIKey(where, key string) error {
	if strings.TrimSpace(key) == "" {
		return invalid("%s: the key is empty", where)
	}
	if err := api.CheckKey(key, nil); err != nil {
		return invalid("%s: %w", where, err)
	}
	return nil
}

func checkBaseURL(where, raw string) error {
	if _, err := api.ParseBaseURL(raw); err != nil {
		return invalid("%s: %w", where, err)
	}
	return nil
}
