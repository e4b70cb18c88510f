package fetch

import (
	"context"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/intent"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

const kb = 1 << 10

// A look is a read of a program, after a pause.
type look struct {
	pause  time.Duration
	off, n int64
}

// looks returns reads in sequence, each after a pause.
func looks(times int, pause time.Duration, off, n int64) (all []look) {
	for i := range times {
		all = append(all, look{pause, off + int64(i)*n, n})
	}
	return all
}

// needed returns the bytes that reads are of, rounded up to 64 KiB.
func needed(size int64, all []look) int64 {
	var set ranges.Set
	for _, l := range all {
		set = set.Add(ranges.Range{Start: l.off / (64 * kb) * (64 * kb), End: min((l.off+l.n+64*kb-1)/(64*kb)*(64*kb), size)})
	}
	return set.Len()
}

// read returns how many bytes reads are of.
func read(all []look) int64 {
	var set ranges.Set
	for _, l := range all {
		set = set.Add(ranges.Range{Start: l.off, End: l.off + l.n})
	}
	return set.Len()
}

// tagged has the first n bytes of each file be its tag.
func (f *fixture) tagged(n int64) {
	f.opt.Layout = func(_ string, held io.ReaderAt, size int64) Layout {
		if _, err := held.ReadAt(make([]byte, 10), 0); err != nil {
			return Layout{Lacks: ranges.Set{{Start: 0, End: 10}}}
		}
		return Layout{Structure: ranges.Set{{Start: 0, End: min(n, size)}}}
	}
	f.reopen()
}

// slowLink is that of a user with little bandwidth.
var slowLink = fetchtest.Link{RTT: 100 * time.Millisecond, Connect: 100 * time.Millisecond, TotalRate: 200_000}

// TestIndexersLeaveNothing has indexers read files over several links and close them: no
// download is left, next to nothing is fetched that they did not read, and none comes
// later. What they read stays.
func TestIndexersLeaveNothing(t *testing.T) {
	const size = 40 * mb
	for name, c := range map[string]struct {
		tag  int64
		read []look
	}{
		"MPD updates":                       {4 * kb, looks(2, 0, 0, 256*kb)},
		"MPD updates, and looks at the end": {4 * kb, append(looks(1, 0, 0, 256*kb), look{0, size - 128, 128})},
		"a cover of 2 MB":                   {2 * mb, looks(17, 0, 0, 128*kb)},
		"mutagen":                           {100 * kb, []look{{0, 0, 10}, {0, 10, 100 * kb}, {0, size - 160, 160}, {0, 100 * kb, 8 * kb}}},
		"file":                              {4 * kb, append(looks(14, 0, 0, 512*kb), looks(14, 0, size-7*mb, 512*kb)...)},
		"file, killed":                      {4 * kb, looks(11, 0, 0, 512*kb)},
		"mediainfo of a wav":                {4 * kb, append(looks(16, 0, 0, 64*kb), look{300 * time.Millisecond, 0, 1})},
		"ffprobe":                           {4 * kb, append(looks(10, 0, 0, 32*kb), look{0, size - 64*kb, 64 * kb}, look{0, 320 * kb, 32 * kb})},
		"mediainfo":                         {4 * kb, []look{{0, 0, 64 * kb}, {0, 64 * kb, 64 * kb}, {0, 4 * mb, 64 * kb}, {0, size - 64*kb, 64 * kb}}},
		"two minutes of five":               {4 * kb, looks(256, 0, 0, 64*kb)},
		"cp, stopped":                       {4 * kb, looks(100, 0, 0, 256*kb)},
		"a burst, and left open":            {4 * kb, []look{{0, 0, 64 * kb}, {0, 64 * kb, 64 * kb}, {10 * time.Second, 0, 1}}},
		"ranger":                            {4 * kb, []look{{0, 0, 64 * kb}, {20 * time.Millisecond, 64 * kb, 64 * kb}, {20 * time.Millisecond, size - 64*kb, 64 * kb}}},
	} {
		for link, l := range map[string]fetchtest.Link{
			"slow": slowLink, "average": {RTT: 30 * time.Millisecond, Connect: 30 * time.Millisecond, TotalRate: 2_000_000},
			"fast": {RTT: 5 * time.Millisecond, Connect: 5 * time.Millisecond, TotalRate: 20_000_000},
		} {
			t.Run(name+", "+link, func(t *testing.T) {
				bubble(t, func(f *fixture) {
					f.tagged(c.tag)
					f.origin.SetLink(l)
					d := f.download("a")
					r := d.NewReader()
					for _, one := range c.read {
						time.Sleep(one.pause)
						f.read(r, one.off, one.n)
					}
					time.Sleep(5 * time.Millisecond)
					_ = r.Close()
					if s := d.Status(); s.State != Idle {
						t.Errorf("when it was closed: %+v", s)
					}
					time.Sleep(10 * time.Second)
					most := needed(size, c.read) * 13 / 10
					if s := d.Status(); s.State != Idle || len(d.transfersNow()) > 0 || f.origin.Sent() > most {
						t.Errorf("%d bytes moved of at most %d, %d transfers go on: %+v", f.origin.Sent(), most, len(d.transfersNow()), s)
					}
					held := d.Status().Held
					f.reopen()
					if s := f.download("a").Status(); s.State != Idle || s.Held != held || held < read(c.read) {
						t.Errorf("opened again: %+v of %d held", s, held)
					}
				}, file("a", size))
			})
		}
	}
}

// TestMeantWithinASecond has programs that want the whole read a file: it is under way a
// second after the first byte beyond its tag, and goes on after they left it.
func TestMeantWithinASecond(t *testing.T) {
	const size = 8 * mb
	for name, c := range map[string]struct {
		tag  int64
		read []look
	}{
		"cp":                       {4 * kb, looks(49, 0, 0, 128*kb)},
		"cp of a long cover":       {2 * mb, looks(53, 0, 0, 128*kb)},
		"rsync":                    {4 * kb, looks(25, 0, 0, 256*kb)},
		"sha256sum":                {4 * kb, looks(195, 0, 0, 32*kb)},
		"a player":                 {4 * kb, append([]look{{0, 0, 32 * kb}, {0, size - 128, 128}}, looks(10, time.Second/2, 32*kb, 32*kb)...)},
		"a player of 128 kbit/s":   {4 * kb, append(looks(5, 0, 0, 4*kb), looks(30, time.Second/4, 20*kb, 4*kb)...)},
		"a player of large blocks": {4 * kb, append(looks(2, 0, 0, 256*kb), look{8 * time.Second, 512 * kb, 128 * kb})},
	} {
		for link, l := range map[string]fetchtest.Link{"slow": slowLink, "fast": {RTT: 5 * time.Millisecond, TotalRate: 20_000_000}} {
			t.Run(name+", "+link, func(t *testing.T) {
				bubble(t, func(f *fixture) {
					f.tagged(c.tag)
					f.origin.SetLink(l)
					d := f.download("a")
					r := d.NewReader()
					var beyond time.Time
					wished := make(chan time.Time, 1)
					go func() {
						f.until(d, "the wish", func(s Status) bool { return s.State == Downloading || s.State == Complete })
						wished <- time.Now()
					}()
					for _, one := range c.read {
						time.Sleep(one.pause)
						f.read(r, one.off, one.n)
						if end := one.off + one.n; beyond.IsZero() && end > c.tag && end < size {
							beyond = time.Now()
						}
					}
					synctest.Wait()
					select {
					case meant := <-wished:
						if took := meant.Sub(beyond); took > time.Second {
							t.Errorf("under way after %v", took)
						}
					default:
						t.Error("it is not under way")
					}
					_ = r.Close()
					f.reopen()
					time.Sleep(10 * time.Minute)
					if s := f.download("a").Status(); s.State != Complete {
						t.Errorf("it did not go on: %+v", s)
					}
				}, file("a", size))
			})
		}
	}
}

// seemsToWant returns a handle whose user seems to want the file, and may leave it.
func (f *fixture) seemsToWant(d *Download) *Reader {
	f.t.Helper()
	r := d.NewReader()
	f.read(r, 0, 320*kb)
	if s := d.Status(); s.State != Idle {
		f.t.Fatalf("at once: %+v", s)
	}
	f.untilState(d, Downloading)
	return r
}

// TestUndone undoes what a reader seemed to want, and nothing that anybody else wants.
func TestUndone(t *testing.T) {
	for name, c := range map[string]struct {
		before func(f *fixture, d *Download) // the handle is closed
		want   State
	}{
		"alone":           {func(*fixture, *Download) {}, Idle},
		"after 2 seconds": {func(*fixture, *Download) { time.Sleep(2 * time.Second) }, Idle},
		"after 4 seconds": {func(*fixture, *Download) { time.Sleep(4 * time.Second) }, Downloading},
		"a start":         {func(f *fixture, d *Download) { f.control(d, Start) }, Downloading},
		"a resume":        {func(f *fixture, d *Download) { f.control(d, Resume) }, Downloading},
		"a pause":         {func(f *fixture, d *Download) { f.control(d, Pause) }, Paused},
		"paused, resumed": {func(f *fixture, d *Download) { f.control(d, Pause); f.control(d, Resume) }, Downloading},
		"a cancel":        {func(f *fixture, d *Download) { f.control(d, Cancel) }, Idle},
		"its folder is paused": {func(f *fixture, d *Download) {
			f.controlAmong(d, Pause)
			for r := range d.readersNow() {
				ctx, cancel := context.WithTimeout(f.t.Context(), time.Second)
				_, _ = r.ReadAt(ctx, make([]byte, kb), 5*mb)
				cancel()
			}
			late := f.reader("a")
			f.read(late, 0, kb)
			_ = late.Close()
			if s := d.Status(); s.State != Paused {
				f.t.Errorf("before it was closed: %+v", s)
			}
		}, Idle},
		"its folder is paused, after 4 seconds": {func(f *fixture, d *Download) {
			time.Sleep(4 * time.Second)
			f.controlAmong(d, Pause)
		}, Paused},
		"its folder is paused, then it":     {func(f *fixture, d *Download) { f.controlAmong(d, Pause); f.control(d, Pause) }, Paused},
		"its folder is paused, and resumed": {func(f *fixture, d *Download) { f.controlAmong(d, Pause); f.controlAmong(d, Resume) }, Idle},
		"its folder is resumed":             {func(f *fixture, d *Download) { f.controlAmong(d, Resume) }, Idle},
		"its folder is started":             {func(f *fixture, d *Download) { f.controlAmong(d, Start) }, Downloading},
		"its folder is paused, and opened again": {func(f *fixture, d *Download) {
			f.controlAmong(d, Pause)
			f.read(f.reader("a"), 0, kb)
		}, Idle},
		"another looks":    {func(f *fixture, d *Download) { f.read(f.reader("a"), 5*mb, 1000) }, Idle},
		"another means it": {func(f *fixture, d *Download) { f.seemsAgain("a") }, Downloading},
		"another lasts": {func(f *fixture, d *Download) {
			r := d.NewReader()
			f.read(r, 0, 320*kb)
			time.Sleep(4 * time.Second)
			_ = r.Close()
		}, Downloading},
		"it looks elsewhere": {func(f *fixture, d *Download) {
			for r := range d.readersNow() {
				f.read(r, 4*mb, 1000)
			}
			if s := d.Status(); s.State != Idle {
				f.t.Errorf("before it was closed: %+v", s)
			}
		}, Idle},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, TotalRate: 100_000})
				d := f.download("a")
				r := f.seemsToWant(d)
				c.before(f, d)
				held := d.Status().Held
				_ = r.Close()
				if s := d.Status(); s.State != c.want || s.Held < held && name != "a cancel" {
					t.Errorf("%+v, want %v; %d bytes were held", s, c.want, held)
				}
				sent := f.origin.Sent()
				time.Sleep(5 * time.Second)
				if more := f.origin.Sent() - sent; c.want != Downloading && more > 70*kb || c.want == Downloading && more < 100*kb {
					t.Errorf("%d bytes came while it was %v", more, c.want)
				}
				f.reopen()
				if s := f.download("a").Status(); s.State != c.want && !(name == "another means it" && s.State == Idle) {
					t.Errorf("opened again: %+v, want %v", s, c.want)
				}
			}, file("a", 8*mb))
		})
	}
}

