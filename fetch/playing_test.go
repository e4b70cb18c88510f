package fetch

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

const (
	playRate  = 256_000 // bytes a second
	playBlock = 16 << 10
	fills     = 20
)

// blockTime is how long a block lasts, and how late one may come.
const blockTime = time.Second * playBlock / playRate

// fill has many files of 50 MiB downloaded over a link, and returns a reader of
// one more, which is not.
func (f *fixture) fill(link fetchtest.Link, edit func(*fetchtest.File)) *Reader {
	link.RTT, link.Connect = 50*time.Millisecond, 50*time.Millisecond
	f.origin.SetLink(link)
	for i := range fills + 1 {
		a := fetchtest.File{Name: fmt.Sprint(i), Content: fetchtest.Random(uint64(i), 50*mb)}
		edit(&a)
		f.origin.Put(a)
		if i > 0 {
			f.control(f.download(a.Name), Start)
		}
	}
	time.Sleep(3 * time.Second)
	return f.reader("0")
}

func asItIs(*fetchtest.File) {}

// filled returns how many bytes the downloads hold that nobody reads, and how
// many the origin was asked for twice.
func (f *fixture) filled() (held, twice int64) {
	for i := range fills {
		name := fmt.Sprint(i + 1)
		now := f.download(name).Status().Held
		held, twice = held+now, twice+f.origin.SentOf(name)-now
	}
	return held, twice
}

// play reads blocks at the pace of a player, and returns how many came later than
// they were to be played, the first one aside.
func (f *fixture) play(r *Reader, from int64, length time.Duration) (late int) {
	f.read(r, from, playBlock)
	began := time.Now()
	for n := 1; time.Duration(n)*blockTime < length; n++ {
		due := began.Add(time.Duration(n) * blockTime)
		time.Sleep(time.Until(due))
		f.read(r, from+int64(n)*playBlock, playBlock)
		if time.Since(due) > blockTime {
			late++
		}
	}
	return late
}

// TestPlaying plays beside many downloads on one slow link: they make room for
// it, at no other's cost than their own time, and come back.
func TestPlaying(t *testing.T) {
	const total = 2_000_000
	bubble(t, func(f *fixture) {
		r := f.fill(fetchtest.Link{TotalRate: total}, asItIs)
		began := f.origin.Sent()
		if late := f.play(r, 0, 8*time.Second); late > 0 {
			t.Errorf("%d blocks came late", late)
		}
		if late := f.play(r, 30*mb, 22*time.Second); late > 0 {
			t.Errorf("after a jump %d blocks came late", late)
		}
		if sent := f.origin.Sent() - began; sent < 30*total*9/10 {
			t.Errorf("%d bytes in 30 s at %d a second", sent, total)
		}
		if _, twice := f.filled(); twice > mb {
			t.Errorf("%d bytes were sent twice", twice)
		}
		held, _ := f.filled()
		f.control(r.d, Cancel)
		time.Sleep(20 * time.Second)
		if now, _ := f.filled(); now-held < 20*total*9/10 {
			t.Errorf("the others got %d bytes in 20 s after it", now-held)
		}
		if n := f.origin.Stats().Active; n < defaultConnections {
			t.Errorf("%d downloads are back", n)
		}
	})
}

// TestReadingApart reads as fast as it can beside many downloads from a host
// that holds each connection to a rate: they lose next to nothing by it.
func TestReadingApart(t *testing.T) {
	const each = mb / 4
	bubble(t, func(f *fixture) {
		r := f.fill(fetchtest.Link{ConnRate: each}, asItIs)
		held, _ := f.filled()
		for off := int64(0); off < 5*mb; off += 128 << 10 {
			f.read(r, off, 128<<10)
		}
		if now, _ := f.filled(); now-held < 20*each*(defaultConnections-1)*9/10 {
			t.Errorf("the others got %d bytes in 20 s", now-held)
		}
	})
}

// TestGlancesBesideDownloads reads heads of files, and asks for their sizes:
// nothing makes room for that.
func TestGlancesBesideDownloads(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.fill(fetchtest.Link{TotalRate: 1_000_000}, asItIs)
		before := len(f.origin.Requests())
		for i := range 50 {
			name := fmt.Sprint("glance", i)
			f.origin.Put(fetchtest.File{Name: name, Content: fetchtest.Random(1, 50*mb)})
			if _, err := f.download(name).Size(f.t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(f.origin.Requests()) - before; n > 70 {
			t.Errorf("%d requests for 50 glances", n)
		}
	})
}

// TestStreamsStay reads beside downloads that could not go on where they end:
// they stay.
func TestStreamsStay(t *testing.T) {
	bubble(t, func(f *fixture) {
		r := f.fill(fetchtest.Link{TotalRate: 2_000_000}, func(a *fetchtest.File) { a.NoRanges = a.Name != "0" })
		f.read(r, 0, mb)
		time.Sleep(20 * time.Second)
		if n := len(f.origin.Requests()); n > fills+5 {
			t.Errorf("%d requests for %d downloads and a reader", n, fills)
		}
	})
}

// TestDeadFileHoldsNobodyUp has a player wait for a file that never comes: it
// takes no more than a moment from those that do.
func TestDeadFileHoldsNobodyUp(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: 50 * time.Millisecond, Connect: 50 * time.Millisecond, TotalRate: 2 * mb})
		f.origin.Fault(fetchtest.Of("a"), fetchtest.StallAfter(0))
		d := f.download("bb")
		f.control(d, Start)
		time.Sleep(5 * time.Second)
		before, began := d.Status().Held, time.Now()
		if err := f.attempt(f.reader("a"), 0, 1000); !errors.Is(err, ErrTimeout) {
			t.Errorf("the dead file: %v", err)
		}
		most := int64(2 * mb * time.Since(began).Seconds())
		if came := d.Status().Held - before; came < most/2 {
			t.Errorf("%d bytes came of %d meanwhile", came, most)
		}
	}, file("a", 2*mb), file("bb", 200*mb))
}
