package netguard

import (
	"os/exec"
	"strings"
	"testing"
)

// A catalog on the Internet leads neither to this machine by its public addresses nor
// to hosts on its networks. One that is such a host, with a public address, leads to no
// other: it may be a stranger's.
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

	neighbors := []string{"17.253.145.20", "2620:149:af1::20", "64:ff9b::11fd:9114"} // the last is NAT64 to the first
	refusesOthers := func() {
		t.Helper()
		for _, host := range []string{"127.0.0.2", "10.0.0.1", "192.168.1.1", "17.253.145.10", "track.example"} {
			w.refuses(host, errReturned)
		}
	}
	for _, neighbor := range neighbors {
		noted := 0
		w.names.Set("music.example", neighbor)
		w.remount("music.example", false)
		w.n.Remember(false, func() { noted++ })
		refusesOthers() // by a stored listing, before the catalog is asked
		w.reaches("music.example", neighbor)
		refusesOthers()
		w.reaches("17.253.146.1", "17.253.146.1")
		if noted != 1 {
			t.Errorf("%s: noted %d times", neighbor, noted)
		}
		w.remount("music.example", true)
		w.reaches("127.0.0.2", "127.0.0.2")
		host := neighbor
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		w.remount(host, false)
		w.reaches(host, neighbor)
		refusesOthers()
	}

	// One that was at home before loses the connections that it had to others.
	w.names.Set("music.example", "10.0.0.1", "17.253.145.20")
	w.remount("music.example", false)
	w.reaches("music.example", "10.0.0.1")
	w.reaches("10.0.0.2", "10.0.0.2")
	conn, err := w.n.Dial(t.Context(), "tcp", "music.example:"+w.server.Port)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	w.refuses("10.0.0.2", errReturned)
	w.reaches("music.example", "17.253.145.20")
}

// Behind a proxy the number of such a neighbor decides.
func TestNeighborBehindAProxy(t *testing.T) {
	w := newWorld(t, nil)
	if w == nil {
		return
	}
	if out, err := exec.Command("ip", "addr", "add", "17.253.145.10/24", "dev", "lo").CombinedOutput(); err != nil {
		t.Fatalf("ip: %v\n%s", err, out)
	}
	for _, host := range []string{"17.253.145.20", "17.253.145.20."} { // a number, and a name that is one
		for _, asked := range []bool{false, true} {
			w.remount(host, false)
			w.n.proxied("http://10.9.9.9:"+w.server.Port, "")
			if asked {
				w.reaches(host, "10.9.9.9")
			}
			w.refuses("192.168.1.1", errReturned)
			w.reaches("17.253.146.1", "10.9.9.9")
		}
	}
}
