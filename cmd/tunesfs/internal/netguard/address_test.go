package netguard

import (
	"net/netip"
	"testing"
)

func TestIsPublic(t *testing.T) {
	for text, want := range map[string]bool{
		"17.253.144.10":        true,
		"172.32.0.1":           true,
		"100.128.0.1":          true,
		"2620:149:af0::10":     true,
		"64:ff9b::11fd:900a":   true, // 17.253.144.10
		"2002:11fd:900a::1":    true, // 17.253.144.10
		"::11fd:900a":          true, // 17.253.144.10
		"0.0.0.0":              false,
		"0.1.2.3":              false,
		"10.1.2.3":             false,
		"100.64.0.1":           false,
		"127.0.0.1":            false,
		"127.9.9.9":            false,
		"169.254.169.254":      false,
		"172.16.0.1":           false,
		"192.168.1.1":          false,
		"198.18.0.1":           false,
		"224.0.0.1":            false,
		"255.255.255.255":      false,
		"::":                   false,
		"::1":                  false,
		"::ffff:127.0.0.1":     false,
		"::ffff:10.0.0.1":      false,
		"::7f00:1":             false, // 127.0.0.1
		"64:ff9b::a00:1":       false, // 10.0.0.1
		"2002:7f00:1::":        false, // 127.0.0.1
		"fc00::1":              false,
		"fe80::1":              false,
		"fe80::1%eth0":         false,
		"fec0::1":              false,
		"ff02::1":              false,
		"2001:db8::1":          false,
		"fd12:3456:789a:1::10": false,
	} {
		if got := isPublic(netip.MustParseAddr(text)); got != want {
			t.Errorf("isPublic(%s) = %v", text, got)
		}
	}
}

// Every reserved network is local from its first address to its last, and what
// lies beside it is not.
func TestReservedNetworks(t *testing.T) {
	for _, tt := range []struct{ before, first, last, after string }{
		{"", "0.0.0.0", "0.255.255.255", "1.0.0.0"},
		{"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
		{"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
		{"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
		{"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
		{"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
		{"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"},
		{"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"},
		{"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
		{"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
		{"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"},
		{"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"},
		{"223.255.255.255", "224.0.0.0", "239.255.255.255", ""},
		{"", "240.0.0.0", "255.255.255.254", ""},
		{"64:ff9b:0:ffff:ffff:ffff:ffff:ffff", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "64:ff9b:2::"},
		{"ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "100::", "100::ffff:ffff:ffff:ffff", "100:0:0:1::"},
		{"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"},
		{"fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe00::"},
		{"fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""},
		{"", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""},
		{"", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""},
	} {
		for text, public := range map[string]bool{tt.before: true, tt.first: false, tt.last: false, tt.after: true} {
			if text == "" {
				continue
			}
			if got := isPublic(netip.MustParseAddr(text)); got != public {
				t.Errorf("isPublic(%s) = %v", text, got)
			}
		}
	}
}

func TestIsLocalName(t *testing.T) {
	for host, want := range map[string]bool{
		"host.example":     false,
		"1.example":        false,
		"17.253.144.10":    false,
		"17.253.144.10.":   false,
		"2620:149:af0::10": false,
		"localhosts":       true,
		"":                 true,
		"127.0.0.1":        true,
		"127.0.0.1.":       true,
		"127.0.0.1..":      true,
		"127.1":            true,
		"2130706433":       true,
		"017700000001":     true,
		"0177.0.0.1":       true,
		"0x7f.0.0.1":       true,
		"0x7f.0x0.0x0.0x1": true,
		"0X7F000001":       true,
		"::1":              true,
		"fe80::1%eth0":     true,
		"localhost":        true,
		"nas":              true,
		"nas.":             true,
		"nas.local":        true,
		"NAS.lan.":         true,
		"a.home.arpa":      true,
		"vault.internal":   true,
		"local.example":    false,
		"notlocal":         true,
		"example.mylocal":  false,
		"LocalHost.":       true,
		"a.localhost":      true,
	} {
		if got := isLocalName(host); got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
}
