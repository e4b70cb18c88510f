package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

func TestReadWhole(t *testing.T) {
	for name, size := range map[string]int64{"empty": 0, "one": 1, "small": 100_000, "chunk": chunkLen, "large": 5*mb + 7} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, fetchtest.New(t, file("a", size)))
			f.readAll("a")
			d := f.download("a")
			f.untilState(d, Complete)
			sent := f.sent()
			f.readAll("a")
			if f.sent() != sent {
				t.Errorf("a complete file cost %d more bytes", f.sent()-sent)
			}
			if sent > size {
				t.Errorf("%d bytes sent for a file of %d", sent, size)
			}
		})
	}
}

func TestReadOddRanges(t *testing.T) {
	f := newFixture(t, fetchtest.New(t, file("a", 3*mb+1)))
	r := f.reader("a")
	for _, at := range [][2]int64{{3*mb - 10, 100}, {mb - 1, 3}, {0, 1}, {2*mb + 5, 700_000}, {3 * mb, 1}, {17, 4096}} {
		f.read(r, at[0], at[1])
	}
	n, err := r.ReadAt(t.Context(), make([]byte, 10), 3*mb+1)
	if n != 0 || err != io.EOF {
		t.Errorf("a read at the end gave %d, %v", n, err)
	}
}

// TestTailDoesNotWaitForTheMiddle reads the end of a file whose fill cannot get
// there: the link is held after the first bytes.
func TestTailDoesNotWaitForTheMiddle(t *testing.T) {
	o := fetchtest.New(t, file("a", 20*mb))
	f := newFixture(t, o)
	d := f.download("a")
	if _, err := d.Size(t.Context()); err != nil {
		t.Fatal(err)
	}
	hold := make(chan struct{})
	o.Fault(fetchtest.Nth(2), fetchtest.HoldAt(mb, hold))
	f.control(d, Start)
	f.until(d, "the first MiB", func(s Status) bool { return s.Held > mb/2 })
	f.read(f.reader("a"), 20*mb-4096, 4096)
	close(hold)
	f.untilState(d, Complete)
	f.readAll("a")
}

func TestHeadAndTailLeaveNoDownload(t *testing.T) {
	f := newFixture(t, fetchtest.New(t, file("a", 30*mb)))
	r := f.reader("a")
	f.read(r, 0, 64<<10)
	f.read(r, 30*mb-128, 128)
	_ = r.Close()
	d := f.download("a")
	f.until(d, "no transfer", func(Status) bool { return len(d.flightsNow()) == 0 })
	if s := d.Status(); s.State != Idle || f.sent() > mb/2 {
		t.Errorf("state %v, %d bytes sent", s.State, f.sent())
	}
}

func (d *Download) holding() Ranges {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.have
}

func (d *Download) flightsNow() []*flight {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.flights
}

// TestStreamIsSeen reads the head of a file that can only be had from its start:
// what runs on beyond the read is a download that can be paused.
func TestStreamIsSeen(t *testing.T) {
	a := file("a", 30*mb)
	a.NoRanges = true
	o := fetchtest.New(t, a)
	o.SetLink(fetchtest.Link{ConnRate: 40 * mb})
	f := newFixture(t, o)
	d := f.download("a")
	f.read(f.reader("a"), 0, 4096)
	f.untilState(d, Downloading)
	f.control(d, Pause)
	if err := o.WaitIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := d.Status(); s.State != Paused || s.Held == 30*mb {
		t.Errorf("%+v after Pause", s)
	}
}

func TestProbeIsAHead(t *testing.T) {
	f := newFixture(t, fetchtest.New(t, file("a", 30*mb)))
	d := f.download("a")
	size, err := d.Size(t.Context())
	if size != 30*mb || err != nil {
		t.Fatalf("Size = %d, %v", size, err)
	}
	f.read(f.reader("a"), 0, 4096)
	if got := f.origin.Requests()[0].Header.Get("Range"); got != "bytes=0-16383" {
		t.Errorf("the probe asked for %q", got)
	}
}

