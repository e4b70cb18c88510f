package fetch

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// hand returns the download of a file, as a listing that a user asked for tells of it.
func (f *fixture) hand(key string, listing uint64, size int64, modified time.Time) *Download {
	return f.Download(Remote{Key: key, Location: Location{URL: f.origin.URL(key)}, Size: size, Modified: modified,
		Listing: listing, Refreshed: listing})
}

// complete returns the download of a file once it is complete by the first listing.
func (f *fixture) complete(key string, size int64, modified time.Time) *Download {
	f.t.Helper()
	d := f.listed(key, 1, size, modified)
	f.control(d, Start)
	f.untilState(d, Complete)
	return d
}

// kinds are the ways in which servers tell versions apart, or do not.
var kinds = map[string]fetchtest.File{
	"by tag":                     {},
	"by date":                    {NoETag: true},
	"by a weak tag":              {WeakETag: true, NoModified: true},
	"by nothing":                 {NoETag: true, NoModified: true},
	"without ranges":             {NoRanges: true},
	"without ranges, by nothing": {NoRanges: true, NoETag: true, NoModified: true},
}

// ofKind returns a file of a server.
func ofKind(kind string, size int64) fetchtest.File {
	f := kinds[kind]
	f.Name, f.Content = "a", fetchtest.Random(1, size)
	return f
}

// A listing that says that a file is empty is hearsay as any other: open and start ask.
func TestListedEmpty(t *testing.T) {
	for _, size := range []int64{0, 5000} {
		for kind := range kinds {
			bubble(t, func(f *fixture) {
				d := f.listed("a", 1, 0, sunday)
				if n := f.validate(d); n != 1 || d.Status().Size != size {
					t.Errorf("%s, %d bytes: %d requests, %d bytes", kind, size, n, d.Status().Size)
				}
			}, ofKind(kind, size))
			bubble(t, func(f *fixture) {
				if d := f.complete("a", 0, sunday); d.Status().Size != size {
					t.Errorf("%s, %d bytes: %d were started", kind, size, d.Status().Size)
				}
			}, ofKind(kind, size))
		}
	}
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Always, fetchtest.Status(403))
		if err := f.listed("a", 1, 0, sunday).Validate(f.t.Context()); !errors.Is(err, ErrDenied) {
			t.Errorf("Validate: %v", err)
		}
	}, file("a", 0))
}

// A file that was replaced by an older one is another one: If-Modified-Since asks only
// for what is newer, and some servers do not say in a 304 what they have.
func TestReplacedByOlder(t *testing.T) {
	older := sunday.AddDate(-50, 0, 0)
	for _, size := range []int64{300_000, 450_000} {
		for _, silent := range []bool{false, true} {
			bubble(t, func(f *fixture) {
				f.complete("a", 300_000, sunday)
				f.origin.Put(fetchtest.File{Name: "a", Content: fetchtest.Random(9, size), NoETag: true, Modified: older})
				if silent {
					f.origin.Fault(fetchtest.Always, func(r *fetchtest.Response) {
						if r.Status == 304 {
							r.Header.Del("Last-Modified")
						}
					})
				}
				d := f.hand("a", 2, size, older)
				if n := f.validate(d); n != 1 {
					t.Errorf("%d requests", n)
				}
				f.shows(d, Idle, size, older)
				f.readAll("a")
			}, fetchtest.File{Name: "a", Content: fetchtest.Random(1, 300_000), NoETag: true})
		}
	}
}

// A 304 that names another version than the one in the question is none.
func TestUnchangedOfAnother(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.complete("a", -1, time.Time{})
		f.origin.Put(fetchtest.File{Name: "a", Content: fetchtest.Random(9, 450_000), NoETag: true, Modified: sunday.AddDate(-50, 0, 0)})
		d := f.hand("a", 2, -1, time.Time{})
		if n := f.validate(d); n != 2 {
			t.Errorf("%d requests", n)
		}
		f.readAll("a")
	}, fetchtest.File{Name: "a", Content: fetchtest.Random(1, 300_000), NoETag: true})
}

// However a server tells versions apart, one request brings the head of the new one, and
// its size is known when the open returns.
func TestContradictedAsksOnce(t *testing.T) {
	for kind := range kinds {
		for range 20 { // what those who wait see in between comes to chance
			bubble(t, func(f *fixture) {
				f.complete("a", 300_000, sunday)
				f.origin.Replace("a", fetchtest.Random(9, 450_000))
				d := f.hand("a", 2, 450_000, monday)
				if n := f.validate(d); n != 1 || d.Status().Size != 450_000 {
					t.Errorf("%s: %d requests, %d bytes", kind, n, d.Status().Size)
				}
				f.readAll("a")
			}, ofKind(kind, 300_000))
		}
	}
}

// However a server tells versions apart, it is asked once about one that is the same.
func TestUnconfirmedAsksOnce(t *testing.T) {
	for kind := range kinds {
		for _, size := range []int64{0, 1, 5000, 300_000} {
			bubble(t, func(f *fixture) {
				f.complete("a", -1, time.Time{})
				d := f.hand("a", 2, -1, time.Time{})
				for _, want := range []int{1, 0} {
					if n := f.validate(d); n != want || d.Status().State != Complete {
						t.Errorf("%s, %d bytes: %d requests, %v", kind, size, n, d.Status().State)
					}
				}
			}, ofKind(kind, size))
		}
	}
}

