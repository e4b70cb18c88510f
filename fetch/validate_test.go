package fetch

import (
	"errors"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
)

// listed returns the download of a file as a listing tells of it.
func (f *fixture) listed(key string, listing uint64, size int64, modified time.Time) *Download {
	return f.Download(Remote{Key: key, Location: Location{URL: f.origin.URL(key)}, Size: size, Modified: modified, Listing: listing})
}

// whollyHeld returns the download of a, of 300 kB, once it was read whole by a listing
// of Sunday.
func (f *fixture) whollyHeld(listing uint64) *Download {
	f.t.Helper()
	d := f.listed("a", listing, 300_000, sunday)
	f.readAll("a")
	f.untilState(d, Complete)
	return d
}

// validate validates a download, and returns how many requests that took.
func (f *fixture) validate(d *Download) int {
	f.t.Helper()
	before := f.origin.Stats().Requests
	if err := d.Validate(f.t.Context()); err != nil {
		f.t.Fatalf("Validate: %v", err)
	}
	return f.origin.Stats().Requests - before
}

// shows checks what a download shows.
func (f *fixture) shows(d *Download, state State, size int64, modified time.Time) {
	f.t.Helper()
	if s := d.Status(); s.State != state || s.Size != size || !s.Modified.Equal(modified) {
		f.t.Errorf("%v, %d bytes of %v; want %v, %d of %v", s.State, s.Size, s.Modified, state, size, modified)
	}
}

// A file that a listing tells to be another one is shown as the listing says, and no
// byte of the old one is served any more. That holds after a restart too.
func TestContradicted(t *testing.T) {
	for _, restart := range []bool{false, true} {
		bubble(t, func(f *fixture) {
			d := f.listed("a", 1, 300_000, sunday)
			f.validate(d)
			f.readAll("a")
			f.untilState(d, Complete)
			f.origin.Replace("a", fetchtest.Random(9, 450_000))
			if restart {
				f.reopen()
			}
			d = f.listed("a", 2, 450_000, monday)
			f.shows(d, Idle, 450_000, monday)
			if n := f.validate(d); n != 1 {
				t.Errorf("%d requests", n)
			}
			f.shows(d, Idle, 450_000, monday)
			f.readAll("a")
			f.untilState(d, Complete)
			if n := f.validate(d); n != 0 {
				t.Errorf("%d requests for what was confirmed", n)
			}
		}, file("a", 300_000))
	}
}

// What a strong validator proves to be unchanged stays, whatever listings say: one
// request without a body.
func TestContradictedInError(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.whollyHeld(1)
		sent := f.sent()
		d := f.listed("a", 2, 450_000, monday)
		f.shows(d, Idle, 450_000, monday)
		if n := f.validate(d); n != 1 || f.sent() != sent {
			t.Errorf("%d requests, %d bytes", n, f.sent()-sent)
		}
		f.shows(d, Complete, 300_000, f.origin.File("a").Modified)
		d = f.listed("a", 3, 450_000, monday) // still wrong, but the same
		if n := f.validate(d); n != 0 {
			t.Errorf("%d requests for what was confirmed", n)
		}
		f.shows(d, Complete, 300_000, f.origin.File("a").Modified)
	}, file("a", 300_000))
}

// Without a strong validator nothing proves that a file is unchanged.
func TestContradictedWithoutProof(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.whollyHeld(1)
		d := f.listed("a", 2, 300_000, monday)
		if n := f.validate(d); n != 1 {
			t.Errorf("%d requests", n)
		}
		if d.Status().State == Complete && f.sent() < 600_000 {
			t.Error("the old bytes are taken for the new ones")
		}
		f.readAll("a")
	}, fetchtest.File{Name: "a", Content: fetchtest.Random(1, 300_000), NoETag: true, NoModified: true})
}

// An older listing contradicts nothing, whichever folder is looked at.
func TestOlderListing(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.whollyHeld(5)
		d := f.listed("a", 4, 200_000, monday)
		f.shows(d, Complete, 300_000, sunday)
		if n := f.validate(d); n != 0 {
			t.Errorf("%d requests", n)
		}
	}, file("a", 300_000))
}

// While the server cannot be asked, what a listing contradicts cannot be opened.
func TestContradictedOffline(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.whollyHeld(1)
		f.origin.SetLink(fetchtest.Link{Down: true})
		f.origin.Drop()
		d := f.listed("a", 2, 450_000, monday)
		if err := d.Validate(f.t.Context()); !errors.Is(err, ErrUnreachable) && !errors.Is(err, ErrTimeout) {
			t.Errorf("Validate: %v", err)
		}
		f.shows(d, Idle, 450_000, monday)
		f.origin.SetLink(fetchtest.Link{})
		f.origin.Replace("a", fetchtest.Random(9, 450_000))
		time.Sleep(2 * failedRest)
		f.validate(d)
		f.readAll("a")
	}, file("a", 300_000))
}

