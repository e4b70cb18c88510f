package upnext

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fs/internal/lifetime"
)

const (
	size     = 1_600_000
	duration = 40 * time.Second // 40 kB/s
	pace     = size / int64(duration/time.Second)
	block    = 16 << 10
)

// album is a folder of three tracks, and those who read it.
type album struct {
	t       *testing.T
	origin  *fetchtest.Origin
	store   *fetch.Store
	players *Players
}

// names are the keys of the tracks, in their order.
var names = []string{"a", "b", "c"}

// listen runs a test in a bubble, over a link of twice the rate at which tracks play, 100 ms
// away.
func listen(t *testing.T, off bool, do func(a *album)) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		a := &album{t: t, origin: fetchtest.NewLocal(t, "origin.test")}
		for i, name := range names {
			a.origin.Put(fetchtest.File{Name: name, Content: fetchtest.Random(uint64(i), size)})
		}
		a.origin.SetLink(fetchtest.Link{RTT: 100 * time.Millisecond, Connect: 100 * time.Millisecond, TotalRate: 2 * pace})
		var err error
		a.store, err = fetch.Open(dir, fetch.Options{Transport: a.origin.Transport(), Logger: slog.New(slog.DiscardHandler),
			Locate: func(_ context.Context, key string) (fetch.Location, error) {
				return fetch.Location{URL: a.origin.URL(key)}, nil
			}})
		if err != nil {
			t.Fatal(err)
		}
		a.players = &Players{Off: off, Life: lifetime.New()}
		do(a)
		a.players.Life.Wait()
		if err := a.store.Close(); err != nil {
			t.Error(err)
		}
	})
}

func (a *album) download(name string) *fetch.Download {
	return a.store.Download(fetch.Remote{Key: name, Size: -1})
}

// A track is one that is open.
type track struct {
	*album
	r *fetch.Reader
	h *Handle
}

func (a *album) open(i int) *track {
	d := a.download(names[i])
	r := d.NewReader()
	next := func(string) *fetch.Download {
		if i+1 == len(names) || a.download(names[i+1]).Status().State != fetch.Idle {
			return nil
		}
		return a.download(names[i+1])
	}
	return &track{a, r, a.players.Open(Source{Reader: r, Download: d, Duration: duration, Next: next})}
}

func (t *track) close() {
	t.h.Close()
	_ = t.r.Close()
}

// read reads a block, and returns how long that took.
func (t *track) read(off int64) time.Duration {
	t.t.Helper()
	began := time.Now()
	if _, err := t.r.ReadAt(t.t.Context(), make([]byte, block), off); err != nil && !errors.Is(err, io.EOF) {
		t.t.Fatal(err)
	}
	t.h.Noticed()
	return time.Since(began)
}

// play reads as a player does: half a second at once, and then at the pace of the music.
// It returns how long the first block took, and how many came late.
func (t *track) play() (first time.Duration, late int) {
	first = t.read(0)
	began := time.Now()
	for off := int64(block); off < size; off += block {
		due := began.Add(time.Duration(off)*time.Second/time.Duration(pace) - time.Second/2)
		time.Sleep(time.Until(due))
		if t.read(off); time.Since(due) > time.Second/2 && time.Since(began) > time.Second {
			late++
		}
	}
	return first, late
}

// TestGapless plays an album: the first byte of each track but the first is there within
// 10 ms, and no block is late. What is fetched ahead, most of the track, is idle until it
// is complete.
func TestGapless(t *testing.T) {
	listen(t, false, func(a *album) {
		for i := range names {
			one := a.open(i)
			if first, late := one.play(); i > 0 && first > 10*time.Millisecond || late > 0 {
				t.Errorf("track %d: the first byte after %v, %d blocks late", i, first, late)
			}
			one.close()
			if i+1 < len(names) {
				if s := a.download(names[i+1]).Status(); s.State != fetch.Complete && (s.State != fetch.Idle || s.Held < size/2) {
					t.Errorf("track %d is %+v", i+1, s)
				}
			}
			if i+2 < len(names) && a.origin.SentOf(names[i+2]) > 0 {
				t.Errorf("track %d is fetched two ahead", i+2)
			}
		}
		for _, name := range names {
			if sent := a.origin.SentOf(name); sent > size+size/10 {
				t.Errorf("%d bytes of %s were sent", sent, name)
			}
		}
	})
}

