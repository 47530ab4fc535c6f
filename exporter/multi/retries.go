package multi

import (
	"sync"

	"github.com/google/uuid"
)

// retries remembers the batches that the caller is expected to try again, so
// that the secondaries get each only once. It is bounded: a caller that gives up
// does not say so.
type retries struct {
	mu    sync.Mutex
	ids   map[uuid.UUID]struct{}
	order []uuid.UUID
}

// maxRetries is far above the number of batches that one pipeline has under way.
const maxRetries = 1024

// expect notes that id will come again.
func (r *retries) expect(id uuid.UUID) {
	if id == uuid.Nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ids == nil {
		r.ids = make(map[uuid.UUID]struct{})
	}
	if len(r.order) == maxRetries {
		delete(r.ids, r.order[0])
		r.order = r.order[1:]
	}
	r.ids[id] = struct{}{}
	r.order = append(r.order, id)
}

// claim says whether id was expected, and forgets it.
func (r *retries) claim(id uuid.UUID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, expected := r.ids[id]; !expected {
		return false
	}
	delete(r.ids, id)
	for i, known := range r.order {
		if known == id {
			r.order = append(r.order[:i:i], r.order[i+1:]...)
			break
		}
	}
	return true
}
