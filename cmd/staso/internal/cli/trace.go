package cli

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
)

// fallbackURL is the address that is asked where none is given: STASO_BASE_URL,
// which the library reads too, or the local backend.
func fallbackURL() string {
	if base := os.Getenv("STASO_BASE_URL"); base != "" {
		return base
	}
	return "http://" + defaultAddr
}

type traceFlags struct {
	url  string
	json bool
}

func (f *traceFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.url, "url", fallbackURL(), "the backend to ask (STASO_BASE_URL)")
	cmd.Flags().BoolVar(&f.json, "json", false, "print the backend's answer as it is")
}

func traceCommand() *cobra.Command {
	var flags traceFlags
	cmd := &cobra.Command{
		Use:   "trace ID",
		Short: "Show one trace as a tree",
		Long: "trace prints a trace's spans as a tree: status, kind, name, duration, tokens, and what went wrong.\n" +
			"The beginning of the id is enough, for one of the newest traces.",
		Example: "  staso trace 0af76519-16cd-43dd-8448-eb211c80319c\n" +
			"  staso trace 0af76519\n" +
			"  staso trace 0af76519 --json | jq '.spans[].name'",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return showTrace(cmd, flags, args[0]) },
	}
	flags.add(cmd)
	return cmd
}

func showTrace(cmd *cobra.Command, flags traceFlags, given string) error {
	c, err := newClient(flags.url)
	if err != nil {
		return err
	}
	id, err := c.resolve(cmd.Context(), given)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if flags.json {
		body, err := c.get(cmd.Context(), "/v1/traces/"+id)
		if err != nil {
			return err
		}
		_, err = out.Write(body)
		return err
	}
	var t traceAnswer
	if err := c.getJSON(cmd.Context(), "/v1/traces/"+id, &t); err != nil {
		return err
	}
	return printTrace(out, &t, paletteFor(out))
}

// resolve returns the whole id of the trace whose id begins with given.
func (c *client) resolve(ctx context.Context, given string) (string, error) {
	if id, err := uuid.Parse(given); err == nil {
		return id.String(), nil
	}
	prefix := strings.ToLower(strings.ReplaceAll(given, "-", ""))
	if prefix == "" || strings.Trim(prefix, "0123456789abcdef") != "" {
		return "", fmt.Errorf("%q is not a trace's id: give its hexadecimal digits, or the first few of them", short(given, 40))
	}
	matches, err := c.matching(ctx, prefix)
	switch {
	case err != nil:
		return "", err
	case len(matches) == 0:
		return "", fmt.Errorf("none of the %d newest traces has an id that begins with %s: give the whole id", newestPages*newestPage, given)
	case len(matches) > 1:
		return "", fmt.Errorf("the ids %s and %s both begin with %s: give more of it", matches[0], matches[1], given)
	}
	return matches[0], nil
}

// How far back a prefix is looked for.
const (
	newestPage  = 500
	newestPages = 10
)

func (c *client) matching(ctx context.Context, prefix string) ([]string, error) {
	var matches []string
	cursor := ""
	for range newestPages {
		var page listAnswer
		query := url.Values{"limit": {fmt.Sprint(newestPage)}, "cursor": {cursor}}
		if err := c.getJSON(ctx, "/v1/traces?"+query.Encode(), &page); err != nil {
			return nil, err
		}
		for i := range page.Traces {
			if id := page.Traces[i].TraceID; strings.HasPrefix(strings.ReplaceAll(id, "-", ""), prefix) {
				matches = append(matches, id)
			}
		}
		if cursor = page.NextCursor; cursor == "" || len(matches) > 1 {
			break
		}
	}
	return matches, nil
}

// The parts of the backend's answers that are shown.
type (
	listAnswer struct {
		Traces     []summaryAnswer `json:"traces"`
		NextCursor string          `json:"next_cursor"`
	}
	summaryAnswer struct {
		TraceID      string    `json:"trace_id"`
		RootSpanName string    `json:"root_span_name"`
		Status       string    `json:"status"`
		Timestamp    time.Time `json:"timestamp"`
		DurationMS   float64   `json:"duration_ms"`
		SpanCount    int64     `json:"span_count"`
		ErrorCount   int64     `json:"error_count"`
		TotalTokens  int64     `json:"total_tokens"`
		AgentName    string    `json:"agent_name"`
		Provisional  bool      `json:"provisional"`
	}
	traceAnswer struct {
		summaryAnswer
		Spans []spanAnswer `json:"spans"`
	}
	spanAnswer struct {
		SpanID       string    `json:"span_id"`
		ParentSpanID string    `json:"parent_span_id"`
		Name         string    `json:"name"`
		Kind         string    `json:"kind"`
		Status       string    `json:"status"`
		Timestamp    time.Time `json:"timestamp"`
		DurationMS   float64   `json:"duration_ms"`
		TotalTokens  int64     `json:"total_tokens"`
		Model        string    `json:"model"`
		ErrorMessage string    `json:"error_message"`
		Provisional  bool      `json:"provisional"`
	}
)
