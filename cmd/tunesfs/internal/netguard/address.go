package netguard

import (
	"net/netip"
	"slices"
)

// localNets are the networks besides those that netip knows which lead to no
// public server: https://www.iana.org/assignments/iana-ipv4-special-registry
// and its twin for IPv6.
var localNets = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"), // shared by a provider's customers
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"), // once the relays of 6to4
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("2001::/23"), // of protocols, Teredo among them
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("3fff::/20"),
}

// internet6 has all public servers of IPv6. Only wrappers may lie outside it.
var internet6 = netip.MustParsePrefix("2000::/3")

// A wrapper is a network of IPv6 in whose addresses one of IPv4 lies.
type wrapper struct {
	net    netip.Prefix
	at     [4]int // where the bytes of the other address are
	xor    byte   // what each of these bytes is mixed with
	global bool   // a public address of IPv4 makes a public one, though outside internet6
}

// wrappers are those that systems and routers unwrap. The last four are one network,
// whose operator chooses how long its prefix is.
var wrappers = []wrapper{
	{net: netip.MustParsePrefix("64:ff9b::/96"), at: [4]int{12, 13, 14, 15}, global: true}, // NAT64, RFC 6052
	{net: netip.MustParsePrefix("::/96"), at: [4]int{12, 13, 14, 15}, global: true},        // IPv4-compatible, RFC 4291
	{net: netip.MustParsePrefix("::ffff:0:0:0/96"), at: [4]int{12, 13, 14, 15}},            // IPv4-translated, RFC 2765
	{net: netip.MustParsePrefix("2002::/16"), at: [4]int{2, 3, 4, 5}},                      // 6to4, RFC 3056
	{net: netip.MustParsePrefix("2001::/32"), at: [4]int{4, 5, 6, 7}},                      // Teredo's server, RFC 4380
	{net: netip.MustParsePrefix("2001::/32"), at: [4]int{12, 13, 14, 15}, xor: 0xff},       // Teredo's client
	{net: netip.MustParsePrefix("64:ff9b:1::/48"), at: [4]int{12, 13, 14, 15}},             // local NAT64, RFC 8215
	{net: netip.MustParsePrefix("64:ff9b:1::/48"), at: [4]int{9, 10, 11, 12}},
	{net: netip.MustParsePrefix("64:ff9b:1::/48"), at: [4]int{7, 9, 10, 11}},
	{net: netip.MustParsePrefix("64:ff9b:1::/48"), at: [4]int{6, 7, 9, 10}},
}

// isatap are the bytes from the eighth on by which ISATAP marks an address that ends
// in one of IPv4 (RFC 5214).
var isatap = [][4]byte{{0, 0, 0x5e, 0xfe}, {2, 0, 0x5e, 0xfe}}

// unwrapped returns the addresses of IPv4 that lie in one of IPv6. global is
// whether its network is as public as they are.
func unwrapped(a netip.Addr) (inner []netip.Addr, global bool) {
	if !a.Is6() {
		return nil, false
	}
	b := a.As16()
	for _, w := range wrappers {
		if w.net.Contains(a) {
			inner = append(inner, netip.AddrFrom4([4]byte{b[w.at[0]] ^ w.xor, b[w.at[1]] ^ w.xor, b[w.at[2]] ^ w.xor, b[w.at[3]] ^ w.xor}))
			global = global || w.global
		}
	}
	if slices.Contains(isatap, [4]byte(b[8:12])) {
		inner = append(inner, netip.AddrFrom4([4]byte(b[12:])))
	}
	return inner, global
}

// isPublic reports whether an address is one of the Internet's: not of this
// machine, of a local network, of a network that this machine is in, or of many at
// once, in any form.
func isPublic(a netip.Addr, near nearby) bool {
	a = a.Unmap().WithZone("")
	if near.contains(a) {
		return false
	}
	for _, local := range localNets {
		if local.Contains(a) {
			return false
		}
	}
	inner, global := unwrapped(a)
	for _, i := range inner {
		if !isPublic(i, near) {
			return false
		}
	}
	if a.Is6() && !internet6.Contains(a) {
		return global
	}
	return a.IsGlobalUnicast() && !a.IsPrivate()
}

// isLinkLocal reports whether an address is good on one link only, in any form.
// Routers, printers and the metadata of a machine in a cloud have such addresses.
func isLinkLocal(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	inner, _ := unwrapped(a)
	return a.IsLinkLocalUnicast() || a.IsLinkLocalMulticast() || a.IsInterfaceLocalMulticast() || slices.ContainsFunc(inner, isLinkLocal)
}
