package fetch

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/internal/durable"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// TestDigestCannotBeRead has a process die between the last byte of a file and
// the check of its digest, and the next one be unable to read it: that is said,
// and the file is checked when it can be.
func TestDigestCannotBeRead(t *testing.T) {
	disk := logDisk(t)
	bubble(t, func(f *fixture) {
		f.readAll("a")
		f.untilState(f.download("a"), Complete)
		p := f.download("a").entry.Place
		content := &contextReader{r: f.reader("a"), ctx: t.Context()}
		sum, err := digest.Of(content, "md5")
		if err != nil {
			t.Fatal(err)
		}
		_ = content.r.Close()
		f.close()
		r, err := diskcache.ReadRecord(p.RecordPath())
		if err != nil {
			t.Fatal(err)
		}
		r.Digest, r.Sum, r.State = sum, "", Downloading.String()
		b, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		write(t, p.RecordPath(), b)
		write(t, p.ActivePath(), nil)
		disk.fail("opened")
		f.open()
		f.untilState(f.download("a"), Failed)
		if s := f.download("a").Status(); s.State != Failed || !errors.Is(s.Err, fault.ErrDisk) || s.Held != mb {
			t.Errorf("looked at again: %+v", s)
		}
		disk.fail("")
		f.reopen()
		f.untilState(f.download("a"), Complete)
		if sent := f.sent(); sent != mb {
			t.Errorf("%d bytes sent", sent)
		}
	}, file("a", mb))
}

// TestDigestOfANewVersion has the file and its digest in the catalog change,
// once what was held of the old version is gone.
func TestDigestOfANewVersion(t *testing.T) {
	for _, reopened := range []bool{false, true} {
		bubble(t, func(f *fixture) {
			d := f.Download(Remote{Key: "a", Size: 2 * mb, Digest: md5Of(t, f.origin.Content("a"))})
			f.control(d, Start)
			f.untilState(d, Complete)
			f.control(d, Evict)
			if reopened {
				f.reopen()
			}
			f.origin.Replace("a", fetchtest.Random(77, 2*mb+5))
			d = f.Download(Remote{Key: "a", Size: 2*mb + 5, Digest: md5Of(t, f.origin.Content("a"))})
			f.control(d, Start)
			s := f.until(d, "the end", func(s Status) bool { return s.State == Failed || s.State == Complete })
			if s.State != Complete {
				t.Errorf("reopened %v: %v", reopened, s.Err)
			}
		}, file("a", 2*mb))
	}
}

// duringDigest has do be called while the digest of a file is being made, before
// its first bytes are read. It is to be called before a bubble is entered. times
// counts how often such a reading begins.
func duringDigest(t *testing.T) (set func(do func()), times *atomic.Int64) {
	hook := hookDisk(t)
	times = new(atomic.Int64)
	return func(do func()) {
		hook(func(s durable.Step) error {
			if s.Kind == "reading" && s.Range == (ranges.Range{Start: 0, End: 256 << 10}) && times.Add(1) == 1 {
				do()
			}
			return nil
		})
	}, times
}

// TestDigestOfAnEarlierAttempt cancels a download whose bytes are spoiled while
// its digest is being checked, and starts it again, from a server that is sound
// by then: what the check finds is not the new attempt's failure.
func TestDigestOfAnEarlierAttempt(t *testing.T) {
	for name, wait := range map[string]time.Duration{"ends later": 0, "ends before the check": 10 * time.Second} {
		t.Run(name, func(t *testing.T) {
			during, times := duringDigest(t)
			bubble(t, func(f *fixture) {
				var mu sync.Mutex
				var states []State
				f.opt.Changed = func(now Status, _ State) {
					mu.Lock()
					defer mu.Unlock()
					states = append(states, now.State)
				}
				f.reopen()
				f.origin.SetLink(linkOf(mb))
				f.origin.Fault(fetchtest.Always, fetchtest.Splice(1000, fetchtest.Random(77, 2*mb)))
				d := f.Download(Remote{Key: "a", Size: -1, Digest: md5Of(t, f.origin.Content("a"))})
				during(func() {
					f.control(d, Cancel)
					f.origin.Heal()
					f.control(d, Start)
					time.Sleep(wait)
					if n := times.Load(); n != 1 {
						t.Errorf("%d digests are being made at once", n)
					}
				})
				f.control(d, Start)
				time.Sleep(time.Minute)
				if s := d.Status(); s.State != Complete || s.Held != 2*mb || s.Err != nil {
					t.Errorf("%+v", s)
				}
				if n := times.Load(); n != 2 {
					t.Errorf("%d digests were made", n)
				}
				f.readAll("a")
				mu.Lock()
				defer mu.Unlock()
				if slices.Contains(states, Failed) || !slices.Contains(states, Idle) {
					t.Errorf("it was %v", states)
				}
			}, file("a", 2*mb))
		})
	}
}

// TestOneDigestAtATime has a file be asked for, read and started while its digest
// is being checked: that goes on, and no other check begins beside it.
func TestOneDigestAtATime(t *testing.T) {
	during, times := duringDigest(t)
	bubble(t, func(f *fixture) {
		until := make(chan struct{})
		r := Remote{Key: "a", Size: -1, Digest: md5Of(t, f.origin.Content("a"))}
		d := f.Download(r)
		during(func() { <-until })
		f.control(d, Start)
		time.Sleep(time.Second)
		for range 3 {
			f.Download(r)
			f.control(d, Start)
			f.read(f.reader("a"), 0, 1000)
			f.control(d, Pause)
			f.control(d, Resume)
			time.Sleep(time.Second)
		}
		if s := d.Status(); s.State != Downloading || s.Held != mb {
			t.Errorf("unchecked: %+v", s)
		}
		close(until)
		f.untilState(d, Complete)
		time.Sleep(time.Second)
		if n := times.Load(); n != 1 {
			t.Errorf("read %d times for its digest", n)
		}
	}, file("a", mb))
}
