//go:build linux

package peers

import (
	"fmt"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

const (
	slowRTT  = 50 * time.Millisecond
	connRate = 1_000_000
)

// slow is a link that holds each connection to a rate.
func slow() fetchtest.Link {
	return fetchtest.Link{RTT: slowRTT, Connect: slowRTT, ConnRate: connRate}
}

// BenchmarkSlowConnections fetches 20 MiB where a connection carries 1 MB/s.
func BenchmarkSlowConnections(b *testing.B) {
	o := startOrigin(b, slow())
	wall, conns := set{}, set{}
	note := func(client string, a Album, c cost) {
		wall.note(client, c.wall.Seconds())
		conns.note(client, float64(connections(of(o.requests(), a.file(0)))))
	}
	for range *pairs {
		a := o.album(1, 20<<20)
		note("aria2c", a, aria2c(b, o.url(a, 0), b.TempDir()))
		a = o.album(1, 20<<20)
		t := tunesfs.mount(b, o, a)
		note(tunesfs.name, a, t.cat(a, 0))
		t.unmount()
	}
	single(b, o, note)
	ratio := wall[tunesfs.name].over(wall["aria2c"])
	results.add(b, "2 20 MiB, 1 MB/s a connection, RTT 50 ms",
		wall.medians("s")+"; x aria2c "+ratio.spread(), atMost(ratio.median(), 0.9, "x aria2c"))
	results.add(b, "2 the same, connections", conns.medians(""), "")
}

// single lets those have one turn, all at once, whom one connection holds to
// its rate.
func single(b *testing.B, o *origin, note func(string, Album, cost)) {
	b.Helper()
	var ends []func()
	a := o.album(1, 20<<20)
	fetched := begin(b, "curl", "-sS", "--fail", "-o", b.TempDir()+"/curl", o.url(a, 0))
	ends = append(ends, func() {
		c := fetched()
		if c.err != nil {
			b.Fatal(c.err)
		}
		note("curl", a, c)
	})
	for _, m := range usable(b) {
		a := o.album(1, 20<<20)
		t := m.mount(b, o, a)
		read := t.startCat(a, 0)
		ends = append(ends, func() {
			if c := read(); c.err == nil {
				note(m.name, a, c)
			}
			t.unmount()
		})
	}
	for _, end := range ends {
		end()
	}
}

// BenchmarkPreview fetches 1 MB over the same link: hardly worth a second
// connection.
func BenchmarkPreview(b *testing.B) {
	o := startOrigin(b, slow())
	wall, conns := set{}, set{}
	for range *pairs {
		for _, client := range []string{"curl", "aria2c", tunesfs.name} {
			a := o.album(1, 1_000_000)
			var c cost
			switch client {
			case "curl":
				c = curl(b, o.url(a, 0), b.TempDir()+"/curl")
			case "aria2c":
				c = aria2c(b, o.url(a, 0), b.TempDir())
			default:
				t := tunesfs.mount(b, o, a)
				c = t.cat(a, 0)
				t.unmount()
			}
			wall.note(client, c.wall.Seconds())
			conns.note(client, float64(connections(of(o.requests(), a.file(0)))))
		}
	}
	got := conns[tunesfs.name].max()
	results.add(b, "2 a preview of 1 MB, connections", conns.medians("")+fmt.Sprintf("; most %.0f", got), atMost(got, 4, ""))
	results.add(b, "2 the same, wall", wall.medians("s"), "")
}

// BenchmarkSharedLink fetches 50 MiB where all connections together carry
// 2 MB/s: more of them bring nothing.
func BenchmarkSharedLink(b *testing.B) {
	const rate = 2_000_000
	o := startOrigin(b, shared())
	a := o.album(1, 50<<20)
	t := tunesfs.mount(b, o, a)
	c := t.cat(a, 0)
	t.unmount()
	log := of(o.requests(), a.file(0))
	slices := timeline(log)
	sent := int64(0)
	for _, r := range log {
		sent += r.Sent
	}
	best := float64(a.Size) / rate
	results.add(b, "2 50 MiB, 2 MB/s in all, answers at a time", slices, "goes down")
	results.add(b, "2 the same, wall", fmt.Sprintf("%.1f s; x what the link needs %.3f; sent %.3f x", c.wall.Seconds(),
		c.wall.Seconds()/best, float64(sent)/float64(a.Size)), "")
}
