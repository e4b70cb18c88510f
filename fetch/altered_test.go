package fetch

import (
	"errors"
	"math"
	"os"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
)

// alterations are what other programs do to the data of a complete file.
var alterations = map[string]struct {
	same bool // the bytes are as they were
	do   func(path string) error
}{
	"touched": {true, func(path string) error {
		return os.Chtimes(path, time.Time{}, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	}},
	"copied": {true, func(path string) error { return replaceBy(path, func(b []byte) []byte { return b }) }},
	"another's, by a copy": {false, func(path string) error {
		return replaceBy(path, func(b []byte) []byte { return append(b[1:], b[0]) })
	}},
	"another's, in place": {false, func(path string) error {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		info, err := f.Stat()
		if err == nil {
			_, err = f.WriteAt([]byte("other bytes"), 600_000)
		}
		return errors.Join(err, f.Close(), os.Chtimes(path, time.Time{}, info.ModTime()))
	}},
	"a hole": {false, func(path string) error {
		return errors.Join(os.Truncate(path, 500_000), os.Truncate(path, mb))
	}},
	"cut":     {false, func(path string) error { return os.Truncate(path, mb-1) }},
	"removed": {false, os.Remove},
	"longer": {true, func(path string) error {
		return replaceBy(path, func(b []byte) []byte { return append(b, "more"...) })
	}},
	"a folder": {false, func(path string) error { return errors.Join(os.Remove(path), os.MkdirAll(path+"/x", 0o700)) }},
	"a FIFO":   {false, func(path string) error { return errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o600)) }},
}

// replaceBy puts another file in the place of one.
func replaceBy(path string, edit func([]byte) []byte) error {
	b, err := os.ReadFile(path)
	return errors.Join(err, os.WriteFile(path+"~", edit(b), 0o600), os.Rename(path+"~", path))
}

// alter alters a file, some time after it was complete: file systems tell times that lie
// less than a tick apart from each other as the same.
func alter(t *testing.T, path string, do func(path string) error) {
	t.Helper()
	was := changed(path)
	if err := do(path); err != nil {
		t.Fatal(err)
	}
	for now := changed(path); now != 0 && now == was; now = changed(path) {
		if err := os.Chmod(path, 0o600); err != nil { // which changes that time only
			t.Fatal(err)
		}
	}
}

// changed returns when a file was last changed, in nanoseconds since 1970; 0 where
// there is none.
func changed(path string) int64 {
	var stat unix.Stat_t
	if unix.Stat(path, &stat) != nil {
		return 0
	}
	return unix.TimespecToNsec(stat.Ctim)
}

// openReady opens a handle as a file system does.
func (f *fixture) openReady(key string) (*Reader, error) {
	r := f.download(key).NewReader()
	f.t.Cleanup(func() { _ = r.Close() })
	return r, r.Ready(f.t.Context())
}

// TestAlteredAtRest alters the data of a complete file, with a digest and without one,
// between two sessions, in one, and in one in which the file is open. No byte of what
// was altered is given out; what is as it was needs no request.
func TestAlteredAtRest(t *testing.T) {
	for what, a := range alterations {
		for when, moment := range map[string]func(f *fixture, do func()){
			"between sessions": func(f *fixture, do func()) { f.close(); do(); f.open() },
			"in a session":     func(f *fixture, do func()) { do() },
			"while open":       func(f *fixture, do func()) { f.read(f.reader("a"), 0, 1000); do() },
		} {
			for _, online := range []bool{true, false} {
				name := what + ", " + when
				if !online {
					name += ", offline"
				}
				same := a.same && (when != "while open" || what == "touched") // another inode is not looked at
				t.Run(name, func(t *testing.T) {
					bubble(t, func(f *fixture) {
						p := f.completed()
						time.Sleep(2 * time.Second) // until it is recorded
						requests := len(f.origin.Requests())
						moment(f, func() { alter(f.t, dataFile(p), a.do) })
						if !online {
							f.origin.Fault(fetchtest.Always, fetchtest.Status(403))
						}
						r, err := f.openReady("a")
						if wantErr := !online && !same; wantErr {
							if !errors.Is(err, ErrDenied) {
								f.t.Errorf("opened: %v", err)
							}
							return
						}
						if err != nil {
							f.t.Fatal(err)
						}
						f.read(r, 0, mb)
						f.readAll("a")
						if n := len(f.origin.Requests()) - requests; (n == 0) != same {
							f.t.Errorf("%d requests", n)
						}
						f.untilState(f.download("a"), Complete)
						time.Sleep(2 * time.Second)
						f.reopen()
						if r, err := f.openReady("a"); err != nil || r.complete == nil {
							f.t.Errorf("at the next session it is examined again: %v", err)
						}
					}, file("a", mb))
				})
			}
		}
	}
}

// TestAlteredWhileContradicted alters a file between two sessions, in which a listing
// contradicts it until the server says that nothing has changed.
func TestAlteredWhileContradicted(t *testing.T) {
	for what, a := range alterations {
		t.Run(what, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.listed("a", 1, mb, sunday)
				p := f.completed()
				time.Sleep(2 * time.Second) // until it is recorded
				f.shows(f.listed("a", 2, mb, monday), Idle, mb, monday)
				f.close()
				alter(f.t, dataFile(p), a.do)
				f.open()
				f.validate(f.listed("a", 2, mb, monday))
				r, err := f.openReady("a")
				if err != nil {
					f.t.Fatal(err)
				}
				f.read(r, 0, mb)
			}, file("a", mb))
		})
	}
}