// A download under way asks by itself, and goes on with the version that is there.
func TestContradictedWhileDownloading(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{TotalRate: 1 << 20})
		d := f.listed("a", 1, 4*mb, sunday)
		f.control(d, Start)
		f.until(d, "the first bytes", func(s Status) bool { return s.Held > mb })
		f.origin.Replace("a", fetchtest.Random(9, 3*mb))
		d = f.listed("a", 2, 3*mb, monday)
		f.untilState(d, Complete)
		f.shows(d, Complete, 3*mb, monday)
		f.readAll("a")
	}, file("a", 4*mb))
}

// Start brings the new version of a complete file that a listing contradicts.
func TestStartContradicted(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.whollyHeld(1)
		f.origin.Replace("a", fetchtest.Random(9, 450_000))
		d := f.listed("a", 2, 450_000, monday)
		f.control(d, Start)
		f.untilState(d, Complete)
		f.shows(d, Complete, 450_000, monday)
		f.readAll("a")
	}, file("a", 300_000))
}

// A paused download moves no byte, so what a listing contradicts cannot be opened.
func TestContradictedWhilePaused(t *testing.T) {
	bubble(t, func(f *fixture) {
		d := f.listed("a", 1, 4*mb, sunday)
		f.origin.SetLink(fetchtest.Link{TotalRate: mb})
		f.control(d, Start)
		f.until(d, "the first bytes", func(s Status) bool { return s.Held > 0 })
		f.control(d, Pause)
		d = f.listed("a", 2, 3*mb, monday)
		if err := d.Validate(f.t.Context()); !errors.Is(err, ErrBusy) {
			t.Errorf("Validate: %v", err)
		}
		if _, err := d.Size(f.t.Context()); err != nil {
			t.Errorf("the size that the listing told: %v", err)
		}
	}, file("a", 4*mb))
}

// Where only a catalog told the size, the first open asks with the request that the
// first read would have made: one round trip brings both.
func TestFirstOpen(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.SetLink(fetchtest.Link{RTT: time.Second})
		d := f.listed("a", 1, 5*mb, sunday)
		f.shows(d, Idle, 5*mb, sunday)
		began := time.Now()
		if n := f.validate(d); n != 1 {
			t.Errorf("%d requests", n)
		}
		f.shows(d, Idle, 7*mb, f.origin.File("a").Modified)
		f.read(f.reader("a"), 0, firstWindow)
		if took := time.Since(began); took > time.Second+50*time.Millisecond {
			t.Errorf("open and read took %v", took)
		}
	}, file("a", 7*mb))
}

// A podcast tells nothing to compare: after the TTL the next open asks, once.
func TestTTL(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.opt.TTL = time.Hour
		f.reopen()
		d := f.download("a")
		f.readAll("a")
		f.untilState(d, Complete)
		sent := f.sent()
		for range 3 {
			if n := f.validate(d); n != 0 {
				t.Errorf("%d requests within the TTL", n)
			}
			time.Sleep(time.Hour)
			f.reopen() // which does not make it younger
			d = f.download("a")
			if n := f.validate(d); n != 1 || f.sent() != sent {
				t.Errorf("%d requests after the TTL, %d bytes", n, f.sent()-sent)
			}
		}
		f.origin.Replace("a", fetchtest.Random(9, 300_000))
		f.validate(d)
		f.shows(d, Complete, 300_000, d.Status().Modified)
		time.Sleep(time.Hour)
		f.validate(d)
		f.readAll("a")
	}, file("a", 300_000))
}

// A version that was confirmed by a clock ten years ahead counts as confirmed when it is
// loaded: one TTL later the next open asks, also where each session is shorter.
func TestTTLAfterClockJump(t *testing.T) {
	const jump = 10 * 365 * 24 * time.Hour
	for name, test := range map[string]struct {
		by   time.Duration
		want int // requests within the hour, its ends included
	}{"ahead": {jump, 1}, "behind": {-jump, 2}} {
		bubble(t, func(f *fixture) {
			f.opt.TTL = time.Hour
			f.reopen()
			f.readAll("a")
			f.untilState(f.download("a"), Complete)
			f.close()
			place := diskcache.PlaceOf(f.dir, diskcache.NameOf("a"))
			r, err := diskcache.ReadRecord(place.RecordPath())
			if err != nil {
				t.Fatal(err)
			}
			r.Checked = time.Now().Add(test.by)
			if err := r.Save(place); err != nil {
				t.Fatal(err)
			}
			asked := 0
			for range 3 {
				f.open()
				asked += f.validate(f.download("a"))
				time.Sleep(time.Hour / 2)
				f.close()
			}
			if asked != test.want {
				t.Errorf("%s: asked %d times in an hour, want %d", name, asked, test.want)
			}
			f.open()
		}, file("a", 300_000))
	}
}

// A refresh by hand has the next open ask, whatever the listing tells.
func TestRefreshed(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.whollyHeld(1)
		refreshed := Remote{Key: "a", Size: 300_000, Modified: sunday, Listing: 2, Refreshed: 2}
		d := f.Download(refreshed)
		f.shows(d, Complete, 300_000, sunday)
		for _, want := range []int{1, 0} {
			if n := f.validate(d); n != want {
				t.Errorf("%d requests", n)
			}
		}
		d = f.Download(refreshed)
		if n := f.validate(d); n != 0 {
			t.Errorf("%d requests of the same refresh", n)
		}
	}, file("a", 300_000))
}

