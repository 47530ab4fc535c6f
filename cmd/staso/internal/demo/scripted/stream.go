package scripted

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/demo/chat"
)

const (
	pieces     = 24 // of a streamed answer, at most
	firstPiece = 90 * time.Millisecond
	nextPiece  = 12 * time.Millisecond
)

// stream sends an answer piece by piece, as server-sent events.
func stream(ctx context.Context, w http.ResponseWriter, answer *chat.Response) {
	w.Header().Set("Content-Type", "text/event-stream")
	slow := time.Duration(1)
	if answer.Model == Slow {
		slow = slowness
	}
	pause(ctx, firstPiece*slow)
	message := answer.Choices[0].Message
	for i, text := range split(message.Content) {
		if i > 0 {
			pause(ctx, nextPiece*slow)
		}
		send(w, answer, chat.Choice{Delta: &chat.Message{Role: chat.RoleAssistant, Content: text}}, nil)
	}
	send(w, answer, chat.Choice{Delta: &chat.Message{}, FinishReason: answer.Choices[0].FinishReason}, answer.Usage)
	fmt.Fprint(w, "data: [DONE]\n\n")
}

func send(w http.ResponseWriter, answer *chat.Response, choice chat.Choice, usage *chat.Usage) {
	piece := chat.Response{ID: answer.ID, Object: "chat.completion.chunk", Model: answer.Model, Choices: []chat.Choice{choice}, Usage: usage}
	encoded, err := json.Marshal(piece)
	if err != nil {
		return // it is made of texts and numbers
	}
	fmt.Fprintf(w, "data: %s\n\n", encoded)
	_ = http.NewResponseController(w).Flush() //nolint:errcheck // a writer that cannot sends it later
}

// split cuts a text into pieces of whole words.
func split(text string) []string {
	words := strings.SplitAfter(text, " ")
	size := max(1, (len(words)+pieces-1)/pieces)
	var out []string
	for len(words) > 0 {
		n := min(size, len(words))
		out = append(out, strings.Join(words[:n], ""))
		words = words[n:]
	}
	return out
}