// TestPauseAndResume is the proof of issue 2: after Pause no byte moves, and
// Resume asks from the first missing byte on, with If-Range.
func TestPauseAndResume(t *testing.T) {
	o := fetchtest.New(t, file("a", 4*mb))
	o.SetLink(fetchtest.Link{ConnRate: 2 * mb})
	f := newFixture(t, o)
	d := f.download("a")
	f.control(d, Start)
	f.until(d, "half a MiB", func(s Status) bool { return s.Held > mb/2 })
	f.control(d, Pause)
	held, first := d.Status(), d.holding().From(0)
	if held.State != Paused || len(d.flightsNow()) != 0 {
		t.Fatalf("%+v with %d transfers after Pause", held, len(d.flightsNow()))
	}
	if err := o.WaitIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := len(o.Requests())
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	r := d.NewReader()
	if _, err := r.ReadAt(ctx, make([]byte, 10), 3*mb); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a read of missing bytes while paused: %v", err)
	}
	_ = r.Close() // what it would want comes first
	if len(o.Requests()) != before {
		t.Error("a request went out while paused")
	}
	f.control(d, Resume)
	f.untilState(d, Complete)
	if sent := f.sent(); sent > 4*mb+mb {
		t.Errorf("%d bytes sent for 4 MiB: what was held was sent again", sent)
	}
	resumed := o.Requests()[before]
	if want := fmt.Sprintf("bytes=%d-", first); !strings.HasPrefix(resumed.Range, want) {
		t.Errorf("resumed with %q, want %q", resumed.Range, want)
	}
	if !strings.HasPrefix(resumed.Header.Get("If-Range"), `"`) {
		t.Errorf("resumed with If-Range %q", resumed.Header.Get("If-Range"))
	}
	f.readAll("a")
}

func TestPausedSurvivesReopen(t *testing.T) {
	o := fetchtest.New(t, file("a", 4*mb), file("bb", 2*mb))
	o.SetLink(fetchtest.Link{ConnRate: 2 * mb})
	f := newFixture(t, o)
	paused, running := f.download("a"), f.download("bb")
	f.control(paused, Start)
	f.until(paused, "some bytes", func(s Status) bool { return s.Held > mb/4 })
	f.control(paused, Pause)
	held := paused.Status().Held
	f.control(running, Start)
	f.until(running, "some bytes", func(s Status) bool { return s.Held > 0 })
	f.reopen()

	paused, running = f.download("a"), f.download("bb")
	if s := paused.Status(); s.State != Paused || s.Held != held {
		t.Errorf("reopened as %v with %d, want paused with %d", s.State, s.Held, held)
	}
	f.untilState(running, Complete)
	f.readAll("bb")
	f.control(paused, Resume)
	f.untilState(paused, Complete)
	f.readAll("a")
	if len(f.Active()) != 0 {
		t.Errorf("%d active", len(f.Active()))
	}
}

func TestCancel(t *testing.T) {
	o := fetchtest.New(t, file("a", 4*mb))
	o.SetLink(fetchtest.Link{ConnRate: mb})
	f := newFixture(t, o)
	d, r := f.download("a"), f.reader("a")
	f.control(d, Start)
	waiting := make(chan error, 1)
	go func() {
		_, err := r.ReadAt(context.Background(), make([]byte, 10), 4*mb-10)
		waiting <- err
	}()
	f.until(d, "some bytes", func(s Status) bool { return s.Held > mb/8 })
	f.control(d, Cancel)
	if s := d.Status(); s.State != Idle || s.Held != 0 {
		t.Errorf("after Cancel: %+v", s)
	}
	if err := <-waiting; !errors.Is(err, ErrCanceled) && err != nil {
		t.Errorf("the waiting read got %v", err)
	}
	if _, err := r.ReadAt(t.Context(), make([]byte, 10), 0); !errors.Is(err, ErrCanceled) {
		t.Errorf("a handle that was open reads on: %v", err)
	}
	o.SetLink(fetchtest.Link{})
	f.readAll("a")
	f.untilState(d, Complete)
	f.control(d, Cancel)
	if s := d.Status(); s.State != Complete {
		t.Errorf("Cancel of a complete file: %+v", s)
	}
}

func TestEvict(t *testing.T) {
	f := newFixture(t, fetchtest.New(t, file("a", mb)))
	d := f.download("a")
	f.readAll("a")
	f.untilState(d, Complete)
	r := d.NewReader()
	if r.File() == nil {
		t.Error("no file behind a handle on a complete file")
	}
	if err := d.Control(t.Context(), Evict); !errors.Is(err, ErrBusy) {
		t.Errorf("Evict of an open file: %v", err)
	}
	_ = r.Close()
	epoch := d.Status().Epoch
	f.control(d, Evict)
	if s := d.Status(); s.State != Idle || s.Held != 0 || s.Epoch == epoch || s.Size != mb {
		t.Errorf("after Evict: %+v", s)
	}
	f.readAll("a")
}

