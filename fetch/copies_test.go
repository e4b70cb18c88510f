package fetch

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/origin"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// copies are the faults of servers that share a name, and have copies of the same
// files: no two responses have the same ETag.
var copies = map[string]fetchtest.Fault{
	"another tag":          flipping(0),
	"a tag and none":       alternate(fetchtest.Header("Etag", "")),
	"validators and none":  alternate(fetchtest.Header("Etag", "", "Last-Modified", "")),
	"another tag, no date": fetchtest.Both(flipping(0), fetchtest.Header("Last-Modified", "")),
	"another tag and date": fetchtest.Both(flipping(0), dating()),
}

// alternate has a fault strike every second response.
func alternate(fault fetchtest.Fault) fetchtest.Fault {
	n := 0
	var mu sync.Mutex
	return func(a *fetchtest.Response) {
		mu.Lock()
		defer mu.Unlock()
		if n++; n%2 == 0 {
			fault(a)
		}
	}
}

// dating has every response have another date, long ago.
func dating() fetchtest.Fault {
	n := 0
	var mu sync.Mutex
	return func(a *fetchtest.Response) {
		mu.Lock()
		defer mu.Unlock()
		n++
		a.Header.Set("Last-Modified", time.Date(1990, 1, 1, n, 0, 0, 0, time.UTC).Format("Mon, 02 Jan 2006 15:04:05 GMT"))
	}
}

// TestCopies reads a file of several servers that have it under other validators: what
// is held and what was read stay.
func TestCopies(t *testing.T) {
	for name, fault := range copies {
		for _, how := range []string{"to its end", "its end first", "together", "with breaks", "in two sessions"} {
			t.Run(name+", "+how, func(t *testing.T) {
				bubble(t, func(f *fixture) {
					f.origin.SetLink(fetchtest.Link{RTT: 20 * time.Millisecond, ConnRate: mb})
					f.origin.Fault(fetchtest.Always, fault)
					f.readCopies(how)
					f.untilState(f.download("a"), Complete)
					f.readAll("a")
				}, file("a", 4*mb))
			})
		}
	}
}

// readCopies reads a file whole in one of several ways.
func (f *fixture) readCopies(how string) {
	f.t.Helper()
	r := f.reader("a")
	switch how {
	case "its end first":
		f.read(r, 4*mb-1000, 1000)
		f.read(r, 2*mb, 1000)
	case "together":
		if err := f.readTogether(8, "a"); err != nil {
			f.t.Error(err)
		}
	case "with breaks":
		f.origin.Fault(fetchtest.Nth(2, 3, 4, 5), fetchtest.ResetAfter(300_000))
	case "in two sessions":
		f.read(r, 0, 400_000)
		_ = r.Close()
		f.reopen()
		r = f.reader("a")
	}
	for off := int64(0); off < 4*mb; off += 128 << 10 {
		f.read(r, off, 128<<10)
	}
}

// TestCopiesDiffer has one of the copies differ from a byte on: a handle reads up to
// there and no further, a new one reads what is there now.
func TestCopiesDiffer(t *testing.T) {
	for _, at := range []int64{0, 300_000, 399_999} {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			bubble(t, func(f *fixture) {
				old := f.origin.Content("a")
				r := f.reader("a")
				f.origin.SetLink(fetchtest.Link{ConnRate: mb, TotalRate: mb})
				f.read(r, 0, 400_000)
				f.control(r.d, Pause)
				now := f.origin.File("a")
				now.Content, now.ETag = joined{old, fetchtest.Random(9, 4*mb), at}, `"other"`
				hold := make(chan struct{})
				f.origin.Fault(fetchtest.Always, fetchtest.HoldAt(at, hold))
				f.origin.Put(now)
				f.control(r.d, Resume)
				time.Sleep(time.Second)
				got := make([]byte, 1000)
				if _, err := r.ReadAt(f.t.Context(), got, 0); err != nil {
					t.Errorf("before the first byte that differs: %v", err)
				}
				close(hold)
				if _, err := r.ReadAt(f.t.Context(), got, 3*mb); !errors.Is(err, ErrStale) {
					t.Errorf("the old handle: %v", err)
				}
				f.readAll("a")
			}, file("a", 4*mb))
		})
	}
}

// TestCopiesDifferBehind has a handle read the end of a file, and the copies differ
// there: it gets none of the new one's bytes before that shows.
func TestCopiesDifferBehind(t *testing.T) {
	bubble(t, func(f *fixture) {
		old := f.origin.Content("a")
		r := f.reader("a")
		f.read(r, 4*mb-1000, 1000)
		f.read(r, 0, 1000)
		now := f.origin.File("a")
		now.Content, now.ETag = joined{old, fetchtest.Random(9, 4*mb), 4*mb - 500}, `"other"`
		f.origin.Put(now)
		hold := make(chan struct{})
		f.origin.Fault(fetchtest.Always, fetchtest.HoldAt(3*mb, hold))
		ended := make(chan error, 1)
		go func() { ended <- f.attempt(r, 2*mb, 1000) }()
		time.Sleep(time.Second)
		if n := len(ended); n > 0 {
			t.Errorf("it read what was not compared: %v", <-ended)
			ended <- nil
		}
		close(hold)
		if err := <-ended; !errors.Is(err, ErrStale) {
			t.Errorf("the old handle: %v", err)
		}
		f.readAll("a")
	}, file("a", 4*mb))
}

// TestCopiesUncached reads past a full disk: nothing is held that could be compared.
func TestCopiesUncached(t *testing.T) {
	full(t, func(f *fixture, r *Reader) {
		f.origin.Fault(fetchtest.Always, flipping(0))
		if err := f.attempt(r, 2*mb, 1000); !errors.Is(err, ErrStale) {
			t.Errorf("got %v", err)
		}
	}, file("a", 4*mb))
}

// TestWithoutProof says what is known of a file before a stream is compared with it.
func TestWithoutProof(t *testing.T) {
	c := &content{validator: strong, held: ranges.Set{{Start: 0, End: 3}, {Start: 5, End: 6}, {Start: 8, End: 10}}, doubt: doubt{times: 1}}
	next := c.withoutProof(&origin.Response{Validator: validator.Validator{Size: 10, ETag: `"b"`, Asked: true}})
	if !next.streams() || next.held.Len() != 3 || next.unproved.Len() != 3 || next.doubt.times != 0 || next.onDisk().Len() != 6 {
		t.Errorf("%+v", next)
	}
	if need := next.before(ranges.Range{Start: 4, End: 5}, 6); need.End != 6 {
		t.Errorf("needed is %v", need)
	}
	if need := c.before(ranges.Range{Start: 4, End: 5}, 6); need.End != 5 {
		t.Errorf("needed is %v of one version", need)
	}
}