func (f *fixture) controlAmong(d *Download, c Command) {
	f.t.Helper()
	if err := d.ControlAmong(f.t.Context(), c); err != nil {
		f.t.Fatalf("%v: %v", c, err)
	}
}

// TestUndoneBesideAnother closes a handle that seemed to want the file while another waits
// for bytes elsewhere: its request goes on, and brings no more than that handle wants.
func TestUndoneBesideAnother(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, TotalRate: 100_000})
		d := f.download("a")
		r := f.seemsToWant(d)
		other := f.reader("a")
		done := make(chan struct{})
		go func() {
			f.read(other, 5*mb, 200*kb)
			close(done)
		}()
		time.Sleep(time.Second)
		requests := f.origin.Stats().Requests
		_ = r.Close()
		<-done
		if s, more := d.Status(), f.origin.Stats().Requests-requests; s.State != Idle || more > 0 {
			t.Errorf("%d requests more: %+v", more, s)
		}
		time.Sleep(time.Minute)
		if s := d.Status(); s.Held > 1100*kb {
			t.Errorf("%d bytes came", s.Held)
		}
	}, file("a", 8*mb))
}

// seemsAgain is seemsToWant of a file that is under way, by a handle that stays open.
func (f *fixture) seemsAgain(key string) {
	f.read(f.reader(key), 0, 320*kb)
	time.Sleep(intent.Moment)
}

