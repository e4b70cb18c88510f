package fetch

import (
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// TestHintIsLessThanHeld has a catalog say that a file is shorter than what is
// held of it, from a server that tells no size.
func TestHintIsLessThanHeld(t *testing.T) {
	a := file("a", mb)
	a.NoLength, a.NoRanges = true, true
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Nth(1), fetchtest.StallAfter(500_000))
		f.read(f.reader("a"), 0, 400_000)
		d := f.Download(Remote{Key: "a", Size: 1000})
		f.read(f.reader("a"), 300_000, 1000)
		if s := d.Status(); s.Size >= 0 {
			t.Errorf("%+v", s)
		}
		f.readAll("a")
		f.untilState(d, Complete)
	}, a)
}

// TestTwoSizes has a server say that a file ends before what it is about to
// send of it.
func TestTwoSizes(t *testing.T) {
	bubble(t, func(f *fixture) {
		hold := make(chan struct{})
		f.origin.Fault(fetchtest.Nth(1), noTotal, fetchtest.HoldAt(0, hold))
		f.origin.Fault(fetchtest.Nth(2), fetchtest.Status(416, "Content-Range", "bytes */2073"))
		ended := make(chan error, 2)
		go func() { ended <- f.attempt(f.reader("a"), mb, 1000) }()
		time.Sleep(time.Second)
		go func() { ended <- f.attempt(f.reader("a"), 2*mb, 1000) }()
		time.Sleep(time.Second)
		close(hold)
		<-ended
		<-ended
		time.Sleep(time.Second)
		d := f.download("a")
		d.mu.Lock()
		if !d.content.held.Valid(d.content.validator.Size) {
			t.Errorf("holds %v of %d", d.content.held, d.content.validator.Size)
		}
		d.mu.Unlock()
		if err := f.whole("a"); err != nil {
			t.Error(err)
		}
	}, file("a", 3*mb))
}

// TestEndBeforeWhatIsHeld has a file without length end, for all that can be
// told, before what was sent of it.
func TestEndBeforeWhatIsHeld(t *testing.T) {
	a := file("a", mb)
	a.NoLength, a.NoRanges = true, true
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Nth(1), fetchtest.Unframed, fetchtest.ResetAfter(500_000))
		f.origin.Fault(fetchtest.Nth(2), fetchtest.Unframed, fetchtest.CloseAfter(300_000))
		d := f.download("a")
		f.control(d, Start)
		f.untilState(d, Complete)
		if s := d.Status(); s.Size != mb {
			t.Errorf("%+v", s)
		}
		f.readAll("a")
	}, a)
}

// TestHintMidway has a catalog tell a file's size while all of it comes from a
// server that does not.
func TestHintMidway(t *testing.T) {
	for name, faults := range map[string][]fetchtest.Fault{
		"framed":   nil,
		"unframed": {fetchtest.Unframed},
	} {
		t.Run(name, func(t *testing.T) {
			a := file("a", mb)
			a.NoLength, a.NoRanges = true, true
			bubble(t, func(f *fixture) {
				hold := make(chan struct{})
				f.origin.Fault(fetchtest.Nth(1), append(faults, fetchtest.HoldAt(500_000, hold))...)
				d := f.download("a")
				f.control(d, Start)
				time.Sleep(time.Second)
				f.Download(Remote{Key: "a", Size: mb})
				close(hold)
				f.untilState(d, Complete)
				time.Sleep(time.Minute)
				if s := d.Status(); s.State != Complete || f.sent() != mb {
					t.Errorf("%+v, %d bytes sent", s, f.sent())
				}
			}, a)
		})
	}
}
