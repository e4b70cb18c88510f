package fetch

import (
	"math"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
)

// comes returns how many bytes the origin sends within a minute.
func (f *fixture) comes() int64 {
	before := f.origin.Sent()
	time.Sleep(time.Minute)
	return f.origin.Sent() - before
}

// TestPausedPrefetch pauses a file that is fetched ahead of its reader: when that returns no
// more bytes move, what is held is on disk, and the file stays idle. It goes on once
// somebody opens it or says resume, and not before.
func TestPausedPrefetch(t *testing.T) {
	for name, c := range map[string]struct {
		before, after func(f *fixture, d *Download)
		goes          bool
	}{
		"and nothing more":       {nil, nil, false},
		"and it is opened":       {nil, func(f *fixture, _ *Download) { f.reader("a") }, true},
		"and resumed":            {nil, func(f *fixture, d *Download) { f.control(d, Resume) }, true},
		"while it is open":       {func(f *fixture, _ *Download) { f.reader("a") }, nil, false},
		"while its end was read": {func(f *fixture, _ *Download) { f.read(f.reader("a"), 20*mb-4*kb, 4*kb) }, nil, false},
		"which was read": {func(f *fixture, _ *Download) {
			r := f.reader("a")
			f.read(r, 0, 4*kb)
			_ = r.Close()
		}, nil, false},
		"and canceled":             {nil, func(f *fixture, d *Download) { f.control(d, Cancel) }, false},
		"and paused":               {nil, func(f *fixture, d *Download) { f.control(d, Pause) }, false},
		"and started and canceled": {nil, func(f *fixture, d *Download) { f.control(d, Start); f.control(d, Cancel) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.origin.SetLink(fetchtest.Link{RTT: 50 * time.Millisecond, TotalRate: 50_000})
				d := f.download("a")
				p := f.early(d, nil, math.MaxInt64)
				time.Sleep(2 * time.Second)
				if c.before != nil {
					c.before(f, d)
				}
				f.control(d, Pause)
				s := d.Status()
				if r, err := diskcache.ReadRecord(d.entry.RecordPath()); err != nil || s.Held == 0 || r.Held.Len() != s.Held {
					t.Errorf("the record has %+v of %+v, %v", r, s, err)
				}
				p.Want(math.MaxInt64)
				if sent := f.comes(); sent > 50_000 { // those on their way
					t.Errorf("%d bytes came", sent)
				}
				f.stays(d, d.Status().Held)
				if c.after != nil {
					c.after(f, d)
				}
				p.Want(math.MaxInt64)
				time.Sleep(time.Second)
				sent := f.comes()
				if s := d.Status(); (sent > 0) != c.goes || s.State != Idle || len(f.Active()) > 0 {
					t.Errorf("%d bytes came in the end, and it is %+v", sent, s)
				}
			}, file("a", 20*mb))
		})
	}
}

// TestPausedBeside pauses the file that is played: what comes next rests until that is
// resumed.
func TestPausedBeside(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 50 * time.Millisecond, TotalRate: 50_000})
		present, next := f.download("a"), f.download("bb")
		f.control(present, Start)
		time.Sleep(time.Second)
		f.early(next, present, 10*mb)
		f.until(next, "some of it", func(s Status) bool { return s.Held > 0 })
		f.control(present, Pause)
		time.Sleep(time.Second)
		if sent := f.comes(); sent > 0 {
			t.Errorf("%d bytes came during the pause", sent)
		}
		held := next.Status().Held
		f.control(present, Resume)
		f.until(next, "more of it", func(s Status) bool { return s.Held > held })
	}, file("a", 20*mb), file("bb", 20*mb))
}

// TestPrefetchOfUnknown wants the head of a file of which only the first response shows that
// it comes as a whole: no more than that comes, and it stays idle.
func TestPrefetchOfUnknown(t *testing.T) {
	for name, c := range map[string]struct {
		noLength bool
		first    func(f *fixture)
		least    int64 // that is held of it
	}{
		"no ranges":        {false, func(*fixture) {}, 256 * kb},
		"nor its size":     {true, func(*fixture) {}, 256 * kb},
		"while it is open": {false, func(f *fixture) { f.reader("a") }, 256 * kb},
		"a reader has closed": {false, func(f *fixture) {
			r := f.reader("a")
			f.read(r, 0, 4*kb)
			_ = r.Close()
		}, 4 * kb},
	} {
		t.Run(name, func(t *testing.T) {
			a := file("a", 20*mb)
			a.NoRanges, a.NoLength = true, c.noLength
			bubble(t, func(f *fixture) {
				f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, TotalRate: mb})
				d := f.download("a")
				p := f.early(d, nil, 256*kb)
				c.first(f)
				time.Sleep(time.Minute)
				held := d.Status().Held
				f.stays(d, held)
				if sent := f.origin.Sent(); held < c.least || held > 512*kb || sent > 2*mb {
					t.Errorf("%d bytes are held, %d were sent", held, sent)
				}
				p.Want(math.MaxInt64)
				f.untilState(d, Complete)
			}, a)
		})
	}
}

