package demo

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/staso-go/staso/cmd/staso/internal/demo/agent"
)

// report tells the user what happens, as it happens.
type report struct{ out io.Writer }

// line is a word and what it says; no word goes on with the line before.
func (r report) line(word, format string, args ...any) {
	text := fmt.Sprintf("%-9s %s", word, plain(fmt.Sprintf(format, args...)))
	fmt.Fprintln(r.out, strings.TrimRight(text, " "))
}

// asks begins the line of a run.
func (r report) asks(s *scene) {
	fmt.Fprintf(r.out, "%-9s %s asks %s: \"%s\"   ", "running", s.user, s.whom, plain(s.question))
}

// answered ends it.
func (r report) answered(a *agent.Answer, err error) {
	calls := number(a.ToolCalls, "tool call")
	if a.Parallel > 1 {
		calls += fmt.Sprintf(" (%d at once)", a.Parallel)
	}
	parts := []string{calls}
	if a.ToolCalls == 0 {
		parts[0] = number(a.ModelCalls, "model call")
	}
	if a.Retries > 0 {
		parts = append(parts, number(a.Retries, "retry"))
	}
	if a.Blocked > 0 {
		parts = append(parts, fmt.Sprintf("%d blocked", a.Blocked))
	}
	if a.Failures > 0 {
		parts = append(parts, number(a.Failures, "error"))
	}
	if err != nil {
		parts = append(parts, "then it failed")
	}
	fmt.Fprintln(r.out, strings.Join(parts, ", "))
}

// end ends a line that is not gone on with.
func (r report) end() { fmt.Fprintln(r.out) }

// invite says where to look.
func (r report) invite(url, signIn string, ran played) {
	fmt.Fprintf(r.out, "\nopen %s/traces to see them, ctrl-C to stop\n", url)
	for _, look := range []struct{ what, id string }{
		{"a run that went well", ran.first.TraceID},
		{"a run that failed", ran.failed.TraceID},
		{"a blocked call", ran.blocked.TraceID},
	} {
		if look.id != "" {
			fmt.Fprintf(r.out, "  %-22s %s/traces/%s\n", look.what, url, look.id)
		}
	}
	fmt.Fprintf(r.out, "  %-22s %s/conversations/"+beginning+"\n", "a conversation", url)
	fmt.Fprintf(r.out, "  %-22s %s/decisions\n", "the guard's decisions", url)
	fmt.Fprintf(r.out, "  %-22s %s/approvals\n", "a call that waits", url)
	fmt.Fprintf(r.out, "  %-22s %s%s  (good once)\n", "to approve it", url, signIn)
}

// live says what goes on.
func (r report) live(every time.Duration) {
	fmt.Fprintf(r.out, "  %-22s one more question is asked every %s\n", "a run as it goes", every)
}

func number(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	if before, ok := strings.CutSuffix(what, "y"); ok {
		return fmt.Sprintf("%d %sies", n, before)
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// plain makes a text fit for a terminal: a folder's name may hold anything.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