// TestHeadFirst looks at the next track while the present one downloads.
func TestHeadFirst(t *testing.T) {
	listen(t, false, func(a *album) {
		one := a.open(0)
		done := make(chan struct{})
		go func() { one.play(); close(done) }()
		var head int64 // that is held of it, while the present one downloads
		for {
			time.Sleep(time.Second / 4)
			present, next := a.download("a").Status(), a.download("b").Status()
			if present.State == fetch.Complete {
				break
			}
			if head = next.Held; head > 0 && present.Held < size*3/4 || head > HeadLen || next.State != fetch.Idle {
				t.Errorf("%+v beside %+v", next, present)
			}
		}
		if head == 0 {
			t.Error("no byte of the next track is held")
		}
		<-done
		one.close()
	})
}

// TestNothingAhead reads in ways that are no player's: not a byte of the next track comes.
func TestNothingAhead(t *testing.T) {
	for name, c := range map[string]struct {
		off  bool
		read func(one *track)
	}{
		"a copy": {false, func(one *track) {
			for off := int64(0); off < size; off += block {
				one.read(off)
			}
		}},
		"a copy that is held back": {false, func(one *track) {
			for off := int64(0); off < size; off += block {
				time.Sleep(block * time.Second / time.Duration(4*pace))
				one.read(off)
			}
			for range 20 { // again, all of it is held
				for off := int64(0); off < size; off += block {
					time.Sleep(block * time.Second / time.Duration(4*pace))
					one.read(off)
				}
			}
		}},
		"an indexer": {false, func(one *track) {
			for off := int64(0); off < 10*block; off += block {
				one.read(off)
			}
			one.read(size - block)
		}},
		"at random": {false, func(one *track) {
			for i := range int64(200) {
				time.Sleep(time.Second / 2)
				one.read(i * 7919 % 97 * block)
			}
		}},
		"switched off": {true, func(one *track) { one.play() }},
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, c.off, func(a *album) {
				one := a.open(0)
				c.read(one)
				time.Sleep(5 * time.Second)
				one.h.Noticed()
				time.Sleep(5 * time.Second)
				if sent := a.origin.SentOf("b"); sent > 0 {
					t.Errorf("%d bytes came", sent)
				}
				one.close()
			})
		})
	}
}

// TestEndsWithThePlayer closes the player while the next track comes: that stops, and
// goes on neither then nor later.
func TestEndsWithThePlayer(t *testing.T) {
	listen(t, false, func(a *album) {
		one := a.open(0)
		began := false
		for off := int64(0); off < size && !began; off += block {
			one.read(off)
			time.Sleep(block * time.Second / time.Duration(pace))
			began = a.download("b").Status().Held > HeadLen+100_000
		}
		one.close()
		one.close() // again
		one.h.Noticed()
		time.Sleep(time.Second)
		sent := a.origin.SentOf("b")
		time.Sleep(time.Minute)
		if s := a.download("b").Status(); !began || s.State != fetch.Idle || a.origin.SentOf("b") > sent || len(a.store.Active()) > 0 {
			t.Errorf("%+v, %d bytes more, %d active", s, a.origin.SentOf("b")-sent, len(a.store.Active()))
		}
	})
}

// TestExpectedStaysOpen opens complete tracks, of which the kernel shows no read: the one
// that a player was expected to open has the next one fetched, as long as it is open, and
// others have not.
func TestExpectedStaysOpen(t *testing.T) {
	for name, c := range map[string]struct {
		expected bool
		open     time.Duration
		want     fetch.State
	}{
		"a player goes on":      {true, 2 * time.Minute, fetch.Complete},
		"an indexer comes":      {true, 4 * time.Second, fetch.Idle},
		"it was never expected": {false, 2 * time.Minute, fetch.Idle},
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, false, func(a *album) {
				if err := a.download("b").Control(a.t.Context(), fetch.Start); err != nil {
					t.Fatal(err)
				}
				time.Sleep(5 * time.Minute)
				if c.expected {
					a.players.expected.Put("b", expectation{"a", time.Now()})
				}
				two := a.open(1)
				time.Sleep(c.open)
				two.close()
				time.Sleep(time.Minute)
				if s := a.download("c").Status(); s.State != c.want || c.want == fetch.Idle && s.Held > 0 {
					t.Errorf("%+v", s)
				}
			})
		})
	}
}
