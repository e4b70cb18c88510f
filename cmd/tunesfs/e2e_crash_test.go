//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

const (
	kills     = 30
	crashSize = 64 << 20
	crashRate = 3_000_000 // bytes a second of the link

	// mayRepeat is what a kill may cost: 8 MiB, or a second of the link if that
	// is more.
	mayRepeat = max(8<<20, crashRate)
)

// A process that is killed at any moment of a download loses little, and what
// follows is right to the last byte.
func TestKill(t *testing.T) {
	t.Parallel()
	needTools(t, "setfattr", "umount", "fusermount3")
	detaching := []string{`tunesfs unmount "$M"`, `fusermount3 -uz "$M"`}
	if os.Geteuid() == 0 {
		detaching = append(detaching, `umount -l "$M"`)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	content := fetchtest.Random(3, crashSize)
	s, r := newSession(t), newRemote(t, content)
	r.SetLink(fetchtest.Link{TotalRate: crashRate, ConnRate: crashRate / 4, RTT: 2 * time.Millisecond})

	first := s.mount(r.source, "--keep")
	s.sh(fmt.Sprintf(`setfattr -n user.tunesfs.control -v start '%s'`, s.path(0)))
	var ends []int // how many requests there had been at each kill
	for n := range kills {
		m := first
		if n > 0 {
			m = s.startMount(r.source, "--keep")
		}
		moment := time.Duration(random.Int64N(int64(time.Second)))
		readWhile(s, m, random, content, moment)
		m.kill(detaching[random.IntN(len(detaching))])
		s.must(r.WaitIdle(s.ctx()))
		ends = append(ends, len(r.Requests()))
	}
	if sent := r.SentOf(fileName(0)); sent >= crashSize {
		t.Fatalf("the download was over before the last kill: %d bytes sent", sent)
	}

	r.SetLink(fetchtest.Link{})
	s.mount(r.source, "--keep")
	s.copies(0, content)
	s.must(r.WaitIdle(s.ctx()))
	lost := repeated(r.Requests(), ends)
	t.Logf("fetched twice per kill: at most %d bytes, %d on average", slices.Max(lost), sum(lost)/kills)
	for n, again := range lost {
		if again > mayRepeat {
			t.Errorf("for kill %d, %d bytes were fetched again", n+1, again)
		}
	}
}

// The moment after the kernel knows of a mount is the worst to be killed at: a
// process that uses its own mount then can never end.
func TestKillAtMount(t *testing.T) {
	s, r := newSession(t), newRemote(t, fetchtest.Random(1, 300_000))
	for range 25 {
		s.mount(r.source).kill(`tunesfs unmount "$M"`)
	}
}

// readWhile lets a moment pass while a mount serves a reader somewhere in the
// file, which must get right bytes only. What it reads from a mount that is
// killed ends early, and may end with an error.
func readWhile(s *session, m *mountProcess, random *rand.Rand, content fetchtest.Content, moment time.Duration) {
	over, cancel := context.WithTimeout(s.ctx(), moment)
	defer cancel()
	const block = 64 << 10
	at := random.Int64N(crashSize / block / 2)
	mounted := make(chan error, 1)
	go func() { mounted <- awaitMounted(s.mnt, over.Done()) }()
	s.must(<-mounted)
	if over.Err() != nil {
		return
	}
	reader := s.start("dd", "if="+s.path(0), "bs=64k", "status=none", "skip="+strconv.FormatInt(at, 10))
	s.t.Cleanup(func() {
		reader.wait(endTime)
		if err := fetchtest.Check(content, at*block, []byte(reader.out.String())); err != nil {
			s.t.Errorf("what was read before a kill: %v", err)
		}
	})
	select {
	case <-over.Done():
	case <-m.done:
		s.t.Fatalf("the mount ended: %s", &m.errs)
	}
}

// repeated returns how many bytes each kill cost: those that were sent before
// it, by the life that it ended, and once more by a later one. ends says how
// many requests there had been at each kill.
func repeated(requests []fetchtest.Request, ends []int) []int64 {
	lives := make([]ranges.Set, len(ends)+1) // what was sent in each
	lost := make([]int64, len(ends))
	for n, q := range requests {
		life, _ := slices.BinarySearch(ends, n+1)
		got := ranges.Set{}.Add(ranges.Range{Start: q.From, End: q.From + q.Sent})
		for before := life - 1; before >= 0; before-- {
			got, lost[before] = without(got, lives[before], lost[before])
		}
		lives[life] = lives[life].Add(ranges.Range{Start: q.From, End: q.From + q.Sent})
	}
	return lost
}

// without returns what of got is not in had, and count and how much is.
func without(got, had ranges.Set, count int64) (ranges.Set, int64) {
	rest := got
	for _, r := range had {
		rest = rest.Remove(r)
	}
	return rest, count + got.Len() - rest.Len()
}

func sum(numbers []int64) (total int64) {
	for _, n := range numbers {
		total += n
	}
	return total
}
