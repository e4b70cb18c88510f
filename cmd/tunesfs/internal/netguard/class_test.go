package netguard

import (
	"errors"
	"net/netip"
	"net/url"
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
)

// Every class against every kind of address, for the catalog's own server and for
// others.
func TestJudge(t *testing.T) {
	const internet, private, linkLocal = "17.253.144.10", "10.0.0.1", "169.254.169.254"
	const neighbour = "1.2.3.9"
	near := nearby{netip.MustParsePrefix("1.2.3.0/24")}
	for _, tt := range []struct {
		class      class
		at         string
		own, other error
	}{
		{unknown, internet, nil, nil},
		{unknown, private, nil, errUnknown},
		{unknown, linkLocal, errLinkLocal, errLinkLocal},
		{public, internet, nil, nil},
		{public, private, errNameMoved, errAbroad},
		{public, linkLocal, errLinkLocal, errLinkLocal},
		{home, internet, nil, nil},
		{home, private, nil, nil},
		{home, linkLocal, errLinkLocal, errLinkLocal},
		{returned, internet, nil, nil},
		{returned, private, nil, errReturned},
		{returned, linkLocal, errLinkLocal, errLinkLocal},
		{public, neighbour, errNameMoved, errAbroad},
		{beside, internet, nil, nil},
		{beside, neighbour, nil, errReturned},
		{beside, private, errReturned, errReturned},
		{beside, "127.0.0.1", errReturned, errReturned},
		{beside, linkLocal, errLinkLocal, errLinkLocal},
	} {
		for own, want := range map[bool]error{true: tt.own, false: tt.other} {
			err := tt.class.judge(own, netip.Addr{}, netip.MustParseAddr(tt.at), near)
			if !errors.Is(err, want) || err != nil && want != errUnknown && !errors.Is(err, fetch.ErrDenied) {
				t.Errorf("class %d to %s, own %v: %v, want %v", tt.class, tt.at, own, err, want)
			}
		}
	}
}

// A link-local address that the user typed is open to the catalog's own server, and
// no other is.
func TestTypedLinkLocal(t *testing.T) {
	for _, tt := range []struct {
		typed, at string
		own       bool
		want      error
	}{
		{"169.254.7.7", "169.254.7.7", true, nil},
		{"169.254.7.7", "::ffff:169.254.7.7", true, nil},
		{"169.254.7.7", "169.254.169.254", true, errLinkLocal},
		{"169.254.7.7", "169.254.7.7", false, errLinkLocal},
		{"169.254.7.7", "64:ff9b::169.254.7.7", true, errLinkLocal},
		{"fe80::7%eth0", "fe80::7%eth0", true, nil},
		{"fe80::7%eth0", "fe80::7%eth1", true, errLinkLocal},
		{"10.0.0.1", "169.254.7.7", true, errLinkLocal},
	} {
		if err := home.judge(tt.own, netip.MustParseAddr(tt.typed), netip.MustParseAddr(tt.at), nil); !errors.Is(err, tt.want) {
			t.Errorf("%s typed, to %s, own %v: %v, want %v", tt.typed, tt.at, tt.own, err, tt.want)
		}
	}
}

// A public number that the user typed stays open when this machine is carried beside it.
func TestTypedPublicAddress(t *testing.T) {
	at := netip.MustParseAddr("2620:149:af0::10")
	near := nearby{netip.MustParsePrefix("2620:149:af0::/64")}
	for c := range beside + 1 {
		if err := c.judge(true, at, at, near); err != nil {
			t.Errorf("class %d: %v", c, err)
		}
	}
	if err := public.judge(false, at, at, near); !errors.Is(err, errAbroad) {
		t.Errorf("another server's: %v", err)
	}
}

// A catalog that was found on the Internet stays there, whatever comes later.
func TestConnected(t *testing.T) {
	for _, tt := range []struct {
		from, found class
		wasPublic   bool
		want        class
	}{
		{unknown, public, false, public},
		{unknown, public, true, public},
		{unknown, beside, false, beside},
		{unknown, beside, true, beside},
		{unknown, returned, false, returned},
		{unknown, home, false, home},
		{unknown, home, true, returned},
		{public, public, false, public},
		{public, returned, false, public},
		{public, home, false, public},
		{public, home, true, public},
		{home, public, false, public},
		{home, returned, false, returned},
		{home, beside, false, beside},
		{beside, home, false, beside},
		{beside, public, false, public},
		{home, home, false, home},
		{returned, public, true, public},
		{returned, returned, false, returned},
		{returned, home, false, returned},
		{returned, home, true, returned},
	} {
		if got := tt.from.connected(tt.found, tt.wasPublic); got != tt.want {
			t.Errorf("class %d, to class %d, earlier %v: %d, want %d", tt.from, tt.found, tt.wasPublic, got, tt.want)
		}
	}
}

// Where the user typed a number, had no server, or says that it is at home, no
// connection says otherwise.
func TestClassOf(t *testing.T) {
	for _, tt := range []struct {
		base   string
		atHome bool
		class  class
		fixed  bool
	}{
		{"", false, home, true},
		{"http://nas/", false, unknown, false},
		{"http://localhost/", false, unknown, false},
		{"http://2852039166/", false, unknown, false},
		{"http://music.example/", false, unknown, false},
		{"http://music.example/", true, home, true},
		{"http://17.253.144.10/", false, public, true},
		{"http://17.253.144.10/", true, home, true},
		{"http://[2620:149:af0::10]:80/", false, public, true},
		{"http://10.0.0.1/", false, home, true},
		{"http://[::1]/", false, home, true},
		{"http://[::ffff:10.0.0.1]/", false, home, true},
		{"http://[fe80::1%25eth0]/", false, home, true},
		{"http://[64:ff9b::a00:1]/", false, home, true},
	} {
		u, err := url.Parse(tt.base)
		if err != nil {
			t.Fatal(err)
		}
		n := New(Options{Base: u, AtHome: tt.atHome})
		if n.guard.class != tt.class || n.guard.fixed != tt.fixed {
			t.Errorf("%s, at home %v: class %d, fixed %v", tt.base, tt.atHome, n.guard.class, n.guard.fixed)
		}
		_ = n.Close()
	}
}
