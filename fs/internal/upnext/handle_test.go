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
	process int // that opens tracks
}

// names are the keys of the tracks, in their order.
var names = []string{"a", "b", "c"}

// listen runs a test in a bubble, over a link of twice the rate at which tracks play, 100 ms
// away.
func listen(t *testing.T, off bool, do func(a *album)) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		a := &album{t: t, process: 7, origin: fetchtest.NewLocal(t, "origin.test")}
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
		if i+1 == len(names) {
			return nil
		}
		return a.download(names[i+1])
	}
	return &track{a, r, a.players.Open(Source{Reader: r, Download: d, Process: a.process, Duration: duration, Next: next})}
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
				if name == "an indexer" || name == "at random" {
					time.Sleep(time.Minute) // it forgets to close the file
				}
				one.close()
				time.Sleep(time.Minute)
				if sent := a.origin.SentOf("b"); sent > 0 {
					t.Errorf("%d bytes came", sent)
				}
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

// holds has tracks be complete.
func (a *album) holds(tracks ...string) {
	a.t.Helper()
	for _, name := range tracks {
		if err := a.download(name).Control(a.t.Context(), fetch.Start); err != nil {
			a.t.Fatal(err)
		}
	}
	time.Sleep(5 * time.Minute)
}

// hurry reads all as fast as it comes, as mpv does, and keeps the file open until it has
// played that.
func (t *track) hurry() (first time.Duration) {
	began := time.Now()
	first = t.read(0)
	for off := int64(block); off < size; off += block {
		t.read(off)
	}
	time.Sleep(duration - time.Since(began))
	return first
}

// burst reads a buffer at once, and another as often as that is played, as MPD does: it
// reads the last one long before the end.
func (t *track) burst() (first time.Duration) {
	const buffer = 32 * block
	began := time.Now()
	first = t.read(0)
	for off := int64(block); off < size; off += block {
		if off%buffer == 0 && off >= 2*buffer {
			time.Sleep(time.Until(began.Add(time.Duration(off-buffer) * time.Second / time.Duration(pace))))
		}
		t.read(off)
	}
	time.Sleep(duration - time.Since(began))
	return first
}

// TestAhead plays an album in the ways of real players, of which some read nothing while
// the rest of a track plays: each next track is there before it is read.
func TestAhead(t *testing.T) {
	for name, play := range map[string]func(*track) time.Duration{"mpv": (*track).hurry, "MPD": (*track).burst} {
		for _, held := range []string{"", "a", "b", "ac"} {
			t.Run(name+", held: "+held, func(t *testing.T) {
				listen(t, false, func(a *album) {
					for _, name := range held {
						a.holds(string(name))
					}
					before := a.origin.Sent()
					for i := range names {
						one := a.open(i)
						if one.r.File() != nil {
							time.Sleep(duration) // the kernel reads it
						} else if first := play(one); i > 0 && first > 10*time.Millisecond {
							t.Errorf("the first byte of track %d after %v", i, first)
						}
						one.close()
						if i+1 < len(names) && a.download(names[i+1]).Status().Held < size/3 {
							t.Errorf("after track %d %+v", i, a.download(names[i+1]).Status())
						}
					}
					if sent := a.origin.Sent() - before; sent > int64(len(names)-len(held))*size*11/10 {
						t.Errorf("%d bytes were sent", sent)
					}
				})
			})
		}
	}
}

// TestSpares plays over a link that is hardly faster than the music: no block is late for
// what is fetched of the next track.
func TestSpares(t *testing.T) {
	late := map[bool]int{} // by whether something is fetched ahead
	for _, ahead := range []bool{false, true} {
		listen(t, !ahead, func(a *album) {
			a.origin.SetLink(fetchtest.Link{RTT: 100 * time.Millisecond, Connect: 100 * time.Millisecond, TotalRate: pace * 11 / 10})
			one := a.open(0)
			one.play()
			time.Sleep(2 * time.Second) // it plays what was late
			_, late[ahead] = one.play()
			one.close()
		})
	}
	if late[true] > late[false] {
		t.Errorf("%d blocks late, else %d", late[true], late[false])
	}
}

// TestPausedPresent pauses the track that plays: not a byte of the next one comes until it
// is resumed.
func TestPausedPresent(t *testing.T) {
	listen(t, false, func(a *album) {
		one := a.open(0)
		for off := int64(0); a.download("b").Status().Held == 0 && off < size; off += block {
			one.read(off)
			time.Sleep(block * time.Second / time.Duration(pace))
		}
		if a.download("b").Status().Held == 0 || a.download("a").Status().State != fetch.Downloading {
			t.Fatal("nothing comes beside it")
		}
		control := func(c fetch.Command) {
			if err := a.download("a").Control(a.t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		control(fetch.Pause)
		time.Sleep(time.Second)
		sent := a.origin.Sent()
		time.Sleep(time.Minute)
		if more := a.origin.Sent() - sent; more > 0 || len(a.players.Ahead()) != 1 {
			t.Errorf("%d bytes came, %d ahead", more, len(a.players.Ahead()))
		}
		control(fetch.Resume)
		time.Sleep(time.Minute)
		if s := a.download("b").Status(); s.Held < HeadLen {
			t.Errorf("afterwards %+v", s)
		}
		one.close()
		if len(a.players.Ahead()) > 0 {
			t.Error("something is ahead of no player")
		}
	})
}

// TestUnseen opens complete tracks, of which the kernel shows no read: a program that keeps
// one open for longer than a fast reader needs plays it, and one that played the track
// before, for a moment.
func TestUnseen(t *testing.T) {
	for name, c := range map[string]struct {
		process int // that played the one before
		open    time.Duration
		want    fetch.State
	}{
		"a player goes on":      {7, 10 * time.Second, fetch.Idle}, // it took that long
		"a player, for longer":  {7, time.Minute, fetch.Complete},
		"an indexer comes":      {7, 4 * time.Second, fetch.Idle},
		"another program":       {8, 19 * time.Second, fetch.Idle},
		"another player":        {8, 2 * time.Minute, fetch.Complete},
		"none played before":    {0, 19 * time.Second, fetch.Idle},
		"a player begins there": {0, 2 * time.Minute, fetch.Complete},
	} {
		t.Run(name, func(t *testing.T) {
			listen(t, false, func(a *album) {
				a.holds("b")
				if c.process != 0 {
					a.players.expected.Put("b", expectation{"a", c.process, time.Now()})
				}
				two := a.open(1)
				time.Sleep(c.open)
				two.close()
				time.Sleep(time.Minute)
				if s := a.download("c").Status(); s.State != c.want || (s.Held > 0) != (c.want == fetch.Complete || name == "a player goes on") {
					t.Errorf("%+v", s)
				}
			})
		})
	}
}
