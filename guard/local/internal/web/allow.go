package web

import (
	"fmt"
	"net/netip"
	"strings"
)

// allowed is one entry of what the rule lets through.
type allowed struct {
	net  netip.Prefix // of an address or a net
	name string       // of a host, ".x" of all under x
	port string       // empty is any
}

func parseAllowed(entry string) (allowed, error) {
	text := strings.ToLower(strings.TrimSpace(entry))
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return allowed{net: prefix.Masked()}, nil
	}
	host, port := cutPort(text)
	if host == "" || strings.Trim(port, "0123456789") != "" || strings.ContainsAny(strings.TrimPrefix(host, "*."), "/*@ ") {
		return allowed{}, fmt.Errorf(
			`with: allow: %q is no host: write "host", "host:port", "*.domain", an address or a net such as 10.0.0.0/8`, entry,
		)
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return allowed{net: netip.PrefixFrom(addr, addr.BitLen()), port: port}, nil
	}
	return allowed{name: strings.TrimPrefix(strings.Trim(host, "."), "*"), port: port}, nil
}

// allows says that a host is let through, though it leads to that danger.
func (d *detector) allows(name, port string, to danger) bool {
	for i := range d.allow {
		if d.allow[i].matches(name, port, to == metadata) {
			return true
		}
	}
	return false
}

// matches: with exact, only the host itself matches and no net or domain.
func (a *allowed) matches(name, port string, exact bool) bool {
	switch {
	case a.port != "" && a.port != port:
		return false
	case a.net.IsValid():
		addr, err := netip.ParseAddr(name)
		return err == nil && a.net.Contains(addr) && (!exact || a.net.IsSingleIP())
	case a.name[0] == '.':
		return !exact && strings.HasSuffix(name, a.name)
	default:
		return a.name == name
	}
}
