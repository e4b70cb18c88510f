//go:build linux

package peers

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

const large = 512 << 20

// BenchmarkCold reads 512 MiB that nobody has fetched yet, to the reader's end,
// over a link that is as fast as the machine; and then once more. Each turn has
// a cache folder and a file of its own.
func BenchmarkCold(b *testing.B) {
	o := startOrigin(b, fetchtest.Link{})
	wall, cpu, warm, conns, peak := set{}, set{}, set{}, set{}, set{}
	for turn := range *pairs {
		plain := o.album(1, large)
		to := filepath.Join(b.TempDir(), "plain")
		c := curl(b, o.url(plain, 0), to)
		wall.note("curl", c.wall.Seconds())
		cpu.note("curl", c.cpu.Seconds())
		warm.note("plain file", run(b, "cat", to).wall.Seconds())
		remove(b, to)
		for _, m := range mounters(b) {
			cache := b.TempDir()
			a := o.album(1, large)
			t := m.mountOn(b, o, cache, a)
			o.begin()
			before := o.stats().Conns
			c := t.cat(a, 0)
			if c.err != nil {
				t.unmount()
				continue
			}
			wall.note(m.name, c.wall.Seconds())
			cpu.note(m.name, c.cpu.Seconds())
			s := o.stats()
			conns.note(m.name, float64(s.Conns-before))
			peak.note(m.name, float64(s.Peak))
			if turn == 0 {
				verify(b, t, a)
			}
			if c := t.cat(a, 0); c.err == nil {
				warm.note(m.name, c.wall.Seconds())
			}
			t.unmount()
			remove(b, cache)
		}
	}
	ratio := wall[tunesfs.name].over(wall["curl"])
	results.add(b, "1 cold 512 MiB, wall", wall.medians("s")+"; x curl "+ratio.spread(), atMost(ratio.median(), 1, "x curl -o"))
	ratio = cpu[tunesfs.name].over(cpu["curl"])
	results.add(b, "1 cold 512 MiB, cpu", cpu.medians("s")+"; x curl "+ratio.spread(), atMost(ratio.median(), 1.5, "x curl -o"))
	results.add(b, "2 unthrottled, answers at a time", peak.medians("")+"; connections opened: "+conns.medians(""),
		atMost(peak[tunesfs.name].max(), 1, ""))
	ratio = warm[tunesfs.name].over(warm["plain file"])
	results.add(b, "6 warm 512 MiB, wall", warm.medians("s")+"; x plain "+ratio.spread(), "the plain file")
}

// verify compares what the mount shows with what the origin has.
func verify(b *testing.B, t *mount, a Album) {
	b.Helper()
	f, err := os.Open(t.file(a, 0))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if err := fetchtest.CheckReader(a.content(0), f); err != nil {
		b.Errorf("%s: %v", t.name, err)
	}
}

func remove(b *testing.B, path string) {
	b.Helper()
	if err := os.RemoveAll(path); err != nil {
		b.Error(fmt.Errorf("removing what a turn left: %w", err))
	}
}
