package web

import (
	"net/url"
	"strings"
)

// inside judges the addresses that stand in an address's path and query: they are
// for its server to fetch, or to lead the caller on to.
func (d *detector) inside(rest string, depth int) verdict {
	path, query, _ := strings.Cut(rest, "?")
	v := d.inPath(path, depth)
	for len(query) > 0 {
		end := strings.IndexAny(query, "&;#")
		if end < 0 {
			end = len(query)
		}
		if key, value, ok := strings.Cut(query[:end], "="); ok && value != "" {
			v = v.worse(d.parameter(key, value, depth))
		}
		query = query[min(end+1, len(query)):]
	}
	if v.danger == none && isRedirector(path) {
		v = verdict{danger: redirector}
	}
	return v
}

// inPath: of what stands in a path only a metadata service counts. That an address
// speaks of localhost is no more than its subject.
func (d *detector) inPath(path string, depth int) verdict {
	before, _, found := strings.Cut(path, "://")
	if !found {
		return verdict{}
	}
	start := strings.LastIndexByte(before, '/') + 1
	if v := d.address(path[start:], depth+1); v.danger == metadata {
		v.handedOn = true
		return v
	}
	return verdict{}
}

// parameter judges a parameter that holds an address, by what it is called.
func (d *detector) parameter(key, value string, depth int) verdict {
	for range 2 {
		if strings.IndexByte(value, '%') < 0 {
			break
		}
		plain, err := url.QueryUnescape(value)
		if err != nil {
			break
		}
		value = plain
	}
	if !holdsAddress(value) {
		return verdict{}
	}
	v := d.address(value, depth+1)
	switch {
	case v.danger == metadata:
	case v.danger == none, v.danger <= private && !leadsOn(key):
		return verdict{}
	}
	v.handedOn = true
	return v
}

// holdsAddress says that a parameter's value is an address, or the bare number of
// one.
func holdsAddress(value string) bool {
	if strings.Contains(value, ":/") || strings.HasPrefix(value, "//") {
		return true
	}
	_, ok := parseIPv4(value)
	return ok && strings.Count(value, ".") == 3 && strings.HasPrefix(value, "169.254.")
}

// leadsOn says that servers fetch, or lead on to, what a parameter of that name
// holds. Where a login comes back to (redirect_uri) is a developer's own machine
// often enough, and a search may be for anything.
func leadsOn(key string) bool {
	switch strings.ToLower(key) {
	case "url", "uri", "u", "link", "src", "source", "dest", "destination", "target", "to", "goto", "go", "next", "redirect", "redirect_to",
		"redirect_url", "redir", "rurl", "r", "return", "return_to", "returnurl", "return_url", "continue", "forward", "out", "view", "site", "page",
		"feed", "file", "fetch", "proxy", "image", "img", "image_url", "imageurl", "host", "domain", "window", "open", "load", "path", "remote",
		"endpoint", "webhook", "callback_url", "import", "download", "resource", "html", "pdf", "avatar", "icon", "data", "reference", "val", "validate":
		return true
	}
	return false
}

// isRedirector says that an address is one of the services that answer with a
// redirect of their caller's choice: the status that they are to answer with is
// part of the name.
func isRedirector(path string) bool {
	host, rest, _ := strings.Cut(path, "/")
	host, _, _ = strings.Cut(host, ":")
	if under(host, "r3dir.me") || under(host, "redirme.com") || under(host, "rebind.it") {
		return true
	}
	long, status := false, false
	for label := range strings.SplitSeq(host, ".") {
		long = long || len(label) > 24 && strings.IndexByte(label, '-') < 0
		status = status || len(label) == 3 && label[:2] == "30" && label[2] >= '0' && label[2] <= '8'
	}
	return status && (long || strings.HasPrefix(rest, "--to"))
}
