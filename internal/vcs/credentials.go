package vcs

import (
	"net/url"
	"strings"
)

// withoutCredentials cuts out of a repository's URL what may be a secret: users
// (but for git, which everybody is), passwords, queries and fragments. Where it
// cannot tell the parts of a URL apart it leaves nothing.
func withoutCredentials(raw string) string {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return withoutUser(raw)
	}
	u, err := url.Parse(raw)
	if err != nil || strings.Contains(u.EscapedPath(), "@") { // a password with a slash in it
		return ""
	}
	host, path := u.Host, u.EscapedPath()
	if u.User.Username() == "git" && !strings.HasPrefix(strings.ToLower(scheme), "http") {
		host = "git@" + host
	}
	if host == "" && !strings.HasPrefix(rest, "/") {
		return ""
	}
	return scheme + "://" + host + path
}

// withoutUser is for host:path as scp has it, and for what has no scheme.
func withoutUser(raw string) string {
	host, path, _ := strings.Cut(raw, "/")
	if strings.Contains(path, "@") && strings.Contains(raw, ":") {
		return "" // as above
	}
	at := strings.LastIndexByte(host, '@')
	if at < 0 || host[:at] == "git" {
		return raw
	}
	return raw[at+1:]
}
