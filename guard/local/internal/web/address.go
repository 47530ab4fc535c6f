package web

import (
	"strings"
)

// deepest is how many addresses inside one another are looked at.
const deepest = 3

// address judges one URL, the way browsers and curl read it: without regard for
// odd slashes, and without a scheme too.
func (d *detector) address(text string, depth int) verdict {
	text = strings.TrimFunc(text, func(r rune) bool { return r <= ' ' })
	if strings.ContainsAny(text, "\t\r\n") {
		text = strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(text)
	}
	name, rest, found := cutScheme(text)
	if found {
		if v := d.scheme(name, rest); v.danger != none || !fetches(name) {
			return v
		}
	} else if i := schemeInside(text); i > 0 && depth < deepest {
		return d.address(text[i:], depth+1)
	} else if !bareHost(text) {
		return verdict{}
	}
	rest = strings.TrimLeft(rest, `/\`)
	end := strings.IndexByte(rest, '/')
	if end < 0 {
		end = len(rest)
	}
	v := d.authority(rest[:end])
	if depth < deepest && v.danger == none {
		v = d.inside(rest, depth)
	}
	return v
}

// cutScheme takes off the scheme. "localhost:80" has none.
func cutScheme(text string) (name, rest string, found bool) {
	colon := strings.IndexByte(text, ':')
	if colon < 1 {
		return "", text, false
	}
	for i := range colon {
		b := text[i]
		if (b|0x20 < 'a' || b|0x20 > 'z') && (i == 0 || (b < '0' || b > '9') && b != '+' && b != '-' && b != '.') {
			return "", text, false
		}
	}
	name, rest = text[:colon], text[colon+1:]
	if strings.HasPrefix(rest, "//") || strings.HasPrefix(rest, `\`) || strings.HasPrefix(rest, "/") || fetches(name) || closed(name) {
		return name, rest, true
	}
	return "", text, false
}

// schemeInside is where an address with a scheme begins behind other text, or 0:
// "url=http://x".
func schemeInside(text string) int {
	i := strings.Index(text, "://")
	for i > 0 && text[i-1]|0x20 >= 'a' && text[i-1]|0x20 <= 'z' {
		i--
	}
	return max(i, 0)
}

// fetches says that the scheme's host is one that is spoken to as a web server.
func fetches(name string) bool {
	for _, known := range [...]string{"https", "http", "ws", "wss", "ftp", "ftps"} {
		if strings.EqualFold(name, known) {
			return true
		}
	}
	return false
}

// scheme judges the scheme. Where the rule lists some, no other may be used.
func (d *detector) scheme(name, rest string) verdict {
	if len(d.schemes) > 0 {
		for _, allowed := range d.schemes {
			if strings.EqualFold(name, allowed) {
				return verdict{}
			}
		}
		return verdict{danger: scheme, what: name}
	}
	if closed(name) && rest != "" {
		return verdict{danger: scheme, what: name}
	}
	return verdict{}
}

// closed says that a scheme reads files, or carries bytes of the caller's choice
// to a service that takes them for its own protocol.
func closed(name string) bool {
	if len(name) < 3 || len(name) > 14 {
		return false
	}
	for _, known := range [...]string{
		"file", "gopher", "gophers", "dict", "ldap", "ldaps", "ldapi", "tftp", "jar", "netdoc", "php", "expect", "phar", "glob", "zip", "rar", "ogg",
		"ssh2", "compress.zlib", "compress.bzip2", "smb", "unix", "http+unix", "https+unix", "local_file", "view-source", "telnet",
	} {
		if strings.EqualFold(name, known) {
			return true
		}
	}
	return false
}

// bareHost says that text without a scheme is a host, with or without a port and
// a path: "localhost:3000/x", "10.0.0.1".
func bareHost(text string) bool {
	if strings.HasPrefix(text, "//") || strings.HasPrefix(text, `\\`) {
		return true
	}
	end := strings.IndexAny(text, `/\?#`)
	if end < 0 {
		end = len(text)
	}
	host := text[:end]
	if host == "" || strings.ContainsAny(host, " ,;(){}<>\"'`=") {
		return false
	}
	name, port, found := strings.Cut(host, ":")
	if a, ok := parseIPv4(name); ok {
		return a.plain || a.parts == 4 || a.value >= 1<<24 && a.parts == 1
	}
	switch {
	case strings.Contains(host, "@"), strings.Contains(port, ":"):
		return true
	case found:
		return name != "" && port != "" && strings.Trim(port, "0123456789") == ""
	default:
		return strings.Contains(name, ".") || strings.EqualFold(name, "localhost")
	}
}

// authority judges all that some program takes for the host: there are those for
// which "a\@b", "a#@b" and "a@b@c" begin with the one, and those for which they
// end with the other.
func (d *detector) authority(text string) verdict {
	end := strings.IndexAny(text, `\?#`)
	if end < 0 {
		end = len(text)
	}
	host := text[:end]
	at := strings.LastIndexByte(host, '@')
	v := d.host(host[at+1:])
	if at < 0 && !strings.ContainsAny(text, `\@;,`) {
		return v
	}
	tricky := strings.Contains(text, "@") && strings.ContainsAny(text, ` \`)
	for text != "" {
		end := strings.IndexAny(text, `\?#@;, `)
		if end < 0 {
			end = len(text)
		}
		if w := d.host(text[:end]); w.danger != internalName { // a user's name has no dot either
			v = v.worse(w)
		}
		text = text[min(end+1, len(text)):]
	}
	if v.disguised = v.disguised || tricky; tricky && v.danger == none {
		v.danger = disguised
	}
	return v
}

// host judges one host, with or without a port.
func (d *detector) host(text string) verdict {
	host, port := cutPort(text)
	if host == "" {
		return verdict{}
	}
	name, odd := normalise(host)
	v := classify(name)
	v.disguised = v.disguised || odd
	switch {
	case v.danger == none && v.disguised:
		v.danger = disguised
	case v.danger == none:
		return v
	}
	if !v.disguised && d.allows(name, port, v.danger) {
		return verdict{}
	}
	v.what = host
	return v
}

// cutPort parts host and port, and takes off an IPv6 address's brackets and zone.
func cutPort(text string) (host, port string) {
	if rest, ok := strings.CutPrefix(text, "["); ok {
		host, port, _ = strings.Cut(rest, "]")
		host, _, _ = strings.Cut(host, "%")
		return host, strings.TrimPrefix(port, ":")
	}
	host, port, _ = strings.Cut(text, ":")
	if strings.Contains(port, ":") {
		host, _, _ = strings.Cut(text, "%")
		return host, ""
	}
	return host, port
}