// A part of a file is asked about as the whole is, also where nothing but its bytes tells
// versions apart; a stream that is under way goes on.
func TestUnconfirmedPart(t *testing.T) {
	for kind := range kinds {
		for _, replaced := range []bool{false, true} {
			bubble(t, func(f *fixture) {
				f.origin.SetLink(fetchtest.Link{TotalRate: mb})
				d := f.listed("a", 1, -1, time.Time{})
				r := d.NewReader()
				f.read(r, 0, 1000)
				_ = r.Close()
				synctest.Wait() // for the end of what nobody reads any more
				if replaced {
					f.origin.Replace("a", fetchtest.Random(9, 5*mb))
				}
				d = f.hand("a", 2, -1, time.Time{})
				for _, want := range []int{1, 0} {
					if n := f.validate(d); n != want {
						t.Errorf("%s, replaced %v: %d requests", kind, replaced, n)
					}
				}
				f.read(f.reader("a"), 0, 1000)
				f.control(d, Start)
				f.until(d, "half", func(s Status) bool { return s.Held > 2*mb })
				before := f.origin.Sent()
				d = f.hand("a", 3, -1, time.Time{})
				f.validate(d)
				f.untilState(d, Complete)
				if again := f.origin.Sent() - before; again > 4*mb {
					t.Errorf("%s: %d bytes for the second half", kind, again)
				}
			}, ofKind(kind, 5*mb))
		}
	}
}

// The head of a file that a server without ranges and validators sends is enough.
func TestUnconfirmedHead(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.complete("a", -1, time.Time{})
		f.origin.SetLink(fetchtest.Link{TotalRate: mb})
		before := f.origin.Sent()
		d := f.hand("a", 2, -1, time.Time{})
		began := time.Now()
		if n := f.validate(d); n != 1 || time.Since(began) > time.Second || f.sent()-before > mb {
			t.Errorf("%d requests, %v, %d bytes", n, time.Since(began), f.sent()-before)
		}
		f.shows(d, Complete, 5*mb, time.Time{})
	}, ofKind("without ranges, by nothing", 5*mb))
}

// A listing that contradicts a version while the server is asked about it has the
// server asked again.
func TestContradictedMeanwhile(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.complete("a", 300_000, sunday)
		d := f.hand("a", 2, 300_000, sunday)
		f.origin.SetLink(fetchtest.Link{RTT: time.Second})
		time.AfterFunc(time.Second/2, func() { f.listed("a", 3, 450_000, monday) })
		if n := f.validate(d); n != 2 {
			t.Errorf("%d requests", n)
		}
		f.shows(d, Complete, 300_000, f.origin.File("a").Modified)
	}, file("a", 300_000))
}

// A question that fails while a listing contradicts a version is asked again, as all is
// that nothing else can answer: an open has no error of it.
func TestContradictedWhileItFails(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.complete("a", 300_000, sunday)
		d := f.hand("a", 2, 300_000, sunday)
		f.origin.SetLink(fetchtest.Link{RTT: time.Second})
		f.origin.Fault(fetchtest.Next(1), fetchtest.Page(502, "<html>Bad gateway</html>"))
		f.origin.Replace("a", fetchtest.Random(9, 450_000))
		time.AfterFunc(time.Second/2, func() { f.listed("a", 3, 450_000, monday) })
		if n := f.validate(d); n != 2 {
			t.Errorf("%d requests", n)
		}
		f.shows(d, Idle, 450_000, monday)
	}, file("a", 300_000))
}

// A listing that contradicts what is held outlasts the process: an older one, of another
// folder, that is shown first after that counts no more.
func TestContradictedIsRecorded(t *testing.T) {
	for _, had := range []string{"all", "a part"} {
		bubble(t, func(f *fixture) {
			if had == "all" {
				f.complete("a", 5*mb, sunday)
			} else {
				f.validate(f.listed("a", 1, 5*mb, sunday))
				f.read(f.reader("a"), 0, 1000)
			}
			f.listed("a", 9, 450_000, monday)
			f.reopen()
			d := f.listed("a", 7, 5*mb, sunday)
			if s := d.Status(); s.State == Complete || s.Size != 450_000 || !s.Modified.Equal(monday) {
				t.Errorf("%s: %v, %d bytes of %v", had, s.State, s.Size, s.Modified)
			}
			if n := f.validate(d); n != 1 {
				t.Errorf("%s: %d requests", had, n)
			}
		}, file("a", 5*mb))
	}
}

// A confirmation that was noted by a clock years ahead counts from the next start.
func TestConfirmedInTheFuture(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.opt.TTL = time.Hour
		f.reopen()
		d := f.complete("a", -1, time.Time{})
		d.mu.Lock()
		d.content.fresh.checked = time.Now().AddDate(10, 0, 0)
		d.recorder.markDirtyLocked()
		d.mu.Unlock()
		f.reopen()
		for i, want := range []int{0, 1} {
			if n := f.validate(f.download("a")); n != want {
				t.Errorf("%d requests after %d hours", n, i)
			}
			time.Sleep(time.Hour)
		}
	}, file("a", 300_000))
}