// TestPrefetchOfStreamIsNoWish looks at a file of unknown size that is fetched ahead as a
// whole: nobody wants it by that.
func TestPrefetchOfStreamIsNoWish(t *testing.T) {
	a := file("a", 8*mb)
	a.NoRanges, a.NoLength = true, true
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, TotalRate: mb})
		d := f.download("a")
		f.early(d, nil, math.MaxInt64)
		time.Sleep(time.Second)
		f.read(f.reader("a"), 0, 4*kb)
		time.Sleep(time.Second)
		if s := d.Status(); s.State != Idle || s.Held < mb {
			t.Errorf("after a look: %+v", s)
		}
		f.untilState(d, Complete)
	}, a)
}

// TestPrefetchTakenOver reads a file that is on its way ahead of its reader: what comes next
// of others makes way for that, too, and little more comes once the reader has closed it.
func TestPrefetchTakenOver(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 50 * time.Millisecond, TotalRate: 100_000})
		d, other := f.download("a"), f.download("bb")
		p := f.early(d, nil, math.MaxInt64)
		time.Sleep(2 * time.Second)
		f.early(other, nil, math.MaxInt64)
		time.Sleep(2 * time.Second)
		if other.Status().Held == 0 {
			t.Error("one makes way for another")
		}
		r := f.reader("a")
		go func() { _ = f.attempt(r, d.Status().Held, 256*kb) }()
		time.Sleep(100 * time.Millisecond)
		held := other.Status().Held
		time.Sleep(10 * time.Second)
		f.stillIdle(other, held)
		p.Close()
		time.Sleep(time.Second)
		held = d.Status().Held
		_ = r.Close()
		time.Sleep(time.Minute)
		if now := d.Status().Held; now > held+lead {
			t.Errorf("%d bytes came of a file that nobody reads", now-held)
		}
	}, file("a", 20*mb), file("bb", 20*mb))
}

// TestPrefetchAfterFailure fetches a file of which a read failed long ago.
func TestPrefetchAfterFailure(t *testing.T) {
	bubble(t, func(f *fixture) {
		d := f.download("a")
		f.origin.Fault(fetchtest.Nth(1), fetchtest.Status(404))
		if err := f.attempt(f.reader("a"), 0, 4*kb); err == nil {
			t.Fatal("it does not fail")
		}
		time.Sleep(time.Minute)
		f.early(d, nil, 256*kb)
		time.Sleep(10 * time.Second)
		f.stays(d, 256*kb)
	}, file("a", 2*mb))
}

// TestPrefetchIsNot fails at every request: that is the end of it, however often more is
// wanted.
func TestPrefetchIsNot(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Always, fetchtest.Status(404))
		p := f.early(f.download("a"), nil, 256*kb)
		time.Sleep(time.Minute)
		asked := len(f.origin.Requests())
		for range 100 {
			p.Want(math.MaxInt64)
			time.Sleep(5 * time.Second)
		}
		if more := len(f.origin.Requests()) - asked; asked == 0 || more > 0 {
			t.Errorf("%d requests, and then %d more", asked, more)
		}
	}, file("a", 2*mb))
}

// TestPrefetchAfterCommand begins after a command that came before its user, and after one
// that came since.
func TestPrefetchAfterCommand(t *testing.T) {
	for _, c := range []Command{Pause, Cancel, Evict} {
		bubble(t, func(f *fixture) {
			d := f.download("a")
			before := time.Now()
			time.Sleep(time.Second)
			f.control(d, c)
			time.Sleep(time.Second)
			p := d.Prefetch(nil, before)
			p.Want(256 * kb)
			time.Sleep(10 * time.Second)
			f.stays(d, 0)
			p.Close()
			f.early(d, nil, 256*kb)
			time.Sleep(10 * time.Second)
			f.stays(d, 256*kb)
		}, file("a", 2*mb))
	}
}
