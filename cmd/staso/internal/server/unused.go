package server

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// unusedGrace is how long, at the end, a connection that has not sent anything
// yet may still begin to.
const unusedGrace = 250 * time.Millisecond

// unused are the connections on which no request ever came. Browsers open some
// ahead of need, and http.Server.Shutdown would wait five seconds for each.
type unused struct {
	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

// track is the server's ConnState.
func (u *unused) track(conn net.Conn, state http.ConnState) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if state != http.StateNew {
		delete(u.conns, conn)
		return
	}
	if u.conns == nil {
		u.conns = make(map[net.Conn]struct{})
	}
	u.conns[conn] = struct{}{}
}

func (u *unused) close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	for conn := range u.conns {
		_ = conn.Close() // it was never used: there is nothing to lose
	}
}