// Offline an album plays without a pause between its tracks: one open waits, the
// others do not.
func TestUnconfirmedOffline(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.opt.TTL = time.Hour
		f.reopen()
		for _, key := range []string{"a", "b", "c"} {
			f.readAll(key)
			f.untilState(f.download(key), Complete)
		}
		time.Sleep(2 * time.Hour)
		f.origin.Fault(fetchtest.From(1), fetchtest.HoldAt(fetchtest.BeforeHead, make(chan struct{})))
		for i, key := range []string{"a", "a", "b", "c"} {
			began := time.Now()
			n := f.validate(f.download(key))
			took := time.Since(began)
			if first := i == 0; first && took != validateTimeout || !first && (took > 0 || n > 0) {
				t.Errorf("open %d waits %v, %d requests", i, took, n)
			}
			f.readAll(key)
		}
		f.origin.Heal()
		time.Sleep(silentFor)
		if n := f.validate(f.download("b")); n != 1 {
			t.Errorf("%d requests once the server may be asked again", n)
		}
		if n := f.validate(f.download("a")); n != 0 {
			t.Errorf("%d requests for what was asked within the TTL", n)
		}
	}, file("a", 300_000), file("b", 300_000), file("c", 300_000))
}

// An answer that comes late counts for the next open.
func TestLateResponse(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.opt.TTL = time.Hour
		f.reopen()
		d := f.download("a")
		f.readAll("a")
		f.untilState(d, Complete)
		time.Sleep(2 * time.Hour)
		f.origin.Replace("a", fetchtest.Random(9, 450_000))
		f.origin.SetLink(fetchtest.Link{RTT: 5 * time.Second})
		if f.validate(d); d.Status().State != Complete {
			t.Error("what is held is not served")
		}
		f.until(d, "the late answer", func(s Status) bool { return s.Size == 450_000 })
		f.readAll("a")
	}, file("a", 300_000))
}

// A new address moves the location, also of a paused download, and keeps the version.
func TestAddressMoves(t *testing.T) {
	bubble(t, func(f *fixture) {
		at := func(name string, listing uint64) *Download {
			return f.Download(Remote{Key: "episode", Location: Location{URL: f.origin.URL(name)}, Size: -1, Listing: listing})
		}
		f.origin.Fault(fetchtest.Of("old"), fetchtest.HoldAt(fetchtest.BeforeHead, make(chan struct{})))
		f.control(at("old", 1), Start)
		f.control(at("old", 1), Pause)
		f.origin.Remove("old")
		f.reopen()
		d := at("new", 2)
		before := f.origin.Stats().Requests
		f.control(d, Resume)
		f.untilState(d, Complete)
		if n := f.origin.Stats().Requests - before; f.origin.SentOf("new") == 0 || n > 2 {
			t.Errorf("%d requests", n)
		}
		held := d.Status().Held
		if d = at("signed", 3); d.Status().State != Complete || d.Status().Held != held {
			t.Error("another address drops what is held")
		}
		if n := f.validate(d); n != 0 {
			t.Errorf("%d requests", n)
		}
	}, file("old", 300_000), file("new", 300_000))
}

// A handle whose user relies on a size ends where the file turns out to have another.
func TestPromise(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.listed("a", 1, 5*mb, sunday)
		relies, other := f.reader("a"), f.reader("a")
		relies.Promise(5 * mb)
		f.read(other, 0, 1000)
		if _, err := relies.ReadAt(f.t.Context(), make([]byte, 10), 0); !errors.Is(err, ErrStale) {
			t.Errorf("a read by the wrong size: %v", err)
		}
	}, file("a", 7*mb))
}

// Where the server does not tell the size, that of a listing is no longer shown: a copy
// that ends there would be cut.
func TestSizeThatIsNotTold(t *testing.T) {
	bubble(t, func(f *fixture) {
		d := f.listed("a", 1, 300_000, sunday)
		f.validate(d)
		if s := d.Status(); s.Size >= 0 && s.Size != 450_000 {
			t.Errorf("%d bytes are shown", s.Size)
		}
		f.readAll("a")
		f.untilState(d, Complete)
		f.shows(d, Complete, 450_000, d.Status().Modified)
	}, fetchtest.File{Name: "a", Content: fetchtest.Random(1, 450_000), NoLength: true})
}

// A full cache does not keep the server from being asked: its word takes no space.
func TestValidateWithFullCache(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.opt.MaxBytes = mb
		f.reopen()
		f.listed("a", 1, mb, sunday)
		r := f.reader("a")
		f.read(r, 0, mb) // and stays open
		d := f.listed("b", 1, 5*mb, sunday)
		other := f.reader("b")
		f.read(other, 0, 1000) // past the cache
		for range 3 {
			f.validate(d)
			f.shows(d, d.Status().State, 7*mb, f.origin.File("b").Modified)
		}
		f.read(f.reader("b"), 2*mb, 1000)
	}, file("a", mb), file("b", 7*mb))
}
