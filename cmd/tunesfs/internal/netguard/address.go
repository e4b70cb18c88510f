package netguard

import (
	"net/netip"
	"strings"
	"unicode"
)

// localNets are the networks besides those that netip knows which lead to no
// public server: https://www.iana.org/assignments/iana-ipv4-special-registry
// and its twin for IPv6.
var localNets = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"), // shared by a provider's customers
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("fec0::/10"), // what fc00::/7 was before
}

// wrappers are networks of IPv6 in whose numbers one of IPv4 lies, from a byte on.
var wrappers = []struct {
	net  netip.Prefix
	from int
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12}, // NAT64, RFC 6052
	{netip.MustParsePrefix("2002::/16"), 2},     // 6to4, RFC 3056
	{netip.MustParsePrefix("::/96"), 12},        // IPv4-compatible, RFC 4291
}

// isPublic reports whether an address is one of the Internet's: not of this
// machine, of a local network, or of many at once.
func isPublic(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, local := range localNets {
		if local.Contains(a) {
			return false
		}
	}
	for _, w := range wrappers {
		if w.net.Contains(a) {
			bytes := a.As16()
			return isPublic(netip.AddrFrom4([4]byte(bytes[w.from : w.from+4])))
		}
	}
	return a.IsGlobalUnicast() && !a.IsPrivate()
}

// localEndings are those of names that are none in the public DNS: RFC 6761, 6762
// and 8375, ICANN's .internal, and what routers use.
var localEndings = []string{"localhost", "local", "home.arpa", "internal", "localdomain", "lan", "home", "corp"}

// isLocalName reports whether a name is one of no public server, whoever looks it
// up: it is the number of another, or says so, or has no domain. Numbers that only
// some systems read as such, as 127.1 and 2130706433, are none of a public server
// either.
func isLocalName(host string) bool {
	host = strings.ToLower(strings.TrimRight(host, "."))
	if number, err := netip.ParseAddr(host); err == nil {
		return !isPublic(number)
	}
	for _, ending := range localEndings {
		if strings.HasSuffix(host, "."+ending) {
			return true
		}
	}
	dot := strings.LastIndex(host, ".")
	return dot < 0 || unicode.IsDigit(rune(host[dot+1]))
}
