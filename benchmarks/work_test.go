package benchmarks_test

import (
	"strings"
	"testing"

	"github.com/staso-go/staso/benchmarks/internal/peer"
	"github.com/staso-go/staso/benchmarks/internal/workload"
)

// A comparison is worth nothing if somebody does less.
func TestEveryPeerSendsTheSameWork(t *testing.T) {
	s := startSink(t)
	typed, loose := workload.NewChat(), workload.NewChatMaps()
	ways := map[string]func(peer.Client){
		"typed": func(c peer.Client) { c.Chat(t.Context(), typed) },
		"maps":  func(c peer.Client) { c.ChatMaps(t.Context(), loose) },
	}
	for _, p := range peer.All() {
		for name, work := range ways {
			t.Run(p.Name+"/"+name, func(t *testing.T) {
				client := start(t, p, s)
				defer shutdown(t, client)
				if err := s.Keep(); err != nil {
					t.Fatal(err)
				}
				work(client)
				flush(t, client, s, 1)
				body, err := s.Kept()
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range append(typed.Input, typed.Output) {
					for _, want := range []string{m.Role, m.Text} {
						if !strings.Contains(body, want) {
							t.Errorf("%q did not arrive", want)
						}
					}
				}
				for _, want := range []string{typed.Model, "input_tokens", "output_tokens"} {
					if !strings.Contains(body, want) {
						t.Errorf("%q did not arrive", want)
					}
				}
			})
		}
	}
}

func TestInputIsOfTheSizeThatIsSaid(t *testing.T) {
	size := 0
	for _, m := range workload.NewChat().Input {
		size += len(m.Text)
	}
	if size < 330 || size > 370 {
		t.Errorf("the input holds %d bytes of text, not about 350", size)
	}
}
