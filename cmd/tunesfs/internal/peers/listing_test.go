//go:build linux

package peers

import (
	"fmt"
	"path/filepath"
	"testing"
)

// BenchmarkListing lists 200 files of unknown size, 100 ms away, with their
// sizes: at first, again, and after another mount with the same cache folder.
func BenchmarkListing(b *testing.B) {
	o := startOrigin(b, delayed(farRTT))
	first, again, remounted, conns := set{}, set{}, set{}, set{}
	for _, m := range mounters(b) {
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
	results.add(b, "6 ls -l of 200 unknown sizes, RTT 100 ms",
		first.medians("s")+fmt.Sprintf("; %.0f connections", conns[tunesfs.name].max()), atMost(first[tunesfs.name].median(), 1.8, "s"))
	results.add(b, "6 the same again", again.medians("s"), atMost(again[tunesfs.name].median(), 0.025, "s"))
	results.add(b, "6 the same after remount", remounted.medians("s"), atMost(remounted[tunesfs.name].median(), 0.025, "s"))
}
