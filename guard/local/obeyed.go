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
const ordersThreshold = `{"threshold": 0.6}`

// newObeyed has what gives orders told by the detector of prompt_injection, and by
// the words that turn an agent from its task.
func newObeyed(with detect.Params) (detect.Detector, error) {
	orders, err := prompt.New(detect.Params(ordersThreshold))
	if err != nil {
		return nil, err
	}
	diverter := obey.NewDiverter()
	known := verdicts{seed: maphash.MakeSeed(), of: map[uint64]bool{}}
	return obey.New(func(text string) bool {
		return known.get(text, func() bool { return diverter.Diverts(text) || gives(orders, text) })
	})(with)
}

// gives says that a tool's answer gives orders.
func gives(orders detect.Detector, text string) bool {
	found := false
	call := detect.Call{Call: guard.Call{Phase: guard.PhaseOutput}, Args: []detect.Arg{{Field: "output", Key: "output", Kinds: detect.Text, Text: text}}}
	orders.Detect(&call, func(detect.Finding) { found = true })
	return found
}

// mostVerdicts is how many answers are remembered; then it begins anew.
const mostVerdicts = 4096

// verdicts remembers of which answers it was found out what they are: each call of
// a conversation comes with all that was said before.
type verdicts struct {
	seed maphash.Seed

	mu sync.Mutex
	of map[uint64]bool
}

func (v *verdicts) get(text string, find func() bool) bool {
	key := maphash.String(v.seed, text)
	v.mu.Lock()
	verdict, known := v.of[key]
	v.mu.Unlock()
	if known {
		return verdict
	}
	verdict = find()
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.of) >= mostVerdicts {
		clear(v.of)
	}
	v.of[key] = verdict
	return verdict
}
