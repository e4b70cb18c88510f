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

		// Forms of 10.0.0.1, 127.0.0.1 and 169.254.169.254.
		"::ffff:0:a00:1":                false,
		"64:ff9b::7f00:1":               false,
		"64:ff9b::a9fe:a9fe":            false,
		"64:ff9b:1::11fd:900a":          false, // 17.253.144.10, by a NAT64 that is local
		"2002:a00:1::1":                 false,
		"2002:a9fe:a9fe::1":             false,
		"2001:0:a00:1::":                false,
		"2001:0:11fd:900a::f5ff:fffe":   false,
		"2620:149:af0:0:0:5efe:a00:1":   false,
		"2620:149:af0:0:200:5efe:a00:1": false,
		"2620:149:af0::5efe:11fd:900a":  true,  // 17.253.144.10
		"200::1":                        false, // of an overlay
		"5f00::1":                       false,
	} {
		if got := isPublic(netip.MustParseAddr(text), nil); got != want {
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
		{"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"},
		{"", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", ""},
		{"", "100::", "100::ffff:ffff:ffff:ffff", ""},
		{"", "0:0:0:1::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"},
		{"", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"},
		{"3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"},
		{"3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "4000::", "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""},
		{"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"},
		{"", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""},
		{"", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""},
		{"", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""},
		{"", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""},
	} {
		for text, public := range map[string]bool{tt.before: true, tt.first: false, tt.last: false, tt.after: true} {
			if text == "" {
				continue
			}
			if got := isPublic(netip.MustParseAddr(text), nil); got != public {
				t.Errorf("isPublic(%s) = %v", text, got)
			}
		}
	}
}

// A link-local address is one in every form that a system or a router unwraps.
func TestIsLinkLocal(t *testing.T) {
	for text, want := range map[string]bool{
		"169.254.0.0":                       true,
		"169.254.255.255":                   true,
		"169.253.255.255":                   false,
		"169.255.0.0":                       false,
		"224.0.0.251":                       true,
		"fe80::1":                           true,
		"fe80::1%eth0":                      true,
		"febf::1":                           true,
		"fec0::1":                           false,
		"ff02::fb":                          true,
		"ff01::1":                           true,
		"::ffff:169.254.169.254":            true,
		"::169.254.169.254":                 true,
		"::ffff:0:169.254.169.254":          true,
		"64:ff9b::169.254.169.254":          true,
		"64:ff9b:1::169.254.169.254":        true,
		"64:ff9b:1:a9fe:a9:fe00::":          true,
		"64:ff9b:1:aa:fe:a9fe::":            false,
		"64:ff9b:1:a9:fe:a9fe::":            true,
		"64:ff9b:1:aaaa:a9:fea9:fe00:0":     true,
		"2002:a9fe:a9fe::1":                 true,
		"2001:0:a9fe:a9fe::":                true,
		"2001:0:11fd:900a:0:0:5601:5601":    true,
		"2620:149:af0:0:0:5efe:a9fe:a9fe":   true,
		"2620:149:af0:0:200:5efe:a9fe:a9fe": true,
		"64:ff9b::10.0.0.1":                 false,
		"10.0.0.1":                          false,
		"127.0.0.1":                         false,
		"17.253.144.10":                     false,
		"2620:149:af0::10":                  false,
	} {
		if got := isLinkLocal(netip.MustParseAddr(text)); got != want {
			t.Errorf("isLinkLocal(%s) = %v", text, got)
		}
	}
}
