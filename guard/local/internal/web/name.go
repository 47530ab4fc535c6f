package web

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// normalise puts a host into the letters that it is looked up by, and says
// whether it was written in others to no honest purpose. Letters of other scripts
// are no disguise; wide or circled Latin ones are.
func normalise(host string) (name string, odd bool) {
	for range 2 {
		if strings.IndexByte(host, '%') < 0 {
			break
		}
		plain, err := url.PathUnescape(host)
		if err != nil {
			break
		}
		odd = odd || plain != host
		host = plain
	}
	if !ascii(host) {
		folded := fold(host)
		odd = odd || latinDigits(folded) > latinDigits(host)
		host = folded
	}
	return strings.ToLower(strings.Trim(host, ". ")), odd
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// fold drops what is not seen, and gives every other letter its plain form.
func fold(host string) string {
	host = strings.Map(func(r rune) rune {
		switch {
		case r == 0xAD || r >= 0x200B && r <= 0x200D || r == 0x2060 || r == 0xFEFF || r >= 0xFE00 && r <= 0xFE0F:
			return -1
		case r == 0x3002 || r == 0xFF0E || r == 0xFF61:
			return '.'
		}
		return r
	}, host)
	return norm.NFKC.String(host)
}

// latinDigits counts the plain letters and digits.
func latinDigits(text string) int {
	n := 0
	for i := range len(text) {
		if b := text[i]; b|0x20 >= 'a' && b|0x20 <= 'z' || b >= '0' && b <= '9' {
			n++
		}
	}
	return n
}

// classify says where a host leads.
func classify(name string) verdict {
	if name == "" {
		return verdict{}
	}
	if a, ok := parseIPv4(name); ok {
		return a.classify()
	}
	if strings.IndexByte(name, ':') >= 0 {
		addr, err := netip.ParseAddr(name)
		if err != nil {
			return verdict{}
		}
		return verdict{danger: ofAddr(addr)}
	}
	return verdict{danger: ofName(name)}
}

// longestName is how long a name may be that anything can be looked up by.
const longestName = 253

// ofName is where a name leads that is no address.
func ofName(name string) danger {
	switch {
	case len(name) > longestName:
		return none
	case metadataName(name):
		return metadata
	case name == "localhost", strings.HasSuffix(name, ".localhost"), strings.HasSuffix(name, ".localdomain"),
		name == "ip6-localhost", name == "ip6-loopback", name == "localhost6":
		return loopback
	case internalSuffix(name):
		return internalName
	case strings.IndexByte(name, '.') < 0:
		if idn := strings.HasPrefix(name, "xn--"); idn || !hostLike(name) {
			return none
		}
		return internalName
	case leadsHome(name):
		return rebinding
	default:
		return embedded(name)
	}
}

// hostLike says that a name without a dot can be a host's.
func hostLike(name string) bool {
	for i := range len(name) {
		b := name[i]
		if (b < 'a' || b > 'z') && (b < '0' || b > '9') && b != '-' && b != '_' {
			return false
		}
	}
	return true
}

// metadataName says that name is one of a cloud's metadata service.
func metadataName(name string) bool {
	switch name {
	case "metadata.google.internal", "metadata.goog", "metadata", "instance-data", "instance-data.ec2.internal", "metadata.azure.internal",
		"metadata.tencentyun.com", "metadata.packet.net", "metadata.platformequinix.com", "api.metadata.cloud.ibm.com", "rancher-metadata",
		"metadata.ec2.internal", "metadata.oraclecloud.com", "metadata.internal", "metadata.vultr.com", "metadata.exoscale.com":
		return true
	}
	return false
}

// internalSuffix says that name is under a domain that the internet does not know.
func internalSuffix(name string) bool {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return false
	}
	switch name[dot+1:] {
	case "internal", "local", "corp", "lan", "intranet", "private", "home", "intra", "svc", "consul", "localnet", "priv":
		return true
	}
	return under(name, "home.arpa")
}

// leadsHome says that name is of a domain all of whose names lead to the machine
// that asks, or to one address now and another a moment later.
func leadsHome(name string) bool {
	for _, domain := range [...]string{
		"localtest.me", "lvh.me", "vcap.me", "lacolhost.com", "localho.st", "localh.st", "fuf.me", "smackaho.st", "ulh.us", "local.gd",
		"127-0-0-1.org.uk", "bugbounty.dod.network", "spoofed.burpcollaborator.net", "localdomain.pw",
		"rbndr.us", "1u.ms", "rebind.network", "rebinder.net", "lock.cmpxchg8b.com",
	} {
		if under(name, domain) {
			return true
		}
	}
	return false
}

func under(name, domain string) bool {
	return strings.HasSuffix(name, domain) && (len(name) == len(domain) || name[len(name)-len(domain)-1] == '.')
}

// embedded is where names of services lead that answer with the address that
// stands in the name.
func embedded(name string) danger {
	for _, domain := range [...]string{"nip.io", "sslip.io", "xip.io", "xip.name", "traefik.me", "local-ip.co", "local-ip.sh", "backname.io", "ip6.name"} {
		if under(name, domain) && len(name) > len(domain) {
			return inLabels(name[:len(name)-len(domain)-1])
		}
	}
	return none
}

// inLabels finds an address in "app.10.0.0.1", "app-10-0-0-1", "7f000001" or
// "--1". Only one that is internal matters.
func inLabels(labels string) danger {
	worst := none
	for start := range len(labels) {
		if start > 0 && labels[start-1] != '.' && labels[start-1] != '-' {
			continue
		}
		worst = max(worst, leading(labels[start:]))
	}
	return worst
}

func leading(text string) danger {
	if v6 := strings.ReplaceAll(text, "-", ":"); strings.Count(v6, ":") > 1 {
		if addr, err := netip.ParseAddr(v6); err == nil && ofAddr(addr) != none {
			return ofEmbedded(ofAddr(addr))
		}
	}
	if len(text) == 8 && strings.Trim(text, "0123456789abcdef") == "" {
		text = "0x" + text
	} else {
		text = firstFour(strings.ReplaceAll(text, "-", "."))
	}
	a, ok := parseIPv4(text)
	if !ok || a.parts != 4 && !strings.HasPrefix(text, "0x") {
		return none
	}
	return ofEmbedded(a.classify().danger)
}

func ofEmbedded(d danger) danger {
	if d == none || d == metadata {
		return d
	}
	return rebinding
}

// firstFour is what stands before the fourth dot.
func firstFour(text string) string {
	dots := 0
	for i := range len(text) {
		if text[i] == '.' {
			if dots++; dots == 4 {
				return text[:i]
			}
		}
	}
	return text
}
