//go:build linux

package peers

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

const large = 512 << 20

// BenchmarkCold reads 512 MiB that nobody has fetched yet, to the reader's end,
// over a link that is as fast as the machine; and then once more. Each turn has
// a cache folder and a file of its own, and an order by chance: what one writes
// is written back while the next runs.
func BenchmarkCold(b *testing.B) {
	c := cold{b: b, o: startOrigin(b, fetchtest.Link{}), wall: set{}, cpu: set{}, warm: set{}, conns: set{}, peak: set{}}
	for range *pairs {
		turns := []func(){c.fetch}
		for _, m := range mounters(b) {
			turns = append(turns, func() { c.mount(m) })
		}
		rand.Shuffle(len(turns), func(i, j int) { turns[i], turns[j] = turns[j], turns[i] })
		for _, turn := range turns {
			turn()
		}
	}
	c.report()
}

// cold is what is found out of whole large files.
type cold struct {
	b                            *testing.B
	o                            *origin
	wall, cpu, warm, conns, peak set
}

// fetch has curl fetch a file to disk, from where it is read once more.
func (c *cold) fetch() {
	to := filepath.Join(c.b.TempDir(), "plain")
	cost := curl(c.b, c.o.url(c.o.album(1, large), 0), to)
	c.wall.note("curl", cost.wall.Seconds())
	c.cpu.note("curl", cost.cpu.Seconds())
	c.warm.note("plain file", run(c.b, "cat", to).wall.Seconds())
	remove(c.b, to)
}

// mount reads a file through a mount, twice.
func (c *cold) mount(m mounter) {
	cache, a := c.b.TempDir(), c.o.album(1, large)
	defer remove(c.b, cache)
	t := m.mountOn(c.b, c.o, cache, a)
	defer t.unmount()
	c.o.begin()
	before := c.o.stats().Conns
	first := t.cat(a, 0)
	s := c.o.stats()
	if first.err != nil {
		return
	}
	if len(c.wall[m.name]) == 0 {
		verify(c.b, t, a)
	}
	c.wall.note(m.name, first.wall.Seconds())
	c.cpu.note(m.name, first.cpu.Seconds())
	c.conns.note(m.name, float64(s.Conns-before))
	c.peak.note(m.name, float64(s.Peak))
	if again := t.cat(a, 0); again.err == nil {
		c.warm.note(m.name, again.wall.Seconds())
	}
}

func (c *cold) report() {
	ratio := c.wall[tunesfs.name].over(c.wall["curl"])
	results.add(c.b, "1 cold 512 MiB, wall", c.wall.medians("s")+"; x curl "+ratio.spread(), atMost(ratio.median(), 1, "x curl -o"))
	ratio = c.cpu[tunesfs.name].over(c.cpu["curl"])
	results.add(c.b, "1 cold 512 MiB, cpu", c.cpu.medians("s")+"; x curl "+ratio.spread(), atMost(ratio.median(), 1.5, "x curl -o"))
	results.add(c.b, "2 unthrottled, answers at a time", c.peak.medians("")+"; connections opened: "+c.conns.medians(""),
		atMost(c.peak[tunesfs.name].max(), 1, ""))
	ratio = c.warm[tunesfs.name].over(c.warm["plain file"])
	results.add(c.b, "6 warm 512 MiB, wall", c.warm.medians("s")+"; x plain "+ratio.spread(), "the plain file")
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
