package fetch

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// refusePages refuses what a portal sends.
func refusePages(o Offer) error {
	if o.Type == "text/html" {
		return fmt.Errorf("%w: a page", ErrBadResponse)
	}
	return nil
}

// Looking at what a server sends takes nothing of it away, whether it sends a
// part or the whole, which may be shorter than what is looked at.
func TestOfferIsOnlyLookedAt(t *testing.T) {
	short := file("short", 100)
	stream := fetchtest.File{Name: "stream", Content: fetchtest.Random(5, mb), NoRanges: true, NoLength: true}
	bubble(t, func(f *fixture) {
		looked := 0
		f.opt.Refuse = func(o Offer) error {
			if first := o.Head(); len(first) == 0 || len(first) > 4<<10 || !bytes.Equal(first, o.Head()) {
				t.Errorf("looked at %d bytes, then at others", len(first))
			}
			looked++
			return nil
		}
		f.reopen()
		for _, name := range []string{"a", "short", "stream"} {
			if err := f.whole(name); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if looked < 3 {
			t.Errorf("looked at %d answers", looked)
		}
	}, file("a", 2*mb), short, stream)
}

// A file that a service refuses in its own words fails as those words say, at
// once, and nothing is kept of them.
func TestRefusedInWords(t *testing.T) {
	for _, kind := range []error{ErrDenied, ErrNotFound, ErrBadResponse} {
		bubble(t, func(f *fixture) {
			f.opt.Refuse = func(o Offer) error {
				if bytes.HasPrefix(o.Head(), []byte("<html>")) {
					return fmt.Errorf("%w: because", kind)
				}
				return nil
			}
			f.reopen()
			f.origin.Fault(fetchtest.Always, fetchtest.Page(200, "<html>log in</html>"))
			if err := f.attempt(f.reader("a"), 0, 10); !errors.Is(err, kind) {
				t.Errorf("got %v, want %v", err, kind)
			}
			if s := f.download("a").Status(); s.Held != 0 || s.State == Complete {
				t.Errorf("%+v", s)
			}
		}, file("a", mb))
	}
}

// Nothing is no file to whoever says so, with a length or without one.
func TestRefusedNothing(t *testing.T) {
	for _, chunked := range []bool{false, true} {
		empty := fetchtest.File{Name: "a", Content: fetchtest.Random(1, 0), NoRanges: true, NoLength: chunked}
		bubble(t, func(f *fixture) {
			f.opt.Refuse = func(o Offer) error {
				if o.Size == 0 {
					return fmt.Errorf("%w: nothing", ErrBadResponse)
				}
				return nil
			}
			f.reopen()
			if err := f.attempt(f.reader("a"), 0, 10); !errors.Is(err, ErrBadResponse) {
				t.Errorf("chunked %v: %v", chunked, err)
			}
			if s := f.download("a").Status(); s.State == Complete {
				t.Errorf("chunked %v: %+v", chunked, s)
			}
		}, empty)
	}
}

// TestRefusedInSilence has a portal send the beginning of its page and no more: the
// refusal counts, not that the server fell silent while it was looked at.
func TestRefusedInSilence(t *testing.T) {
	page := file("a", mb)
	page.Type = "text/html"
	bubble(t, func(f *fixture) {
		f.opt.Refuse = func(o Offer) error {
			if o.Head(); o.Type == "text/html" {
				return ErrDenied
			}
			return nil
		}
		f.reopen()
		f.origin.Fault(fetchtest.Always, fetchtest.StallAfter(100))
		began := time.Now()
		err := f.attempt(f.reader("a"), 0, 1000)
		if took := time.Since(began); !errors.Is(err, ErrDenied) || took > patience/2 {
			t.Errorf("%v after %v", err, took)
		}
	}, page)
}

// TestOfferSaysOfWhichFile asks for parts of files, before a restart and after it:
// the judge learns which file it is, what it should be, and which part comes.
func TestOfferSaysOfWhichFile(t *testing.T) {
	bubble(t, func(f *fixture) {
		var offers []Offer
		f.opt.Refuse = func(o Offer) error {
			o.Head = nil
			offers = append(offers, o)
			return nil
		}
		f.reopen()
		read := func(remote Remote, off int64) {
			t.Helper()
			offers = nil
			r := f.Download(remote).NewReader()
			f.read(r, off, 1000)
			_ = r.Close()
			time.Sleep(time.Second)
			want := fmt.Sprint([]Offer{{Key: remote.Key, Expected: "audio/flac", Type: "application/octet-stream", Size: 8 * mb, Start: off}})
			if got := fmt.Sprint(offers); got != want {
				t.Errorf("offered was %s, want %s", got, want)
			}
		}
		read(Remote{Key: "a", Size: -1, Type: "audio/flac"}, 0)
		read(Remote{Key: "a", Size: -1}, 4*mb)
		f.reopen()
		read(Remote{Key: "a", Size: -1}, 6*mb)
	}, file("a", 8*mb))
}
