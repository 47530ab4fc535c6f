package demo

import (
	"context"
	"strings"
)

// waiting is the scene that goes on while the demo stays up: in it a call waits for a
// person.
type waiting struct {
	said chan string // what came of it, once
	done chan struct{}
}

// playWaiting begins the scene. It ends with ctx at the latest.
func (d *demo) playWaiting(ctx context.Context, c *cast) *waiting {
	w := &waiting{said: make(chan string, 1), done: make(chan struct{})}
	go func() {
		defer close(w.done)
		s := waitingScene(c)
		answer, err := s.play(ctx, nil)
		if err != nil {
			w.said <- err.Error()
			return
		}
		w.said <- oneLine(answer.Text)
	}()
	return w
}

// end ends the scene, wherever it is.
func (w *waiting) end(cancel context.CancelFunc) {
	cancel()
	<-w.done
}

const maxSaid = 300 // runes

// oneLine makes a line of what a model says.
func oneLine(text string) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) > maxSaid {
		return string(runes[:maxSaid-1]) + "…"
	}
	return string(runes)
}
