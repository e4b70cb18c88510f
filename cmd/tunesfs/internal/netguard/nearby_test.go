package netguard

import (
	"bytes"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// ipNets returns addresses as the system tells those of interfaces.
func ipNets(t *testing.T, texts ...string) (all []net.Addr) {
	t.Helper()
	for _, text := range texts {
		ip, network, err := net.ParseCIDR(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, &net.IPNet{IP: ip, Mask: network.Mask})
	}
	return all
}

// The addresses of this machine and of hosts beside it are local in every form, as far
// as a /24 or a /64 goes; what lies farther away is not.
func TestNearby(t *testing.T) {
	near := nearbyOf(append(ipNets(t, "17.253.144.10/16", "17.1.2.9/29", "17.7.7.7/32", "2620:149:af0::10/64",
		"2620:149:a5::1/128", "2620:149::1/32", "10.0.0.1/8", "127.0.0.1/8", "::1/128", "fe80::1/64", "fd00::1/8"), &net.UnixAddr{}))
	for text, public := range map[string]bool{
		"17.253.144.10":                 false, // itself
		"17.253.144.0":                  false,
		"17.253.144.255":                false,
		"17.253.143.255":                true,
		"17.253.145.0":                  true,
		"17.1.2.8":                      false,
		"17.1.2.15":                     false,
		"17.1.2.7":                      true,
		"17.1.2.16":                     true,
		"17.7.7.7":                      false,
		"17.7.7.8":                      true,
		"2620:149:af0::1":               false, // a router
		"2620:149:af0:0:ffff::":         false,
		"2620:149:af0:1::":              true,
		"2620:149:a5::2":                false,
		"2620:149:a5:1::1":              true,
		"2620:149::2":                   false,
		"2620:149:0:1::1":               true,
		"::ffff:17.253.144.1":           false,
		"::17.253.144.1":                false,
		"64:ff9b::17.253.144.1":         false,
		"2002:11fd:9001::1":             false, // 17.253.144.1
		"2620:149:1:0:0:5efe:11fd:9001": false,
		"2620:149:af0::1%eth0":          false,
		"64:ff9b::17.253.145.1":         true,
		"::17.253.145.1":                true, // not near ::1
		"2a00::1":                       true,
	} {
		if got := isPublic(netip.MustParseAddr(text), near); got != public {
			t.Errorf("isPublic(%s) = %v", text, got)
		}
	}
	if !isLocalName("17.253.144.1.", near) || isLocalName("17.253.145.1", near) {
		t.Error("the name of a number is judged by another rule than the number")
	}
	for text, want := range map[string]class{"17.253.144.1": beside, "2620:149:af0::1": beside, "17.253.145.0": public, "10.0.0.2": home, "::1": home} {
		at, named := classAt(netip.MustParseAddr(text), near), classNamed(text, near)
		typed, fixed := classOf(Options{Base: &url.URL{Host: net.JoinHostPort(text, "80")}}, netip.MustParseAddr(text), near)
		if at != want || named != want || typed != want || !fixed {
			t.Errorf("a server at %s: class %d, by its name %d, typed %d, want %d", text, at, named, typed, want)
		}
	}
	for _, tt := range []struct {
		class class
		own   bool
		want  error
	}{
		{public, false, errAbroad}, {public, true, errNameMoved}, {unknown, false, errUnknown},
		{unknown, true, nil}, {returned, false, errReturned}, {home, false, nil},
	} {
		if err := tt.class.judge(tt.own, netip.Addr{}, netip.MustParseAddr("17.253.144.1"), near); !errors.Is(err, tt.want) {
			t.Errorf("class %d to a router, own %v: %v, want %v", tt.class, tt.own, err, tt.want)
		}
	}
}

// The system is asked again soon, since a machine moves; where it does not answer, what
// it told last holds.
func TestSurroundings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, failure := 0, error(nil)
		at := "17.253.144.10/24"
		var log bytes.Buffer
		s := surroundings{log: slog.New(slog.NewTextHandler(&log, nil)), ask: func() ([]net.Addr, error) {
			asked++
			return ipNets(t, at), failure
		}}
		want := func(calls int, network string) {
			t.Helper()
			if got := s.now(); asked != calls || len(got) != 1 || got[0].String() != network {
				t.Errorf("%v after %d calls, want %s after %d", got, asked, network, calls)
			}
		}
		want(1, "17.253.144.0/24")
		at = "17.253.145.10/24"
		want(1, "17.253.144.0/24")
		time.Sleep(nearbyTTL)
		want(2, "17.253.145.0/24")
		if log.Len() > 0 {
			t.Errorf("logged %q", log.String())
		}
		failure = errors.New("no system")
		time.Sleep(nearbyTTL)
		want(3, "17.253.145.0/24")
		want(4, "17.253.145.0/24")
		if warnings := strings.Count(log.String(), "level=WARN"); warnings != 1 || !strings.Contains(log.String(), "no system") {
			t.Errorf("logged %q, want one warning", log.String())
		}
	})
}
