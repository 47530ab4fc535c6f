package staso

import (
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/staso-go/staso/exporter"
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
	return append(errs, c.applyCaptureEnv()...)
}

// applyCaptureEnv reads one variable a category. What one of them suppresses, an
// option does not bring back.
func (c *config) applyCaptureEnv() []error {
	var errs []error
	for name, category := range map[string]*exporter.Capture{
		"STASO_CAPTURE_REQUEST":        &c.Capture.Request,
		"STASO_CAPTURE_SYSTEM_PROMPT":  &c.Capture.SystemPrompt,
		"STASO_CAPTURE_TOOL_SCHEMA":    &c.Capture.ToolSchema,
		"STASO_CAPTURE_TOOL_ARGUMENTS": &c.Capture.ToolArguments,
		"STASO_CAPTURE_OUTPUT":         &c.Capture.Output,
	} {
		captured := true
		errs = append(errs, c.envBool(name, &captured))
		if !captured {
			*category = Suppressed
		}
	}
	return errs
}

func (c *config) envBool(name string, field *bool) error {
	value, ok := c.lookupEnv(name)
	if !ok || strings.TrimSpace(value) == "" {
		return nil
	}
	switch strings.ToLower(strings.TrimSpace(value)) {
	case "1", "true", "yes", "on":
		*field = true
	case "0", "false", "no", "off":
		*field = false
	default:
		return invalid("%s=%.40q: want 1 or 0, true or false, yes or no, on or off", name, value)
	}
	return nil
}

// check looks at what depends on several options.
func (c *config) check() []error {
	var errs []error
	if c.AgentName == "" {
		errs = append(errs, invalid("no agent name: give WithAgentName or set %s", envAgentName))
	}
	if c.exporter == nil && c.apiKey == "" && !isLoopbackURL(c.BaseURL) && checkBaseURL("", c.BaseURL) == nil {
		errs = append(errs, invalid("no API key for %s: give WithAPIKey or set %s", c.BaseURL, envAPIKey))
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

// checkAPIKey never quotes the key.
func checkAPIKey(where, key string) error {
	switch strings.ToLower(strings.TrimSpace(key)) {
	case "":
		return invalid("%s: the key is empty", where)
	case "change-me", "changeme", "your-api-key", "your_api_key", "replace-me", "placeholder":
		return invalid("%s: the key is a placeholder: put the real one in its place", where)
	}
	if strings.ContainsFunc(key, func(r rune) bool { return isControl(r) || r > 0x7e }) {
		return invalid("%s: the key has a character that no HTTP header may hold", where)
	}
	return nil
}

func checkBaseURL(where, raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return invalid("%s: %s is not an absolute URL such as https://staso.example.com", where, quoteURL(raw))
	case u.Scheme != "http" && u.Scheme != "https":
		return invalid("%s: the scheme of %s must be http or https", where, quoteURL(raw))
	case u.User != nil:
		return invalid("%s: the URL carries credentials: give the key with WithAPIKey", where)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return invalid("%s: %s must have no query and no fragment", where, quoteURL(raw))
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return invalid("%s: %s is plain http to another machine: use https", where, quoteURL(raw))
	}
	return nil
}

// quoteURL shows a URL without what might be a credential in it.
func quoteURL(raw string) string {
	if at := strings.LastIndex(raw, "@"); at >= 0 {
		raw = "…" + raw[at:]
	}
	if query := strings.IndexAny(raw, "?#"); query >= 0 {
		raw = raw[:query+1] + "…"
	}
	if len(raw) > 100 {
		raw = cutText(raw, 100) + "…"
	}
	return strconv.Quote(raw)
}

func isLoopbackURL(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && isLoopback(u.Hostname())
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
