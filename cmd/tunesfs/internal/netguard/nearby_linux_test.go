package netguard

import (
	"os/exec"
	"testing"
)

// A catalog on the Internet leads neither to this machine by its public addresses nor
// to hosts on its networks; one that is such a host is at home.
func TestOwnPublicAddresses(t *testing.T) {
	w := newWorld(t, nil)
	if w == nil {
		return
	}
	for _, args := range [][]string{
		{"addr", "add", "17.253.145.10/16", "dev", "lo"},
		{"-6", "addr", "add", "2620:149:af1::10/128", "dev", "lo"},
	} {
		if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
			t.Fatalf("ip %q: %v\n%s", args, err, out)
		}
	}
	w.names.Set("music.example", "17.253.144.10")
	w.names.Set("track.example", "17.253.145.1")
	w.remount("music.example", false)
	w.reaches("music.example", "17.253.144.10")
	for _, host := range []string{"17.253.145.10", "17.253.145.1", "track.example", "[2620:149:af1::10]", "[2620:149:af1::1]",
		"[64:ff9b::17.253.145.1]", "[2002:11fd:9101::1]"} {
		w.refuses(host, errAbroad)
	}
	w.reaches("17.253.146.1", "17.253.146.1")

	w.names.Set("music.example", "17.253.145.20")
	w.remount("music.example", false)
	w.reaches("music.example", "17.253.145.20")
	w.reaches("17.253.145.10", "17.253.145.10")
}
