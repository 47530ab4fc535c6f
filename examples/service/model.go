package main

import (
	"context"
	"strings"
)

// Model is a language model, or what stands in for one.
type Model func(ctx context.Context, messages []Message) (Reply, error)

// Message is one turn of a conversation.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Reply is what a model answered: a text, or an order that it wants to know of.
type Reply struct {
	Text                      string
	LookUp                    string
	Model                     string
	InputTokens, OutputTokens int64
}

// cannedModel needs no key: it looks up whatever looks like an order's number.
func cannedModel(_ context.Context, messages []Message) (Reply, error) {
	reply := Reply{Model: "canned-1", InputTokens: int64(12 * len(messages)), OutputTokens: 6}
	last := messages[len(messages)-1]
	if last.Role == "tool" {
		reply.Text = "It was " + last.Content + "."
		return reply, nil
	}
	for _, word := range strings.FieldsFunc(last.Content, func(r rune) bool { return r == ' ' || r == '?' }) {
		if strings.Contains(word, "-") {
			reply.LookUp, reply.Text = word, "I look it up."
			return reply, nil
		}
	}
	reply.Text = "Which order do you mean?"
	return reply, nil
}
