// Package workload is the one piece of work that every peer does: a call of a
// chat model, with two messages in and one out.
package workload

// Message is a chat message as applications have it: a typed struct.
type Message struct {
	Role string `json:"role"`
	Text string `json:"text"`
}

// Chat is one call. Its input holds about 350 bytes of text.
type Chat struct {
	Model        string
	Input        []Message
	Output       Message
	InputTokens  int
	OutputTokens int
}

// ChatMaps is the same call as loosely typed code has it.
type ChatMaps struct {
	Model        string
	Input        []map[string]any
	Output       map[string]any
	InputTokens  int
	OutputTokens int
}

const (
	system = "You are the support agent of an online shop. Answer in the customer's language, in at most three sentences, " +
		"and look an order up before you say anything about it."
	question = "Hello! I ordered two lamps on the 3rd of May, number A-1729, and only one of them arrived yesterday. " +
		"Where is the other one, and when will it be here? I need both by Friday."
	answer = "Your order A-1729 was sent in two parcels. The second one left our warehouse this morning and " +
		"should reach you on Thursday, in time for Friday."
)

// NewChat returns the call with typed messages.
func NewChat() *Chat {
	return &Chat{
		Model:        "gpt-4o",
		Input:        []Message{{Role: "system", Text: system}, {Role: "user", Text: question}},
		Output:       Message{Role: "assistant", Text: answer},
		InputTokens:  86,
		OutputTokens: 34,
	}
}

// NewChatMaps returns the call with map[string]any messages.
func NewChatMaps() *ChatMaps {
	return &ChatMaps{
		Model: "gpt-4o",
		Input: []map[string]any{
			{"role": "system", "text": system},
			{"role": "user", "text": question},
		},
		Output:       map[string]any{"role": "assistant", "text": answer},
		InputTokens:  86,
		OutputTokens: 34,
	}
}
