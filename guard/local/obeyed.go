package local

import (
	"hash/maphash"
	"sync"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/obey"
	"github.com/staso-go/staso/guard/local/internal/prompt"
)

// ordersThreshold is lower than that of prompt_injection: orders alone have nobody
// stopped here.
const ordersThreshold = `{"threshold": 0.7}`

// newObeyed has what gives orders told by the detector of prompt_injection, and by
// the words that turn an agent from its task.
func newObeyed(with detect.Params) (detect.Detector, error) {
	orders, err := prompt.New(detect.Params(ordersThreshold))
	if err != nil {
		return nil, err
	}
	diverter := obey.NewDiverter()
	known := verdicts{seed: maphash.MakeSeed(), of: map[uint64][]obey.Span{}}
	return obey.New(func(text string) []obey.Span {
		return known.get(text, func() []obey.Span {
			return obey.Orders(text, append(diverter.Marks(text), given(orders, text)...))
		})
	})(with)
}

// given is where a tool's answer gives orders.
func given(orders detect.Detector, text string) []obey.Span {
	var found []obey.Span
	call := detect.Call{Call: guard.Call{Phase: guard.PhaseOutput}, Args: []detect.Arg{{Field: "output", Key: "output", Kinds: detect.Text, Text: text}}}
	orders.Detect(&call, func(f detect.Finding) { found = append(found, obey.Span{Start: f.Start, End: f.End}) })
	return found
}

// mostVerdicts is how many answers are remembered; then it begins anew.
const mostVerdicts = 4096

// verdicts remembers what orders were found in which answers: each call of
// a conversation comes with all that was said before.
type verdicts struct {
	seed maphash.Seed

	mu sync.Mutex
	of map[uint64][]obey.Span
}

func (v *verdicts) get(text string, find func() []obey.Span) []obey.Span {
	key := maphash.String(v.seed, text)
	v.mu.Lock()
	spans, known := v.of[key]
	v.mu.Unlock()
	if known {
		return spans
	}
	spans = find()
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.of) >= mostVerdicts {
		clear(v.of)
	}
	v.of[key] = spans
	return spans
}
