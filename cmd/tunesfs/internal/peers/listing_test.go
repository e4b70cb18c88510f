//go:build linux

package peers

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// BenchmarkListing lists 200 files of unknown size, 100 ms away, with their
// sizes: at first, again, and after another mount with the same cache folder.
func BenchmarkListing(b *testing.B) {
	o := startOrigin(b, delayed(farRTT))
	benchmarkListing(b, o, mounters(b), "HTTP/1.1", 1.8, 16)
}

// BenchmarkListingSecure is the same over HTTP/2, where connecting takes one
// more round trip: for TLS. HTTPDirFS cannot be told whom to trust.
func BenchmarkListingSecure(b *testing.B) {
	link := fetchtest.Link{RTT: farRTT, Connect: 2 * farRTT}
	all := slices.DeleteFunc(mounters(b), func(m mounter) bool { return m.name == httpdirfs.name })
	benchmarkListing(b, startSecureOrigin(b, link), all, "HTTP/2", 0.5, 1)
}

func benchmarkListing(b *testing.B, o *origin, all []mounter, how string, goal, most float64) {
	first, again, remounted, conns := set{}, set{}, set{}, set{}
	for _, m := range all {
		for range turns(m) {
			a := o.album(200, 1<<20)
			cache := b.TempDir()
			t := m.start(b, o, cache, a)
			before := o.stats().Conns
			list := func() float64 { return run(b, "ls", "-l", filepath.Dir(t.file(a, 0))).wall.Seconds() }
			first.note(m.name, list())
			conns.note(m.name, float64(o.stats().Conns-before))
			again.note(m.name, list())
			t.unmount()
			t = m.start(b, o, cache, a)
			remounted.note(m.name, list())
			t.unmount()
		}
	}
	what := "6 ls -l of 200 unknown sizes, RTT 100 ms, " + how
	results.add(b, what, first.medians("s"), atMost(first[tunesfs.name].median(), goal, "s"))
	results.add(b, what+", connections", conns.medians(""), atMost(conns[tunesfs.name].max(), most, ""))
	results.add(b, what+", again", again.medians("s"), atMost(again[tunesfs.name].median(), 0.025, "s"))
	results.add(b, what+", after remount", remounted.medians("s"), atMost(remounted[tunesfs.name].median(), 0.025, "s"))
}
