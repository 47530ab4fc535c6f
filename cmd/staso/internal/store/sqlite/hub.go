package sqlite

import (
	"sync"

	"github.com/google/uuid"
)

// topic is what can be watched: one escalation, or all of a workspace's.
type topic struct {
	workspace string
	id        uuid.UUID
}

// hub tells those who wait that something changed. It holds only what somebody
// waits for.
type hub struct {
	mu     sync.Mutex
	topics map[topic]*watched
}

type watched struct {
	changed  chan struct{}
	watchers int
}

func newHub() *hub { return &hub{topics: make(map[topic]*watched)} }

// WatchEscalation implements [store.GuardStore].
func (s *Store) WatchEscalation(workspace string, id uuid.UUID) (changed <-chan struct{}, stop func()) {
	return s.hub.watch(topic{workspace, id})
}

func (h *hub) watch(t topic) (changed <-chan struct{}, stop func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	w := h.topics[t]
	if w == nil {
		w = &watched{changed: make(chan struct{})}
		h.topics[t] = w
	}
	w.watchers++
	return w.changed, sync.OnceFunc(func() { h.leave(t, w) })
}

func (h *hub) leave(t topic, w *watched) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if w.watchers--; w.watchers == 0 && h.topics[t] == w {
		delete(h.topics, t)
	}
}

// tell wakes those who watch an escalation, and those who watch them all.
func (h *hub) tell(workspace string, id uuid.UUID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range []topic{{workspace, id}, {workspace, uuid.Nil}} {
		if w := h.topics[t]; w != nil {
			close(w.changed)
			delete(h.topics, t)
		}
	}
}
