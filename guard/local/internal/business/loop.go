package business

import (
	"container/list"
	"fmt"
	"hash/maphash"
	"sync"

	"github.com/staso-go/staso/guard"
	"github.com/staso-go/staso/guard/local/internal/detect"
	"github.com/staso-go/staso/guard/local/internal/glob"
)

// What a confusion_loop may remember: about 4 MB with the usual window, 10 MB with
// the largest.
const (
	mostConversations = 10_000
	mostWindow        = 100
)

// confusionLoop remembers the latest calls of the latest conversations, both by their
// digests alone.
type confusionLoop struct {
	repeat, window int
	ignore         glob.Set
	seed           maphash.Seed

	mu            sync.Mutex
	conversations map[uint64]*list.Element // of *recent
	order         *list.List               // the one that was used last in front
}

// recent is the latest calls of one conversation, in a ring.
type recent struct {
	conversation uint64
	digests      []uint64
	next         int
}

// NewConfusionLoop makes the detector of confusion_loop: it finds a call that was
// made "repeat" (5) times with the same arguments within the latest "window" (20)
// calls of its conversation, and a model that said the same thing that often in a
// row. Tools that wait or ask for a status are let pass; "ignore" is globs of those
// that are, in place of the usual ones.
//
// It remembers the latest 10,000 conversations. A call without a conversation is
// judged by its history alone.
func NewConfusionLoop(with detect.Params) (detect.Detector, error) {
	params := struct {
		Repeat int      `json:"repeat"`
		Window int      `json:"window"`
		Ignore []string `json:"ignore"`
	}{Repeat: 5, Window: 20, Ignore: []string{"*status*", "*poll*", "*wait*", "*sleep*", "*progress*", "*heartbeat*"}}
	if err := with.Decode(&params); err != nil {
		return nil, err
	}
	if params.Repeat < 2 || params.Window < params.Repeat || params.Window > mostWindow {
		return nil, fmt.Errorf("with: repeat is %d and window %d: repeat must be 2 or more, and window from repeat to %d",
			params.Repeat, params.Window, mostWindow)
	}
	ignore, err := globs("ignore", params.Ignore)
	if err != nil {
		return nil, err
	}
	return &confusionLoop{
		repeat: params.Repeat, window: params.Window, ignore: ignore, seed: maphash.MakeSeed(),
		conversations: map[uint64]*list.Element{}, order: list.New(),
	}, nil
}

// Detect counts the call, and reports it where it is one too many.
func (l *confusionLoop) Detect(c *detect.Call, report func(detect.Finding)) {
	if c.Phase != guard.PhaseInput || l.ignore.Match(c.Tool) {
		return
	}
	if c.Conversation != "" {
		if times := l.count(maphash.String(l.seed, c.Conversation), l.digest(c)); times >= l.repeat {
			report(detect.Finding{
				Code: "loop.repeated_call", Severity: guard.SeverityMedium,
				Reason: fmt.Sprintf("Calls %s for the %s time with the same arguments.", named(c.Tool), ordinal(times)),
			})
			return
		}
	}
	if said := sameInARow(c.History); said >= l.repeat {
		report(detect.Finding{
			Code: "loop.repeated_turn", Severity: guard.SeverityMedium,
			Reason: fmt.Sprintf("The model has said the same thing %d times in a row.", said),
		})
	}
}

// digest is that of the tool and its arguments, in whatever order and layout they
// are written.
func (l *confusionLoop) digest(c *detect.Call) uint64 {
	sum := maphash.String(l.seed, c.Tool)
	read := false
	for arg := range own(c) {
		read = true
		sum += maphash.String(l.seed, arg.Field) ^ (maphash.String(l.seed, arg.Text) * 31)
	}
	if !read {
		sum += maphash.Bytes(l.seed, c.Input)
	}
	return sum
}

// count adds a call to its conversation, and returns how often it stands there.
func (l *confusionLoop) count(conversation, digest uint64) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.recall(conversation)
	if len(r.digests) < l.window {
		r.digests = append(r.digests, digest)
	} else {
		r.digests[r.next] = digest
		r.next = (r.next + 1) % l.window
	}
	times := 0
	for _, other := range r.digests {
		if other == digest {
			times++
		}
	}
	return times
}

// recall is what is remembered of a conversation. It forgets the one that was used
// longest ago to make room for a new one.
func (l *confusionLoop) recall(conversation uint64) *recent {
	if element, ok := l.conversations[conversation]; ok {
		l.order.MoveToFront(element)
		return element.Value.(*recent) //nolint:forcetypeassert // nothing else is put there
	}
	if l.order.Len() >= mostConversations {
		oldest := l.order.Back()
		l.order.Remove(oldest)
		delete(l.conversations, oldest.Value.(*recent).conversation) //nolint:forcetypeassert // as above
	}
	r := &recent{conversation: conversation}
	l.conversations[conversation] = l.order.PushFront(r)
	return r
}

// sameInARow is how often the model's latest words have been said in a row.
func sameInARow(history []guard.Message) int {
	times, said := 0, ""
	for i := len(history) - 1; i >= 0; i-- {
		message := history[i]
		if message.Role != "assistant" || message.Content == "" {
			continue
		}
		if times > 0 && message.Content != said {
			break
		}
		said = message.Content
		times++
	}
	return times
}

func ordinal(n int) string {
	suffix := "th"
	switch {
	case n%100 >= 11 && n%100 <= 13:
	case n%10 == 1:
		suffix = "st"
	case n%10 == 2:
		suffix = "nd"
	case n%10 == 3:
		suffix = "rd"
	}
	return fmt.Sprintf("%d%s", n, suffix)
}
