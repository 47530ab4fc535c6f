package demo

import (
	"context"
	"strings"
)

// playWaiting begins the scene in which a call waits for a person, and says what came
// of it once there is a decision. end ends it, wherever it is; until then the scene
// alone may write to the user.
func (d *demo) playWaiting(ctx context.Context, c *cast) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s := waitingScene(c)
		answer, err := s.play(ctx, nil)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			d.out.line("decided", "nothing, as the run failed: %s", oneLine(err.Error()))
		default:
			d.out.line("decided", "%s", oneLine(answer.Text))
		}
	}()
	return func() {
		cancel()
		<-done
	}
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
