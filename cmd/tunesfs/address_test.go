package main

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
