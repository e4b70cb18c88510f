//go:build linux

package peers

import (
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const farRTT = 100 * time.Millisecond

// A handle is an open file of a mount, read without any help of a library that
// might ask for more than it is told to.
type handle struct {
	b  *testing.B
	fd int
}

func openFile(b *testing.B, path string) handle {
	b.Helper()
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		b.Fatalf("%s: %v", path, err)
	}
	return handle{b, fd}
}

func (h handle) close() { _ = unix.Close(h.fd) }

// read reads n bytes at off, and returns how long it took.
func (h handle) read(off int64, n int) time.Duration {
	h.b.Helper()
	took, err := h.tryRead(off, n)
	if err != nil {
		h.b.Fatalf("read of %d at %d: %v", n, off, err)
	}
	return took
}

func (h handle) tryRead(off int64, n int) (time.Duration, error) {
	began := time.Now()
	for p := make([]byte, n); len(p) > 0; {
		got, err := unix.Pread(h.fd, p, off)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return time.Since(began), err
		case got == 0:
			return time.Since(began), io.ErrUnexpectedEOF
		}
		p, off = p[got:], off+int64(got)
	}
	return time.Since(began), nil
}

// firstBytes opens a file and reads its first 4 KiB.
func firstBytes(b *testing.B, path string) time.Duration {
	b.Helper()
	began := time.Now()
	h := openFile(b, path)
	defer h.close()
	h.read(0, 4<<10)
	return time.Since(began)
}

// rtts is a duration as a multiple of the round-trip time.
func rtts(d time.Duration) float64 { return float64(d) / float64(farRTT) }

// BenchmarkFirstBytes opens files and reads their first 4 KiB, 100 ms away. The
// goal is for the median: a connection to the origin seems to be open at once,
// though its first request waits for the round trip that it takes, so that a
// client which would take whatever is ready first, a new connection or one about
// to be free, is led astray at times.
func BenchmarkFirstBytes(b *testing.B) {
	const files = 12
	o := startOrigin(b, delayed(farRTT))
	cold, moment, warm, stat, probing, listed := set{}, set{}, set{}, set{}, set{}, set{}
	cold.note("curl", rtts(run(b, "curl", "-sS", "-r", "0-4095", "-o", b.TempDir()+"/curl", o.url(o.album(1, 5<<20), 0)).wall))
	for _, m := range mounters(b) {
		for range turns(m) {
			a := o.album(files, 5<<20)
			t := m.mount(b, o, a)
			cold.note(m.name, rtts(firstBytes(b, t.file(a, 0))))
			for i := 1; i < files; i++ {
				warm.note(m.name, rtts(firstBytes(b, t.file(a, i))))
			}
			t.unmount()

			a = o.album(1, 5<<20)
			t = m.mount(b, o, a)
			time.Sleep(3 * farRTT) // what a user takes at least
			moment.note(m.name, rtts(firstBytes(b, t.file(a, 0))))
			t.unmount()

			a = o.album(files, 5<<20)
			t = m.start(b, o, b.TempDir(), a)
			for i := 0; i+1 < files; i += 2 {
				run(b, "stat", t.file(a, i))
				stat.note(m.name, rtts(firstBytes(b, t.file(a, i+1))))
			}
			t.unmount()

			a = o.album(files, 5<<20)
			t = m.mount(b, o, a)
			run(b, "stat", t.file(a, 0))
			probing.note(m.name, rtts(firstBytes(b, t.file(a, 1))))
			run(b, "ls", "-l", t.dir+"/"+a.Name)
			for i := 2; i < files; i++ {
				listed.note(m.name, rtts(firstBytes(b, t.file(a, i))))
			}
			t.unmount()
		}
	}
	line := func(what string, s set, goal float64) {
		verdict := ""
		if goal > 0 {
			verdict = atMost(s[tunesfs.name].median(), goal, "RTT")
		}
		results.add(b, "3 RTT 100 ms, open and 4 KiB, "+what, s.medians("RTT")+fmt.Sprintf("; p90 %.2f, most %.2f",
			s[tunesfs.name].percentile(90), s[tunesfs.name].max()), verdict)
	}
	line("at once after ls", cold, 0)
	line("a moment after ls", moment, 1.1)
	line("warm connection", warm, 1.1)
	line("after stat of another", stat, 1.1)
	line("after ls and stat of another, as sizes are asked for", probing, 0)
	line("after ls -l", listed, 0.1)
}

// BenchmarkRandomReads reads 64 KiB at 30 random places of 512 MiB, 100 ms away.
func BenchmarkRandomReads(b *testing.B) {
	const reads, length = 30, 64 << 10
	o := startOrigin(b, delayed(farRTT))
	took, moved := set{}, set{}
	for _, m := range mounters(b) {
		for turn := range turns(m) {
			a := o.album(1, large)
			t := m.mount(b, o, a)
			o.begin()
			random := rand.New(rand.NewPCG(1, uint64(turn)))
			h := openFile(b, t.file(a, 0))
			for range reads {
				took.note(m.name, rtts(h.read(random.Int64N(large-length), length)))
			}
			h.close()
			moved.note(m.name, float64(o.idleStats().Sent)/(reads*length))
			t.unmount()
		}
	}
	for client, f := range took {
		results.add(b, "3 30 random reads of 64 KiB, "+client, fmt.Sprintf("RTT p50 %.2f, p90 %.2f, most %.2f; %.1f x moved",
			f.median(), f.percentile(90), f.max(), moved[client].median()), randomGoal(client, f, moved[client]))
	}
}

func randomGoal(client string, took, moved figures) string {
	if client != tunesfs.name {
		return ""
	}
	return atMost(took.percentile(90), 1.2, "RTT") + "; " + atMost(moved.max(), 4, "x")
}
