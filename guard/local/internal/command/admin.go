package command

import (
	"strings"

	"github.com/staso-go/staso/guard"
)

// administer judges a request that changes what a service keeps.
func (j *judge) administer(r request) {
	if r.method == "GET" || r.method == "HEAD" || r.method == "OPTIONS" || r.url == nil {
		return
	}
	address := r.url.Text
	if query := strings.IndexByte(address, '?'); query >= 0 {
		address = address[:query]
	}
	host, path := cutAddress(address)
	if r.method == "DELETE" {
		j.deletes(r.url, host, path)
		return
	}
	if verb := destructiveEndpoint(path); verb && !developed(host, path) {
		j.find("http.endpoint", guard.SeverityMedium, "has a service delete or close what it keeps", r.url)
	}
}

// deletes judges an HTTP DELETE.
func (j *judge) deletes(at *Word, host, path string) {
	if developed(host, path) {
		return
	}
	severity := guard.SeverityMedium
	if path == "/" || path == "" || strings.Contains(path, "*") || strings.Contains(path, "_all") || weigh(path, "/") >= heavy {
		severity = guard.SeverityHigh
	}
	j.find("http.delete", severity, "has a service delete what it keeps", at)
}

// cutAddress splits an address into host with port, and path.
func cutAddress(address string) (host, path string) {
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	if i := strings.IndexByte(address, '/'); i >= 0 {
		return address[:i], address[i:]
	}
	return address, ""
}

// developed says that an address is, going by its port, a program that is being
// written on this very machine, and not one of the services that it uses.
func developed(host, path string) bool {
	name, port, _ := strings.Cut(host, ":")
	switch name {
	case "localhost", "127.0.0.1", "0.0.0.0", "[":
	default:
		return false
	}
	if strings.Contains(path, "/admin") || strings.Contains(path, "/namespaces/") {
		return false
	}
	switch port {
	case "", "80", "1337", "4000", "4200", "5000", "5001", "5173", "8000", "8080", "8081", "8888", "9000":
		return true
	}
	return len(port) == 4 && port[0] == '3' && port != "3100" // 3000 and up, but Loki
}

// destructiveEndpoint says that a part of a path is an order to delete.
func destructiveEndpoint(path string) bool {
	for path != "" {
		part, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		path = rest
		if len(part) > 0 && len(part) <= longestVerb && destructivePart(strings.TrimPrefix(part, "_")) {
			return true
		}
		if path == "" {
			break
		}
	}
	return false
}

func destructivePart(part string) bool {
	if part == "reroute" || part == "close" || part == "shutdown" || part == "seal" || part == "quitquitquit" || part == "safeExit" || part == "doDelete" {
		return true
	}
	v, _ := readVerb(part)
	return v == strong || v == plain && (strings.ContainsAny(part, "-_") || part == "delete")
}
