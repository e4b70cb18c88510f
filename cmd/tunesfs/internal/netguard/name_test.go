package netguard

import "testing"

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
		if got := isLocalName(host, nil); got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
}

// A link-local address is one in every spelling that some system reads.
func TestIsLinkLocalName(t *testing.T) {
	for host, want := range map[string]bool{
		"169.254.169.254":          true,
		"169.254.169.254.":         true,
		"169.254.43518":            true,
		"169.16689662":             true,
		"2852039166":               true,
		"0xa9fea9fe":               true,
		"0XA9.0xFE.0xa9.0xfe":      true,
		"0251.0376.0251.0376":      true,
		"025177524776":             true,
		"169.0376.1.1":             true,
		"0169.0254.1.1":            true, // as decimal
		"169.254.010.1":            true,
		"fe80::1":                  true,
		"fe80::1%eth0":             true,
		"::ffff:169.254.169.254":   true,
		"64:ff9b::a9fe:a9fe":       true,
		"169.253.169.254":          false,
		"10.0.0.1":                 false,
		"127.1":                    false,
		"2130706433":               false,
		"169.254.example":          false,
		"169.254.1.1.1":            false,
		"169.254":                  false, // 169.0.0.254
		"169.254.169.254.example.": false,
		"":                         false,
		"nas.local":                false,
	} {
		if got := isLinkLocalName(host); got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
}