func (d *Download) readersNow() map[*Reader]struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.readers
}

// TestFailedIsUndone has the download fail that a reader seemed to want: nothing of that
// is left but the reason.
func TestFailedIsUndone(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, TotalRate: 100_000})
		d := f.download("a")
		r := f.seemsToWant(d)
		f.origin.Fault(fetchtest.Always, fetchtest.Status(404))
		f.origin.Drop()
		f.untilState(d, Failed)
		_ = r.Close()
		if s := d.Status(); s.State != Idle || s.Err == nil || s.Held == 0 || len(f.Active()) > 0 {
			t.Errorf("%+v", s)
		}
	}, file("a", 8*mb))
}

// TestStreamIsUndone reads the head of a file that only comes from its start, which goes
// on as long as it is open.
func TestStreamIsUndone(t *testing.T) {
	a := file("a", 64*mb)
	a.NoRanges = true
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, TotalRate: mb})
		d := f.download("a")
		r := d.NewReader()
		f.read(r, 0, 4*kb)
		f.untilState(d, Downloading)
		f.read(r, 4*kb, 4*kb)
		if s := d.Status(); s.State != Downloading {
			t.Errorf("while it is open: %+v", s)
		}
		_ = r.Close()
		sent := f.origin.Sent()
		time.Sleep(5 * time.Second)
		if s := d.Status(); s.State != Idle || f.origin.Sent()-sent > mb/2 {
			t.Errorf("%d bytes came later: %+v", f.origin.Sent()-sent, s)
		}
	}, a)
}

