// Package obey finds calls that carry out what a tool's answer ordered rather
// than what the user asked for.
package obey

import (
	"fmt"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// New returns a factory of the detector. orders gives the parts of a text that give
// its reader orders, as an injected instruction does; see [Orders].
//
// The detector needs the conversation: where a tool's answer gives orders, and a
// call takes an argument from them that neither the user nor the system prompt nor
// any other answer has named, the call is obeying the answer. Of short arguments,
// as the number of a file, that is said only where the order speaks of what the
// tool does.
func New(orders func(text string) []Span) detect.Factory {
	return func(with detect.Params) (detect.Detector, error) {
		return &detector{orders: orders}, with.Decode(&struct{}{})
	}
}

type detector struct{ orders func(string) []Span }

// The most of a conversation that is looked at, its newest part first.
const (
	maxMessages = 200
	maxHistory  = 512 << 10
)

func (d *detector) Detect(c *detect.Call, report func(detect.Finding)) {
	if len(c.History) == 0 || len(c.Args) == 0 {
		return
	}
	acts := !reads(c.Tool)
	if !acts && !anyTells(c.Args) {
		return
	}
	said := d.split(c.History, c.Budget)
	if len(said.orders) == 0 {
		return
	}
	said.fold()
	for i := range c.Args {
		arg := &c.Args[i]
		if arg.Derived {
			continue
		}
		if start, end, ok := said.taken(arg.Text); ok {
			report(finding(arg, start, end))
			return // one is enough: the call as a whole is in question
		}
	}
	if arg := said.carriedOut(c); acts && arg != nil {
		report(finding(arg, 0, len(arg.Text)))
	}
}

func finding(arg *detect.Arg, start, end int) detect.Finding {
	return detect.Finding{
		Code:     "prompt.obeyed",
		Reason:   fmt.Sprintf("carries out what a tool's answer ordered: nobody but that answer named this %s", named(arg)),
		Severity: guard.SeverityHigh,
		Field:    arg.Field,
		Start:    start, End: end,
		Match: arg.Text[start:end],
	}
}

// anyTells says that there is an argument that could be told apart in an answer.
func anyTells(args []detect.Arg) bool {
	for i := range args {
		if args[i].Derived {
			continue
		}
		if telling(strings.TrimSpace(args[i].Text)) {
			return true
		}
		for start, end := range words(args[i].Text) {
			if specific(args[i].Text[start:end]) {
				return true
			}
		}
	}
	return false
}

func named(arg *detect.Arg) string {
	if arg.Key == "" {
		return "argument"
	}
	return arg.Key
}

// conversation is what was said, by whom: the orders in answers; what the user and
// the system said; and the other answers. What stands around an order is neither.
type conversation struct{ orders, asked, answers []string }

// fold puts all into small letters.
func (s *conversation) fold() {
	for _, texts := range [...][]string{s.orders, s.asked, s.answers} {
		for i := range texts {
			texts[i] = strings.ToLower(texts[i])
		}
	}
}

func (d *detector) split(history []guard.Message, budget *detect.Budget) conversation {
	var said conversation
	left := maxHistory
	for i := len(history) - 1; i >= 0 && i >= len(history)-maxMessages; i-- {
		message := &history[i]
		if left -= len(message.Content); left < 0 || !budget.Spend(len(message.Content)) {
			break
		}
		said.add(message, d.orders)
	}
	return said
}

func (s *conversation) add(message *guard.Message, orders func(string) []Span) {
	switch {
	case isAnswer(message.Role) || isWrapped(message):
		found := orders(message.Content)
		for _, o := range found {
			s.orders = append(s.orders, message.Content[o.Start:o.End])
		}
		if len(found) == 0 {
			s.answers = append(s.answers, message.Content)
		}
	case !strings.EqualFold(message.Role, "assistant"):
		// What the model itself says may repeat an order: it vouches for nothing.
		s.asked = append(s.asked, message.Content)
	}
}

// isWrapped says that a message in the user's name hands back what a tool answered, as
// a list of parts: [{"type": "tool_result", ...}].
func isWrapped(message *guard.Message) bool {
	return strings.HasPrefix(message.Content, "[") && strings.EqualFold(message.Role, "user") && strings.Contains(message.Content, `"tool_result"`)
}

func isAnswer(role string) bool {
	switch strings.ToLower(role) {
	case "tool", "function", "ipython", "tool_result":
		return true
	default:
		return false
	}
}

// taken finds what in text comes from an order and from nowhere else.
func (s *conversation) taken(text string) (start, end int, ok bool) {
	if whole := strings.TrimSpace(text); telling(whole) && s.onlyOrdered(whole) {
		start = strings.Index(text, whole)
		return start, start + len(whole), true
	}
	for start, end := range words(text) {
		if word := text[start:end]; specific(word) && s.onlyOrdered(word) {
			return start, end, true
		}
	}
	return 0, 0, false
}

func (s *conversation) onlyOrdered(text string) bool {
	text = plain(text)
	return anyContains(s.orders, text) && !anyContains(s.asked, text) && !anyContains(s.answers, text)
}

// plain is a text as it may be written by somebody else: an address without its
// scheme, all in small letters.
func plain(text string) string {
	text = strings.ToLower(text)
	if _, rest, found := strings.Cut(text, "://"); found && !strings.Contains(text, " ") {
		text = strings.TrimSuffix(rest, "/")
	}
	return text
}

func anyContains(texts []string, part string) bool {
	for _, text := range texts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}
