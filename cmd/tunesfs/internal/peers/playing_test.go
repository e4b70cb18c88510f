//go:build linux

package peers

import (
	"fmt"
	"os/exec"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

const (
	playRate  = 256_000
	playBlock = 16 << 10
	playTime  = 8 * time.Second
)

// blockTime is how long a block lasts: what a player notices.
const blockTime = time.Second * playBlock / playRate

// A playback is how well a file could be played.
type playback struct {
	first   time.Duration // until the first block was there
	longest time.Duration // wait for another one
	late    time.Duration // how far behind its time a block was at worst
	failed  bool
}

// play reads a file at the pace of a player, until a read fails.
func play(b *testing.B, path string) (p playback) {
	b.Helper()
	h := openFile(b, path)
	defer h.close()
	began := time.Now()
	_, err := h.tryRead(0, playBlock)
	p.first, p.failed = time.Since(began), err != nil
	timer := time.NewTimer(0)
	defer timer.Stop()
	for n := int64(1); time.Duration(n)*blockTime < playTime && !p.failed; n++ {
		due := began.Add(p.first + time.Duration(n)*blockTime)
		timer.Reset(time.Until(due))
		<-timer.C
		took, err := h.tryRead(n*playBlock, playBlock)
		p.longest, p.late = max(p.longest, took), max(p.late, time.Since(due))
		p.failed = err != nil
	}
	return p
}

func (p playback) String() string {
	more := ""
	if p.failed {
		more = "; given up"
	}
	return fmt.Sprintf("first block %.2f s, longest wait after it %.3f s, %.2f s late%s",
		p.first.Seconds(), p.longest.Seconds(), p.late.Seconds(), more)
}

// shared is a link that carries 2 MB/s in all.
func shared() fetchtest.Link {
	return fetchtest.Link{RTT: slowRTT, Connect: slowRTT, TotalRate: 2_000_000}
}

// BenchmarkPlaying plays 256 kB/s of a file of 50 MiB, alone and while 20 other
// such files are downloaded.
func BenchmarkPlaying(b *testing.B) {
	const others = 20
	o := startOrigin(b, shared())
	for _, m := range mounters(b) {
		a := o.album(1+others, 50<<20)
		t := m.mount(b, o, a)
		p := play(b, t.file(a, 0))
		results.add(b, "4 playing alone, "+m.name, p.String(), p.goal(m))
		t.unmount()
		if m.name == httpdirfs.name {
			continue // one reader after the other: it would play nothing
		}

		a = o.album(1+others, 50<<20)
		t = m.mount(b, o, a)
		o.begin()
		end := fillOthers(b, t, a)
		o.ask("AwaitSent", int64(2<<20), nil)
		p = t.playWhile(a)
		end()
		results.add(b, "4 playing beside 20 downloads, "+m.name, p.String(), p.goal(m))
		t.unmount()
	}
}

// playWhile plays a file as long as one may wait for it: then its mount dies.
func (t *mount) playWhile(a Album) playback {
	t.b.Helper()
	timeout := time.AfterFunc(2*playTime, func() { _ = t.cmd.Process.Kill() })
	defer timeout.Stop()
	return play(t.b, t.file(a, 0))
}

// goal is that no block keeps the player waiting for longer than it lasts.
func (p playback) goal(m mounter) string {
	if m.name != tunesfs.name {
		return ""
	}
	return atMost(p.late.Seconds(), blockTime.Seconds(), "s late")
}

// BenchmarkSeek reads on as fast as bytes come, and then jumps 100 KiB forward.
func BenchmarkSeek(b *testing.B) {
	const run, jump, length = 512 << 10, 100 << 10, 64 << 10
	o := startOrigin(b, shared())
	requests, waits := set{}, set{}
	for range *pairs {
		a := o.album(1, 50<<20)
		t := tunesfs.mount(b, o, a)
		h := openFile(b, t.file(a, 0))
		h.read(0, run)
		waits.note(t.name, h.read(run+jump, length).Seconds())
		h.close()
		n := 0
		for _, r := range of(o.requests(), a.file(0)) {
			if run < r.From && r.From < run+jump+length {
				n++
			}
		}
		requests.note(t.name, float64(n))
		t.unmount()
	}
	got := requests[tunesfs.name].max()
	results.add(b, "4 a jump of 100 KiB forward, requests for it", fmt.Sprintf("most %.0f; wait %.3f s, the link needs %.3f s",
		got, waits[tunesfs.name].median(), float64(jump+length)/2e6), atMost(got, 0, ""))
}

// fillOthers has every file of the album but the first downloaded: by command
// where there is one, else by readers, which end with what it returns.
func fillOthers(b *testing.B, t *mount, a Album) (end func()) {
	b.Helper()
	var readers []*exec.Cmd
	for i := 1; i < a.Count; i++ {
		if t.name == tunesfs.name {
			if err := unix.Setxattr(t.file(a, i), "user.tunesfs.control", []byte("start"), 0); err != nil {
				b.Fatal(err)
			}
			continue
		}
		cmd := exec.Command("cat", t.file(a, i))
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		readers = append(readers, cmd)
	}
	return func() {
		for _, cmd := range readers {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	}
}
