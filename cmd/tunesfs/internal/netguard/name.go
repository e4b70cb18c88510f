package netguard

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// localEndings are those of names that are none in the public DNS: RFC 6761, 6762
// and 8375, ICANN's .internal, and what routers use.
var localEndings = []string{"localhost", "local", "home.arpa", "internal", "localdomain", "lan", "home", "corp"}

// isLocalName reports whether a name is one of no public server, whoever looks it
// up: it is the number of another, or says so, or has no domain. Numbers that only
// some systems read as such, as 127.1 and 2130706433, are none of a public server
// either.
func isLocalName(host string, near nearby) bool {
	host = bareName(host)
	if number, err := netip.ParseAddr(host); err == nil {
		return !isPublic(number, near)
	}
	for _, ending := range localEndings {
		if strings.HasSuffix(host, "."+ending) {
			return true
		}
	}
	dot := strings.LastIndex(host, ".")
	return dot < 0 || unicode.IsDigit(rune(host[dot+1]))
}

// isLinkLocalName reports whether a name is a link-local address, as some system
// would read it.
func isLinkLocalName(host string) bool {
	host = bareName(host)
	if number, err := netip.ParseAddr(host); err == nil {
		return isLinkLocal(number)
	}
	return slices.ContainsFunc([]netip.Addr{readNumber(host, 0), readNumber(host, 10)}, isLinkLocal)
}

// bareName returns a name in lower case and without the dot that some end in.
func bareName(host string) string { return strings.ToLower(strings.TrimRight(host, ".")) }

// readNumber reads an address as inet_aton(3) does: one to four parts, the last of
// which stands for all bytes that are left. Base 0 takes 0x7f and 0177 for numbers
// of other bases, base 10 does not. The result is the zero Addr for any other text.
func readNumber(text string, base int) netip.Addr {
	parts := strings.Split(text, ".")
	if len(parts) > 4 {
		return netip.Addr{}
	}
	var all uint64
	for i, part := range parts {
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (5 - len(parts))
		}
		n, err := strconv.ParseUint(part, base, bits)
		if err != nil {
			return netip.Addr{}
		}
		all = all<<bits | n
	}
	return netip.AddrFrom4([4]byte{byte(all >> 24), byte(all >> 16), byte(all >> 8), byte(all)})
}
