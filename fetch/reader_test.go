package fetch

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/intent"
	"github.com/tunesfs/tunesfs/fetch/internal/slots"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// TestClosedReaderIsNotUrgent closes the only handle on one of two downloads from
// one host: what it read has no precedence any more.
func TestClosedReaderIsNotUrgent(t *testing.T) {
	a, b := file("a", 30*mb), file("bb", 30*mb)
	a.NoRanges, b.NoRanges = true, true
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, ConnRate: mb})
		filled := f.download("bb")
		f.control(filled, Start)
		r := f.download("a").NewReader()
		f.read(r, 0, intent.Much+1000)
		_ = r.Close()
		before := filled.Status().Held
		time.Sleep(10 * time.Second)
		if got := filled.Status().Held - before; got < 9*mb {
			t.Errorf("the other got %d bytes in 10 s at %d a second", got, mb)
		}
	}, a, b)
}

// TestLeftReadIsNotUrgent leaves a read, and its handle is closed before it does.
func TestLeftReadIsNotUrgent(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, ConnRate: mb / 10})
		d := f.download("a")
		f.control(d, Start)
		r := d.NewReader()
		ctx, cancel := context.WithTimeout(f.t.Context(), 2*time.Second)
		defer cancel()
		left := make(chan struct{})
		go func() {
			_, _ = r.ReadAt(ctx, make([]byte, mb), 20*mb)
			close(left)
		}()
		time.Sleep(time.Second)
		_ = r.Close()
		if d.urgentNow() == 0 {
			t.Error("nothing is urgent while a read is blocked")
		}
		<-left
		if n := d.urgentNow(); n != 0 {
			t.Errorf("%d transfers are urgent, and nobody reads", n)
		}
	}, file("a", 30*mb))
}

func (d *Download) urgentNow() (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, f := range d.transfers {
		if f.priority > slots.Background {
			n++
		}
	}
	return n
}

// TestClosedReaderEndsStream reads the head of a file that can only be had from
// its start, and closes it: what nobody wants does not run on to its end.
func TestClosedReaderEndsStream(t *testing.T) {
	a := file("a", 30*mb)
	a.NoRanges = true
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, ConnRate: mb})
		d := f.download("a")
		r := d.NewReader()
		f.read(r, 0, 4096)
		_ = r.Close()
		time.Sleep(time.Minute)
		if s := d.Status(); s.State != Idle || s.Held > mb || len(d.transfersNow()) != 0 {
			t.Errorf("%+v", s)
		}
	}, a)
}

// TestReadDuringProbe reads the head of a file while its size is being asked for,
// and then on: all of it comes over the connection that there is.
func TestReadDuringProbe(t *testing.T) {
	bubble(t, func(f *fixture) {
		const rtt = 100 * time.Millisecond
		f.origin.SetLink(fetchtest.Link{RTT: rtt, Connect: rtt})
		d, began := f.download("a"), time.Now()
		go func() { _, _ = d.Size(f.t.Context()) }()
		time.Sleep(rtt / 2)
		r := f.reader("a")
		f.read(r, 0, 4096)
		if took := time.Since(began); took > 2*rtt {
			t.Errorf("the first bytes came after %v", took)
		}
		for off := int64(4096); off < mb; off += 64 << 10 {
			f.read(r, off, 64<<10)
		}
		if s := f.origin.Stats(); s.Conns != 1 {
			t.Errorf("%d connections", s.Conns)
		}
	}, file("a", 30*mb))
}

// TestNoSuchOffset reads where no file can have bytes, before anything of it is
// known and once it is complete.
func TestNoSuchOffset(t *testing.T) {
	bubble(t, func(f *fixture) {
		for range 2 {
			r := f.reader("a")
			for _, off := range []int64{-1, -mb, ranges.Unbounded - 1} {
				if n, err := r.ReadAt(f.t.Context(), make([]byte, 10), off); n != 0 || !errors.Is(err, fs.ErrInvalid) {
					t.Errorf("at %d: %d, %v", off, n, err)
				}
			}
			f.readAll("a")
			f.untilState(f.download("a"), Complete)
		}
	}, file("a", 1000))
}