// TestWishOnDisk looks at the record while a wish seems to be one, lasts and is commanded.
func TestWishOnDisk(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, TotalRate: 100_000})
		d := f.download("a")
		recorded := func(state State, wanted ...string) {
			t.Helper()
			r, err := diskcache.ReadRecord(d.entry.RecordPath())
			if err != nil || r.State != state.String() || !slices.Equal(r.Wanted, wanted) {
				t.Errorf("the record says %q, wanted by %q; want %v, %q; %v", r.State, r.Wanted, state, wanted, err)
			}
		}
		r := f.seemsToWant(d)
		time.Sleep(time.Second)
		recorded(Idle)
		time.Sleep(5 * time.Second)
		recorded(Downloading, "reader")
		f.control(d, Start)
		recorded(Downloading, "reader", "command")
		f.control(d, Pause)
		recorded(Paused, "reader", "command")
		f.reopen()
		d = f.download("a")
		f.control(d, Resume)
		recorded(Downloading, "reader", "command")
		_ = r.Close()
		f.control(d, Cancel)
		f.control(d, Start)
		recorded(Downloading, "command")
	}, file("a", 8*mb))
}

// TestWishOfOldRecords opens records that do not say who wants the file, or name one that
// this version does not know: they go on, and no reader undoes that.
func TestWishOfOldRecords(t *testing.T) {
	for _, wanted := range [][]string{nil, {"pin"}, {"a shelf"}, {"reader"}} {
		bubble(t, func(f *fixture) {
			f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, TotalRate: 100_000})
			d := f.download("a")
			f.control(d, Start)
			time.Sleep(2 * time.Second)
			p := d.entry.Place
			f.close()
			r, err := diskcache.ReadRecord(p.RecordPath())
			if err != nil {
				t.Fatal(err)
			}
			if r.Wanted = wanted; r.Save(p) != nil {
				t.Fatal("it cannot be saved")
			}
			f.open()
			d = f.download("a")
			reader := d.NewReader()
			f.read(reader, 0, 128*kb)
			time.Sleep(time.Second)
			_ = reader.Close()
			if s := d.Status(); s.State != Downloading {
				t.Errorf("wanted by %q: %+v", wanted, s)
			}
		}, file("a", 8*mb))
	}
}

