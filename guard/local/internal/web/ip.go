package web

import (
	"encoding/binary"
	"net/netip"
	"strings"
)

// ipv4 is an address as the C library reads it: in one to four parts, each of
// which may be decimal, octal or hexadecimal, and too large.
type ipv4 struct {
	value   uint32
	decimal uint32 // read without octal, as some programs do
	parts   int
	plain   bool // four decimal parts, none too large: the usual form
}

// parseIPv4 reads text as an IPv4 address in any form.
func parseIPv4(text string) (ipv4, bool) {
	a := ipv4{plain: true}
	for {
		part, rest, more := strings.Cut(text, ".")
		n, ok := parsePart(part)
		if !ok || a.parts == 4 {
			return ipv4{}, false
		}
		a = a.with(n, !more)
		if !more {
			break
		}
		text = rest
	}
	a.plain = a.plain && a.parts == 4
	return a, true
}

// with takes in one more part. The last one fills all that is left.
func (a ipv4) with(n part, last bool) ipv4 {
	a.plain = a.plain && n.plain && n.value < 256
	shift := 24 - 8*a.parts
	a.parts++
	if last {
		mask := uint32(1)<<(shift+8) - 1
		if shift == 24 {
			mask = ^uint32(0)
		}
		a.value |= n.value & mask
		a.decimal |= n.decimal & mask
		return a
	}
	a.value |= n.value & 0xFF << shift
	a.decimal |= n.decimal & 0xFF << shift
	return a
}

// part is one part of an address.
type part struct {
	value, decimal uint32
	plain          bool
}

// parsePart reads a number. One that is too large wraps around, as it does where
// nobody checks.
func parsePart(text string) (part, bool) {
	if text == "" || len(text) > 40 {
		return part{}, false
	}
	if len(text) > 1 && text[0] == '0' && text[1]|0x20 == 'x' {
		n, ok := number(text[2:], 16)
		return part{value: n, decimal: n}, ok
	}
	if len(text) > 2 && text[0] == '0' && text[1]|0x20 == 'o' {
		n, ok := number(text[2:], 8)
		return part{value: n, decimal: n}, ok
	}
	decimal, ok := number(text, 10)
	if !ok {
		return part{}, false
	}
	if len(text) == 1 || text[0] != '0' {
		return part{value: decimal, decimal: decimal, plain: len(text) <= 3}, true
	}
	octal, ok := number(text, 8)
	if !ok {
		octal = decimal
	}
	return part{value: octal, decimal: decimal}, true
}

func number(text string, base uint32) (uint32, bool) {
	n := uint32(0)
	for _, b := range []byte(text) {
		digit := uint32(b - '0')
		if b|0x20 >= 'a' && base == 16 {
			digit = uint32(b|0x20-'a') + 10
		}
		if digit >= base {
			return 0, false
		}
		n = n*base + digit
	}
	return n, true
}

// classify says where an address leads. An odd form is a disguise, unless it comes
// to nothing, as the version "1.2" does.
func (a ipv4) classify() verdict {
	worst := max(ofIPv4(a.value), ofIPv4(a.decimal))
	return verdict{danger: worst, disguised: !a.plain && (worst != none || a.parts == 1 && a.value >= 1<<24)}
}

// ofIPv4 is where a plain address leads.
func ofIPv4(ip uint32) danger {
	first, second := ip>>24, ip>>16&0xFF
	switch {
	case metadataIPv4(ip):
		return metadata
	case first == 127, first == 0:
		return loopback
	case first == 10, first == 172 && second>>4 == 1, first == 192 && second == 168,
		first == 169 && second == 254,      // link-local
		first == 100 && second>>6 == 1,     // a carrier's
		first == 192 && ip>>8 == 0xC00000,  // of protocols
		first == 198 && second>>1 == 18>>1, // for benchmarks
		first >= 224:                       // multicast, reserved, broadcast
		return private
	}
	return none
}

// metadataIPv4 says that ip is one of those at which clouds have their metadata.
func metadataIPv4(ip uint32) bool {
	switch ip {
	case 0xA9FEA9FE, // 169.254.169.254
		0xA9FEAA02, 0xA9FEAA17, // 169.254.170.2 and .23: containers of AWS
		0xA9FEA9FD, // 169.254.169.253
		0x646464C8, // 100.100.100.200: Alibaba
		0xC00000C0, // 192.0.0.192: Oracle
		0xA83F8110, // 168.63.129.16: Azure
		0xA9FE2A2A: // 169.254.42.42: Scaleway
		return true
	}
	return false
}

// ofAddr is where an IPv6 address leads, or the IPv4 address in it.
func ofAddr(addr netip.Addr) danger {
	if addr = addr.WithZone("").Unmap(); addr.Is4() {
		b := addr.As4()
		return ofIPv4(binary.BigEndian.Uint32(b[:]))
	}
	b := addr.As16()
	high := binary.BigEndian.Uint64(b[:8])
	switch {
	case metadataIPv6(b):
		return metadata
	case addr.IsUnspecified(), addr.IsLoopback():
		return loopback
	case b[0]&0xFE == 0xFC, b[0] == 0xFE && b[1]&0x80 != 0, b[0] == 0xFF: // unique local; link- and site-local; multicast
		return private
	case high == 0x0064FF9B00000000, high == 0, high>>16 == 0x0064FF9B0001, // NAT64; IPv4-compatible; local NAT64
		binary.BigEndian.Uint32(b[8:12])&^0x02000000 == 0x5EFE: // ISATAP
		return ofIPv4(binary.BigEndian.Uint32(b[12:]))
	case high>>48 == 0x2002: // 6to4
		return ofIPv4(binary.BigEndian.Uint32(b[2:6]))
	case high>>32 == 0x20010000: // Teredo
		return ofIPv4(^binary.BigEndian.Uint32(b[12:]))
	}
	return none
}

// metadataIPv6 says that b is one of those at which clouds have their metadata.
func metadataIPv6(b [16]byte) bool {
	high, low := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	switch {
	case high == 0xFD000EC200000000 && (low == 0x254 || low == 0x23), // AWS
		high == 0xFD2000CE00000000 && low == 0x254,      // Google
		high == 0xFD00004200000000 && low == 0x42,       // Scaleway
		high == 0xFE80000000000000 && low == 0xA9FEA9FE, // OpenStack
		high == 0xFD00C1E100000000 && low == 0xA9FEA9FE: // Oracle
		return true
	}
	return false
}
