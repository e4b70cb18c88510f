package fetch

import (
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
)

// early begins a Prefetch, and ends it with the test.
func (f *fixture) early(d, beside *Download, end int64) *Prefetch {
	p := d.Prefetch(beside, time.Now())
	f.t.Cleanup(p.Close)
	p.Want(end)
	return p
}

// stays checks that a download holds so many bytes, is idle and known to nobody.
func (f *fixture) stays(d *Download, held int64) {
	f.t.Helper()
	if s := d.Status(); s.State != Idle || s.Held != held || len(f.Active()) > 0 {
		f.t.Errorf("%+v, %d active; want %d held", s, len(f.Active()), held)
	}
}

// TestPrefetch fetches the head of a file and, later, all of it.
func TestPrefetch(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 100 * time.Millisecond, TotalRate: 200_000})
		d := f.download("a")
		p := f.early(d, nil, 256*kb)
		time.Sleep(10 * time.Second)
		f.stays(d, 256*kb)
		p.Want(100 * kb) // nothing more
		time.Sleep(10 * time.Second)
		f.stays(d, 256*kb)
		p.Want(1 << 40)
		time.Sleep(5 * time.Second)
		if s := d.Status(); s.State != Idle || s.Held < 900*kb || len(f.Active()) > 0 {
			t.Errorf("on its way: %+v", s)
		}
		time.Sleep(time.Minute)
		f.untilState(d, Complete)
		f.control(d, Evict) // nobody has it open
		time.Sleep(time.Minute)
		f.stays(d, 0)
	}, file("a", 2*mb))
}

// TestPrefetchBeside fetches the head of a file while another one is under way, which it
// belongs to, and makes way for any other.
func TestPrefetchBeside(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 50 * time.Millisecond, TotalRate: 100_000})
		present, other := f.download("a"), f.download("bb")
		f.control(present, Start)
		time.Sleep(time.Second)
		next := f.download("ccc")
		f.early(next, present, 256*kb)
		f.until(next, "the head", func(s Status) bool { return s.Held == 256*kb })
		last := f.download("dddd")
		f.early(last, nil, 256*kb)
		time.Sleep(5 * time.Second)
		f.stillIdle(next, 256*kb)
		if s := last.Status(); s.Held > 0 {
			t.Errorf("it belongs to no other: %+v", s)
		}
		f.control(other, Start)
		f.control(present, Cancel)
		f.control(other, Cancel)
		f.until(last, "the head", func(s Status) bool { return s.Held == 256*kb })
	}, file("a", 20*mb), file("bb", 20*mb), file("ccc", 20*mb), file("dddd", 20*mb))
}

// TestPrefetchMakesWay has readers and downloads come while a file is fetched ahead of
// its reader: next to nothing of it comes before they have ended.
func TestPrefetchMakesWay(t *testing.T) {
	for name, c := range map[string]struct {
		begin func(f *fixture) (end func())
	}{
		"a download": {func(f *fixture) func() {
			f.control(f.download("bb"), Start)
			return func() { f.control(f.download("bb"), Cancel) }
		}},
		"a reader": {func(f *fixture) func() {
			r := f.reader("bb")
			go func() { _, _ = r.ReadAt(f.t.Context(), make([]byte, 2*mb), 0) }()
			return func() { f.control(f.download("bb"), Cancel) }
		}},
		"a reader past the cache": {func(f *fixture) func() {
			d := f.download("bb")
			d.mu.Lock()
			d.store.traffic.Begin(d) // as a fill does
			d.mu.Unlock()
			return func() { d.store.traffic.End(d) }
		}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.origin.SetLink(fetchtest.Link{RTT: 50 * time.Millisecond, TotalRate: 200_000})
				d := f.download("a")
				f.early(d, nil, 1<<40)
				time.Sleep(2 * time.Second)
				end := c.begin(f)
				time.Sleep(100 * time.Millisecond)
				held := d.Status().Held
				time.Sleep(5 * time.Second)
				f.stillIdle(d, held)
				end()
				time.Sleep(calm / 2)
				f.stillIdle(d, held)
				time.Sleep(calm + time.Second)
				if s := d.Status(); s.State != Idle || s.Held < held+100_000 {
					t.Errorf("afterwards %+v of %d", s, held)
				}
			}, file("a", 20*mb), file("bb", 20*mb))
		})
	}
}

// stillIdle checks that a download holds no more than it did.
func (f *fixture) stillIdle(d *Download, held int64) {
	f.t.Helper()
	if s := d.Status(); s.State != Idle || s.Held != held {
		f.t.Errorf("%+v, want %d held", s, held)
	}
}

