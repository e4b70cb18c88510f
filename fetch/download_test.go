package fetch

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

func TestReadWhole(t *testing.T) {
	for name, size := range map[string]int64{"empty": 0, "one": 1, "small": 100_000, "chunk": chunkLen, "large": 5*mb + 7} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, fetchtest.New(t, file("a", size)))
			f.opt.Connections = 1 // where another takes over, more may be on its way already
			f.reopen()
			f.readAll("a")
			d := f.download("a")
			f.untilState(d, Complete)
			sent := f.sent()
			f.readAll("a")
			if f.sent() != sent {
				t.Errorf("a complete file cost %d more bytes", f.sent()-sent)
			}
			most := size
			if size == chunkLen { // as long as the first range: its length is asked for twice
				most += chunkLen
			}
			if sent > most {
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

func TestBeginningAndEndLeaveNoDownload(t *testing.T) {
	f := newFixture(t, fetchtest.New(t, file("a", 30*mb)))
	r := f.reader("a")
	f.read(r, 0, 64<<10)
	f.read(r, 30*mb-128, 128)
	_ = r.Close()
	d := f.download("a")
	f.until(d, "no transfer", func(Status) bool { return len(d.transfersNow()) == 0 })
	if s := d.Status(); s.State != Idle || f.sent() > mb/2 {
		t.Errorf("state %v, %d bytes sent", s.State, f.sent())
	}
}

func (d *Download) holding() ranges.Set {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.content.held
}

func (d *Download) transfersNow() []*transfer {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.transfers
}

// TestStreamIsSeen reads the head of a file that can only be had from its start:
// what runs on beyond the read is a download that can be paused.
func TestStreamIsSeen(t *testing.T) {
	a := file("a", 30*mb)
	a.NoRanges = true
	o := fetchtest.New(t, a)
	o.SetLink(fetchtest.Link{ConnRate: 10 * mb, TotalRate: 10 * mb})
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

func TestProbeBringsTheFirstBytes(t *testing.T) {
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

// TestRemoteChanged has the file replaced while half of it is held: handles that
// have seen the old version end, and the new one is served whole.
func TestRemoteChanged(t *testing.T) {
	o := fetchtest.New(t, file("a", 4*mb))
	o.SetLink(fetchtest.Link{ConnRate: 4 * mb, TotalRate: 4 * mb})
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
	f.until(f.download("a"), "the bytes that it asked for", func(s Status) bool { return s.Held >= 300<<10 })
}
