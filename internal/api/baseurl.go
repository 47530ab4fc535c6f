package api

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// DefaultBaseURL is the local backend: nothing leaves the machine unasked.
const DefaultBaseURL = "http://127.0.0.1:7600"

// ParseBaseURL takes an absolute http or https URL without credentials, query or
// fragment; a path before the API's own is kept. Plain http is for loopback
// only. Its errors never repeat what may be a credential.
func ParseBaseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		// The parser's error quotes the text, a password in it included.
		return nil, errors.New("is not a URL")
	}
	switch {
	case u.User != nil:
		return nil, errors.New("carries credentials: pass the key as API key")
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return nil, fmt.Errorf("%.100q is not an absolute http or https URL", raw)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, errors.New("carries a query or a fragment: only scheme, host and path may be given")
	case u.Scheme == "http" && !IsLoopback(u):
		return nil, fmt.Errorf("%.100q is plain http to another machine: use https", raw)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	return u, nil
}

// IsLoopback says whether u names this machine by a loopback address or as
// localhost.
func IsLoopback(u *url.URL) bool {
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if host == "localhost" { // names below it go to a resolver, which may say anything
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// CheckKey takes a key that can be sent to base. It may be empty on loopback.
// Its errors never repeat the key.
func CheckKey(key string, base *url.URL) error {
	if key == "" {
		if base == nil || IsLoopback(base) {
			return nil
		}
		return fmt.Errorf("an API key is needed for %s", base.Host)
	}
	if isPlaceholder(key) {
		return errors.New("the API key is a placeholder: put in a real one")
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return fmt.Errorf("the API key has a character at position %d that no key has: "+
				"a space, a line end or one outside ASCII", i)
		}
	}
	return nil
}

func isPlaceholder(key string) bool {
	return slices.Contains([]string{
		"change-me", "changeme", "your-api-key", "your_api_key", "replace-me", "placeholder",
	}, strings.ToLower(strings.TrimSpace(key)))
}