// TestPrefetchEnds ends in each way: nothing moves any more, and nothing is left of it.
func TestPrefetchEnds(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(f *fixture, p *Prefetch, d *Download)
		want State
		all  bool // it goes on, by somebody's wish
	}{
		"by its user": {func(_ *fixture, p *Prefetch, _ *Download) { p.Close(); p.Close() }, Idle, false},
		"by a cancel": {func(f *fixture, _ *Prefetch, d *Download) { f.control(d, Cancel) }, Idle, false},
		"by an evict": {func(f *fixture, _ *Prefetch, d *Download) { f.control(d, Evict) }, Idle, false},
		"by a start":  {func(f *fixture, _ *Prefetch, d *Download) { f.control(d, Start) }, Complete, true},
		"by a pause":  {func(f *fixture, _ *Prefetch, d *Download) { f.control(d, Start); f.control(d, Pause) }, Paused, false},
		"by a failure": {func(f *fixture, _ *Prefetch, _ *Download) {
			f.origin.Fault(fetchtest.Always, fetchtest.Status(404))
			f.origin.Drop()
		}, Idle, false},
		"with its mount": {func(f *fixture, _ *Prefetch, _ *Download) { f.reopen() }, Idle, false},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.origin.SetLink(fetchtest.Link{RTT: 50 * time.Millisecond, TotalRate: 200_000})
				d := f.download("a")
				p := f.early(d, nil, 1<<40)
				time.Sleep(2 * time.Second)
				c.end(f, p, d)
				time.Sleep(2 * time.Second)
				sent, asked := f.origin.Sent(), len(f.origin.Requests())
				time.Sleep(5 * time.Minute)
				p.Close()
				time.Sleep(time.Second)
				if more := f.origin.Sent() - sent; (more > 0) != c.all || !c.all && len(f.origin.Requests()) > asked {
					t.Errorf("%d bytes and %d requests came later", more, len(f.origin.Requests())-asked)
				}
				d = f.download("a")
				if s := d.Status(); s.State != c.want {
					t.Errorf("%+v", s)
				}
				if len(d.readersNow()) > 0 {
					t.Error("its handle is still there")
				}
			}, file("a", 8*mb))
		})
	}
}

// TestPrefetchedIsRead has a reader come to a file that is on its way: what is held is
// there at once, the rest comes over the same connection, and the end of the Prefetch
// takes nothing away.
func TestPrefetchedIsRead(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 100 * time.Millisecond, TotalRate: 200_000})
		d := f.download("a")
		p := f.early(d, nil, 1<<40)
		time.Sleep(2 * time.Second)
		r, began := f.reader("a"), time.Now()
		f.read(r, 0, 128*kb)
		if took := time.Since(began); took > 10*time.Millisecond {
			t.Errorf("the first bytes took %v", took)
		}
		p.Close()
		for off := int64(128 * kb); off < 2*mb; off += 128 * kb {
			f.read(r, off, 128*kb)
		}
		if s := d.Status(); s.State != Downloading || f.origin.Sent() > s.Held+200_000 {
			t.Errorf("%+v, %d bytes sent", s, f.origin.Sent())
		}
	}, file("a", 8*mb))
}

// TestPrefetchOfStream wants the head of a file that only comes as a whole: it is not
// fetched before all of it is wanted.
func TestPrefetchOfStream(t *testing.T) {
	a := file("a", 2*mb)
	a.NoRanges = true
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, TotalRate: mb})
		d := f.download("a")
		hold := make(chan struct{})
		defer close(hold)
		f.origin.Fault(fetchtest.Nth(1), fetchtest.HoldAt(mb, hold))
		f.read(f.reader("a"), 0, 10) // it is known by now
		for r := range d.readersNow() {
			_ = r.Close()
		}
		time.Sleep(time.Second)
		held := d.Status().Held
		p := f.early(d, nil, held+256*kb)
		time.Sleep(time.Minute)
		f.stays(d, held)
		p.Want(1 << 40)
		f.untilState(d, Complete)
	}, a)
}

// TestPrefetchIsNotRecorded dies while a file is fetched ahead of its reader.
func TestPrefetchIsNotRecorded(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 50 * time.Millisecond, TotalRate: 200_000})
		d := f.download("a")
		f.early(d, nil, 1<<40)
		time.Sleep(5 * time.Second)
		if r, err := diskcache.ReadRecord(d.entry.RecordPath()); err != nil || r.State != Idle.String() || len(r.Held) == 0 {
			t.Errorf("%+v, %v", r, err)
		}
	}, file("a", 8*mb))
}
