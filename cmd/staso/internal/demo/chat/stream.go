package chat

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/staso-go/staso"
)

// receiveStream puts an answer together from its pieces, and notes when the first
// one came.
func (c *Client) receiveStream(body io.Reader, span *staso.Span) (*Response, error) {
	begin := time.Now()
	answer := &Response{Choices: []Choice{{Message: &Message{Role: RoleAssistant}}}}
	var text strings.Builder
	for lines := bufio.NewReader(body); ; {
		line, err := lines.ReadString('\n')
		if data, ok := strings.CutPrefix(strings.TrimSpace(line), "data:"); ok {
			data = strings.TrimSpace(data)
			if data == "[DONE]" {
				answer.Choices[0].Message.Content = text.String()
				return answer, nil
			}
			before := text.Len()
			if err := answer.add(data, &text); err != nil {
				return nil, err
			}
			if before == 0 && text.Len() > 0 {
				span.SetMetadata(staso.KeyTimeToFirstToken, time.Since(begin).Seconds())
			}
		}
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("read the model's stream: %w", io.ErrUnexpectedEOF)
		}
		if err != nil {
			return nil, fmt.Errorf("read the model's stream: %w", err)
		}
	}
}

// add takes one event in.
func (r *Response) add(data string, text *strings.Builder) error {
	var piece Response
	if err := json.Unmarshal([]byte(data), &piece); err != nil {
		return fmt.Errorf("decode the model's stream: %w", err)
	}
	r.ID, r.Model = piece.ID, piece.Model
	if piece.Usage != nil {
		r.Usage = piece.Usage
	}
	for _, choice := range piece.Choices {
		if choice.Delta != nil {
			text.WriteString(choice.Delta.Content)
		}
		if choice.FinishReason != "" {
			r.Choices[0].FinishReason = choice.FinishReason
		}
	}
	return nil
}