// TestWish holds the words of a record.
func TestWish(t *testing.T) {
	for _, w := range []wish{wishReader, wishCommand, wishPin, wishReader | wishPin, wishReader | wishCommand | wishPin} {
		if got := wishOf((w | wishSeems).names()); got != w {
			t.Errorf("%b as %q is %b", w, w.names(), got)
		}
	}
	for e := range events {
		for s := Idle; s <= Complete; s++ {
			for w := wish(0); w < wishPin<<1; w++ {
				got := w.after(e, s)
				if idle := s == Idle || s == Complete; idle && got != 0 || !idle && got&w != w {
					t.Errorf("%b after %d to %v is %b", w, e, s, got)
				}
			}
		}
	}
}

// TestLeftReadsMeanNothing has reads be left, and asks for much that never comes.
func TestLeftReadsMeanNothing(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Always, fetchtest.StallAfter(0))
		d := f.download("a")
		r := d.NewReader()
		for i := range 20 {
			ctx, cancel := context.WithTimeout(f.t.Context(), time.Second)
			_, _ = r.ReadAt(ctx, make([]byte, 128*kb), int64(i)*128*kb)
			cancel()
		}
		if s := d.Status(); s.State != Idle {
			t.Errorf("%+v", s)
		}
		_ = r.Close()
	}, file("a", 8*mb))
}

// TestSizeIsNoWish asks for a size that only the end of the file tells, and leaves before:
// the download ends with the last who waits for it, if nobody else wants it.
func TestSizeIsNoWish(t *testing.T) {
	for name, c := range map[string]struct {
		beside func(f *fixture, d *Download) // while the first waits
		want   State                         // after it has left
	}{
		"alone":                {func(*fixture, *Download) {}, Idle},
		"another waits":        {func(f *fixture, d *Download) { go f.awaitSize(d, time.Minute) }, Downloading},
		"another has left":     {func(f *fixture, d *Download) { f.awaitSize(d, time.Second) }, Idle},
		"a user wants it":      {func(f *fixture, d *Download) { f.control(d, Start) }, Downloading},
		"a reader has it":      {func(f *fixture, _ *Download) { go func() { _ = f.attempt(f.reader("a"), 0, 4*mb) }() }, Downloading},
		"a reader has left":    {func(f *fixture, d *Download) { r := d.NewReader(); f.read(r, 0, kb); _ = r.Close() }, Idle},
		"its folder is paused": {func(f *fixture, d *Download) { f.controlAmong(d, Pause) }, Idle},
		"it is paused":         {func(f *fixture, d *Download) { f.control(d, Pause) }, Paused},
	} {
		t.Run(name, func(t *testing.T) {
			a := file("a", 8*mb)
			a.NoLength, a.NoRanges = true, true
			bubble(t, func(f *fixture) {
				f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, TotalRate: 200_000})
				d, left := f.download("a"), make(chan struct{})
				go func() {
					f.awaitSize(d, 5*time.Second)
					close(left)
				}()
				f.untilState(d, Downloading)
				c.beside(f, d)
				<-left
				synctest.Wait()
				if s := d.Status(); s.State != c.want {
					t.Errorf("%+v, want %v", s, c.want)
				}
				sent := f.origin.Sent()
				time.Sleep(5 * time.Second)
				if more := f.origin.Sent() - sent; (more > 70*kb) != (c.want == Downloading) {
					t.Errorf("%d bytes came while it was %v", more, c.want)
				}
				time.Sleep(2 * time.Minute)
				f.reopen()
				want := c.want
				if want == Downloading {
					want = Complete
				}
				if s := f.download("a").Status(); s.State != want {
					t.Errorf("opened again: %+v", s)
				}
			}, a)
		})
	}
}

// awaitSize asks for the size of a download for a while.
func (f *fixture) awaitSize(d *Download, limit time.Duration) {
	ctx, cancel := context.WithTimeout(f.t.Context(), limit)
	defer cancel()
	_, _ = d.Size(ctx)
}
