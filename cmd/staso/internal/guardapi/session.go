package guardapi

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/staso-go/staso/cmd/staso/internal/httpapi"
)

const (
	sessionCookie = "staso_session"
	// csrfHeader and csrfField carry what a page of a session has and a program
	// without one has not.
	csrfHeader = "X-Staso-Csrf"
	csrfField  = "csrf"

	sessionFor  = 30 * 24 * time.Hour // after its last use
	linkFor     = 24 * time.Hour
	maxSessions = 64
	maxLinks    = 16
)

// secret is a random text, held as its digest.
type secret [sha256.Size]byte

// sessions are the browsers that may approve. They are known to this process
// alone, and end with it: a file would be there for the agent to read too.
type sessions struct {
	now func() time.Time

	mu    sync.Mutex
	links map[secret]time.Time // until when each is good
	live  map[secret]time.Time // when each was last used
	key   [sha256.Size]byte
}

func newSessions(now func() time.Time) *sessions {
	s := &sessions{now: now, links: make(map[secret]time.Time), live: make(map[secret]time.Time)}
	rand.Read(s.key[:])
	return s
}

func newSecret() (string, secret) {
	var b [32]byte
	rand.Read(b[:])
	text := base64.RawURLEncoding.EncodeToString(b[:])
	return text, sha256.Sum256([]byte(text))
}

// link returns a text that opens one session.
func (s *sessions) link() string {
	text, sum := newSecret()
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	makeRoom(s.links, maxLinks)
	s.links[sum] = now.Add(linkFor)
	return text
}

// open begins a session for who has a link. Each link is good once.
func (s *sessions) open(link string) (cookie string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := secret(sha256.Sum256([]byte(link)))
	until, known := s.links[sum]
	delete(s.links, sum)
	now := s.now()
	if !known || !now.Before(until) {
		return "", false
	}
	cookie, sum = newSecret()
	makeRoom(s.live, maxSessions)
	s.live[sum] = now
	return cookie, true
}

// find says if a cookie is that of a session, and returns the session's proof.
func (s *sessions) find(cookie string) (csrf string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := secret(sha256.Sum256([]byte(cookie)))
	last, known := s.live[sum]
	now := s.now()
	if !known || now.Sub(last) > sessionFor {
		delete(s.live, sum)
		return "", false
	}
	s.live[sum] = now
	mac := hmac.New(sha256.New, s.key[:])
	mac.Write(sum[:])
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), true
}

// makeRoom removes the earliest of what is too many.
func makeRoom(times map[secret]time.Time, limit int) {
	for len(times) >= limit {
		var first secret
		for sum, at := range times {
			if first == (secret{}) || at.Before(times[first]) {
				first = sum
			}
		}
		delete(times, first)
	}
}

// SignInPath is where a link of [Guard.SignInLink] leads.
const SignInPath = "/session"

// SignInLink returns the path of a link that makes the browser that opens it one
// that may approve. It is good once, for a day. Print it where only the person who
// runs the server sees it.
func (g *Guard) SignInLink() string { return SignInPath + "?token=" + g.sessions.link() }

// GetSession is GET /session: it gives the browser its cookie, and sends it on to
// where there is something to approve.
func (g *Guard) GetSession(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet || strings.Contains(r.Header.Get("Sec-Purpose"), "prefetch") {
		return forbidden("a link to sign in is opened by a person, not looked at beforehand")
	}
	cookie, ok := g.sessions.open(r.URL.Query().Get("token"))
	if !ok {
		return forbidden("this link was opened before, is older than a day, or is of a server that has ended: each is good once. Start staso serve again for a new one")
	}
	http.SetCookie(w, &http.Cookie{
		Name: sessionCookie, Value: cookie, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, MaxAge: int(sessionFor / time.Second),
	})
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	// A page rather than a redirect: a browser that came from elsewhere would leave
	// a cookie that is SameSite=Strict out of the request that it is sent on to.
	w.Header().Set("Refresh", "0; url=/approvals")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte("<!doctype html><title>Signed in</title><p>This browser may approve now. <a href=\"/approvals\">What waits</a></p>\n")) //nolint:errcheck // the client is gone
	return nil
}

// Session says if the request comes from a browser that may approve, and returns
// what its forms must send back as "csrf", and its scripts as the header
// X-Staso-Csrf.
func (g *Guard) Session(r *http.Request) (csrf string, ok bool) {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return "", false
	}
	return g.sessions.find(cookie.Value)
}

// permit refuses a request that does not come from a page of a browser that may
// approve.
func (g *Guard) permit(r *http.Request) error {
	csrf, ok := g.Session(r)
	if !ok {
		return forbidden("only a person may do this, in a browser that was signed in: open the link that staso serve printed, and use its pages")
	}
	sent := r.Header.Get(csrfHeader)
	if sent == "" {
		sent = r.PostFormValue(csrfField)
	}
	if !hmac.Equal([]byte(sent), []byte(csrf)) {
		return forbidden("the page that this came from is out of date: load it again")
	}
	return nil
}

func forbidden(detail string) error {
	return &httpapi.Error{Status: http.StatusForbidden, Code: httpapi.CodeForbidden, Detail: detail}
}