// TestAlteredWithoutDigest alters a file of which no digest was made.
func TestAlteredWithoutDigest(t *testing.T) {
	for what, a := range alterations {
		t.Run(what, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				p := f.completed()
				f.close()
				f.unseal(p)
				alter(f.t, dataFile(p), a.do)
				f.open()
				f.origin.Fault(fetchtest.Always, fetchtest.Status(403))
				if _, err := f.openReady("a"); !errors.Is(err, ErrDenied) {
					f.t.Errorf("opened: %v", err)
				}
				f.origin.Heal()
				time.Sleep(2 * failedRest)
				if _, err := f.openReady("a"); err != nil {
					f.t.Error(err)
				}
				f.readAll("a")
			}, file("a", mb))
		})
	}
}

// TestRecordWithoutStamp has a record of a version that knew no stamps: it takes over
// the data that it finds, and notes what that is.
func TestRecordWithoutStamp(t *testing.T) {
	bubble(t, func(f *fixture) {
		p := f.completed()
		f.close()
		r, err := diskcache.ReadRecord(p.RecordPath())
		if err != nil || r.Stamp == nil || r.Used.IsZero() {
			f.t.Fatalf("the record is %+v, %v", r, err)
		}
		r.Stamp, r.Used = nil, time.Time{}
		if err := r.Save(p); err != nil {
			f.t.Fatal(err)
		}
		f.open()
		f.origin.Fault(fetchtest.Always, fetchtest.Status(403))
		f.readAll("a")
		f.reopen()
		if r, err := diskcache.ReadRecord(p.RecordPath()); err != nil || r.Stamp == nil {
			f.t.Errorf("the record is %+v, %v", r, err)
		}
		f.readAll("a")
	}, file("a", mb))
}

// TestExaminedBeforeAByte has a handle read, which was not made ready, while its file
// is examined on a disk that cannot be read.
func TestExaminedBeforeAByte(t *testing.T) {
	disk := oneDisk(t)
	bubble(t, func(f *fixture) {
		p := f.completed()
		f.close()
		alter(f.t, dataFile(p), alterations["another's, in place"].do)
		f.open()
		disk.fail("reading", 0, math.MaxInt, syscall.EIO)
		r := f.reader("a")
		f.read(r, 0, mb/2)
		disk.heal()
		f.readAll("a")
	}, file("a", mb))
}

// TestInARecordsPlace has something else lie where a record is to be: the file can be
// read, and what lies there hangs nothing.
func TestInARecordsPlace(t *testing.T) {
	for what, put := range map[string]func(path string) error{
		"a FIFO":        func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a folder":      func(path string) error { return os.Mkdir(path, 0o700) },
		"a full folder": func(path string) error { return os.MkdirAll(path+"/x", 0o700) },
		"a FIFO, and its temporary file": func(path string) error {
			return errors.Join(syscall.Mkfifo(path, 0o600), syscall.Mkfifo(path+".tmp", 0o600))
		},
	} {
		t.Run(what, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				p := f.completed()
				f.close()
				if err := errors.Join(os.Remove(p.RecordPath()), put(p.RecordPath()), os.Mkdir(p.Dir+"/mark", 0o700),
					syscall.Mkfifo(p.ActivePath(), 0o600)); err != nil {
					f.t.Fatal(err)
				}
				var found []Entry
				if err := Verify(f.t.Context(), f.dir, func(e Entry) { found = append(found, e) }); err != nil || len(found) != 1 || found[0].Err == nil {
					f.t.Errorf("Verify: %v, found %+v", err, found)
				}
				f.open()
				f.readAll("a")
				d := f.download("a")
				f.untilState(d, Complete)
				f.control(d, Evict)
				f.control(d, Start)
				f.untilState(d, Complete)
				f.control(d, Start)
				f.reopen()
				f.readAll("a")
			}, file("a", mb))
		})
	}
}

// TestVerifyBeside verifies a store that is open: what is damaged is fetched again when
// it is opened next, and the rest stays.
func TestVerifyBeside(t *testing.T) {
	for when, open := range map[string]bool{"": false, ", while it is open": true} {
		t.Run("a byte that rotted"+when, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				f.completed()
				f.readAll("bb")
				bad := f.download("bb")
				f.until(bad, "its digest", func(Status) bool { return bad.hasSum() })
				time.Sleep(2 * time.Second)
				if open {
					f.read(f.reader("bb"), 0, 10)
				}
				bad.mu.Lock()
				path := dataFile(bad.entry.Place)
				bad.mu.Unlock()
				rot(f.t, path)
				found := make(map[string]error)
				if err := Verify(f.t.Context(), f.dir, func(e Entry) { found[e.Key] = e.Err }); err != nil {
					f.t.Fatal(err)
				}
				if len(found) != 2 || found["a"] != nil || !errors.Is(found["bb"], ErrDigest) {
					f.t.Errorf("found %v", found)
				}
				requests := len(f.origin.Requests())
				f.readAll("a")
				if n := len(f.origin.Requests()); n != requests {
					f.t.Errorf("%d requests for what is whole", n-requests)
				}
				if _, err := f.openReady("bb"); err != nil {
					f.t.Error(err)
				}
				f.readAll("bb")
			}, file("a", mb), file("bb", mb))
		})
	}
}

// rot changes a byte of a file.
func rot(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 1)
	_, err = f.ReadAt(b, 1234)
	b[0] ^= 1
	_, err2 := f.WriteAt(b, 1234)
	if err := errors.Join(err, err2, f.Close()); err != nil {
		t.Fatal(err)
	}
}
