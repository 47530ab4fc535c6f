// Package obey finds calls that carry out what a tool's answer ordered rather
// than what the user asked for.
package obey

import (
	"fmt"
	"strings"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
)

// New returns a factory of the detector. orders says whether a text gives its
// reader orders, as an injected instruction does.
//
// The detector needs the conversation: where a tool's answer gives orders, and a
// call takes an argument from that answer that neither the user nor the system
// prompt nor any other answer has named, the call is obeying the answer.
func New(orders func(text string) bool) detect.Factory {
	return func(with detect.Params) (detect.Detector, error) {
		return &detector{orders: orders}, with.Decode(&struct{}{})
	}
}

type detector struct{ orders func(string) bool }

// The most of a conversation that is looked at, its newest part first.
const (
	maxMessages = 200
	maxHistory  = 512 << 10
)

func (d *detector) Detect(c *detect.Call, report func(detect.Finding)) {
	if len(c.History) == 0 || !anyTells(c.Args) {
		return
	}
	said := d.split(c.History, c.Budget)
	if len(said.orders) == 0 {
		return
	}
	for i := range c.Args {
		arg := &c.Args[i]
		if arg.Derived {
			continue
		}
		start, end, ok := said.taken(arg.Text)
		if !ok {
			continue
		}
		report(detect.Finding{
			Code:     "prompt.obeyed",
			Reason:   fmt.Sprintf("carries out what a tool's answer ordered: nobody but that answer named this %s", named(arg)),
			Severity: guard.SeverityHigh,
			Field:    arg.Field,
			Start:    start, End: end,
			Match: arg.Text[start:end],
		})
		return // one is enough: the call as a whole is in question
	}
}

// anyTells says that there is an argument that could be told apart in an answer.
// Most calls have none, and need no look at their conversation.
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

// conversation is what was said, by whom: the answers that give orders, and all
// the rest.
type conversation struct{ orders, rest []string }

func (d *detector) split(history []guard.Message, budget *detect.Budget) conversation {
	var said conversation
	left := maxHistory
	for i := len(history) - 1; i >= 0 && i >= len(history)-maxMessages; i-- {
		message := &history[i]
		if left -= len(message.Content); left < 0 || !budget.Spend(len(message.Content)) {
			break
		}
		switch {
		case isAnswer(message.Role) && d.orders(message.Content):
			said.orders = append(said.orders, message.Content)
		case !strings.EqualFold(message.Role, "assistant"):
			// What the model itself says may repeat an order: it vouches for nothing.
			said.rest = append(said.rest, message.Content)
		}
	}
	return said
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
func (s conversation) taken(text string) (start, end int, ok bool) {
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

func (s conversation) onlyOrdered(text string) bool {
	return anyContains(s.orders, text) && !anyContains(s.rest, text)
}

func anyContains(texts []string, part string) bool {
	for _, text := range texts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}