// TestRemoteChanged has the file replaced while half of it is held: handles that
// have seen the old version end, and the new one is served whole.
func TestRemoteChanged(t *testing.T) {
	o := fetchtest.New(t, file("a", 4*mb))
	o.SetLink(fetchtest.Link{ConnRate: 4 * mb})
	f := newFixture(t, o)
	d, r := f.download("a"), f.reader("a")
	f.read(r, 0, 1000)
	f.control(d, Start)
	f.until(d, "some bytes", func(s Status) bool { return s.Held > mb })
	f.control(d, Pause)
	o.Replace("a", fetchtest.Random(99, 4*mb))
	o.SetLink(fetchtest.Link{})
	f.control(d, Resume)
	f.untilState(d, Complete)
	f.readAll("a")
	if _, err := r.ReadAt(t.Context(), make([]byte, 10), 0); !errors.Is(err, ErrStale) {
		t.Errorf("the old handle reads %v", err)
	}
}

func TestManyReadersOneDownload(t *testing.T) {
	o := fetchtest.New(t, file("a", 8*mb))
	f := newFixture(t, o)
	f.opt.Connections = 1 // what a connection loses on being cut is not the point here
	f.reopen()
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() { f.readAll("a") })
	}
	wg.Wait()
	if sent := f.sent(); sent > 9*mb {
		t.Errorf("%d bytes sent for 16 readers of 8 MiB", sent)
	}
}

func TestReaderMayLeave(t *testing.T) {
	o := fetchtest.New(t, file("a", 2*mb))
	hold := make(chan struct{})
	o.Fault(fetchtest.Nth(1), fetchtest.HoldAt(fetchtest.BeforeHead, hold))
	f := newFixture(t, o)
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error, 1)
	r := f.reader("a")
	go func() {
		_, err := r.ReadAt(ctx, make([]byte, 300<<10), 0)
		left <- err
	}()
	if err := o.WaitRequests(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("the reader left with %v", err)
	}
	close(hold)
	f.untilState(f.download("a"), Complete)
}

func TestInterruptEndsWaits(t *testing.T) {
	o := fetchtest.New(t, file("a", mb))
	o.Fault(fetchtest.Always, fetchtest.StallAfter(fetchtest.BeforeHead))
	f := newFixture(t, o)
	r := f.reader("a")
	waiting := make(chan error, 1)
	go func() {
		_, err := r.ReadAt(context.Background(), make([]byte, 10), 0)
		waiting <- err
	}()
	if err := o.WaitRequests(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	f.Interrupt()
	if err := <-waiting; !errors.Is(err, ErrClosed) {
		t.Errorf("the waiting read got %v", err)
	}
}

func TestLockedStore(t *testing.T) {
	f := newFixture(t, fetchtest.New(t))
	if _, err := Open(f.dir, f.opt); !errors.Is(err, ErrLocked) {
		t.Errorf("a second Open: %v", err)
	}
	f.reopen()
}

func TestSessionDropsCompleteFiles(t *testing.T) {
	o := fetchtest.New(t, file("a", 2*mb), file("bb", 4*mb))
	f := newFixture(t, o)
	f.opt.Session = true
	f.reopen()
	f.readAll("a")
	f.untilState(f.download("a"), Complete)
	o.SetLink(fetchtest.Link{ConnRate: mb})
	unfinished := f.download("bb")
	f.control(unfinished, Start)
	f.until(unfinished, "some bytes", func(s Status) bool { return s.Held > 0 })
	f.control(unfinished, Pause)
	held := unfinished.Status().Held
	f.reopen()
	if s := f.download("a").Status(); s.Held != 0 {
		t.Errorf("a complete file was kept: %+v", s)
	}
	if s := f.download("bb").Status(); s.Held != held {
		t.Errorf("an unfinished one was not: %+v", s)
	}
}

func TestLimitsPerHost(t *testing.T) {
	names := []string{"a", "bb", "ccc", "dddd", "eeeee", "ffffff"}
	var files []fetchtest.File
	for _, name := range names {
		files = append(files, file(name, 2*mb))
	}
	o := fetchtest.New(t, files...)
	o.SetLink(fetchtest.Link{ConnRate: 16 * mb})
	f := newFixture(t, o)
	f.opt.Connections = 2
	f.reopen()
	var states []State
	for _, name := range names {
		f.control(f.download(name), Start)
	}
	for _, name := range names {
		states = append(states, f.download(name).Status().State)
	}
	if !slices.Contains(states, Queued) {
		t.Errorf("none of %v is queued behind two connections", states)
	}
	for _, name := range names {
		f.untilState(f.download(name), Complete)
	}
	if peak := o.Stats().Peak; peak > 2 {
		t.Errorf("%d requests at once", peak)
	}
}
