package fetch

import (
	"errors"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// unseal has the record of a complete file, of a store that is closed, be as if
// the process had been killed before its digest was made.
func (f *fixture) unseal(p diskcache.Place) {
	f.t.Helper()
	r, err := diskcache.ReadRecord(p.RecordPath())
	if err != nil || r.State != Complete.String() {
		f.t.Fatalf("%+v, %v", r, err)
	}
	r.Sum = ""
	if err := r.Save(p); err != nil {
		f.t.Fatal(err)
	}
}

// TestSealedLater kills a process between the last byte of a file and its digest:
// that is made when the file is next asked for, and the file can be verified by it.
func TestSealedLater(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.readAll("a")
		d := f.download("a")
		f.untilState(d, Complete)
		f.close()
		f.unseal(d.entry.Place)
		f.open()
		d = f.download("a")
		f.until(d, "its digest", func(Status) bool { return d.hasSum() })
		f.close()
		if r, err := diskcache.ReadRecord(d.entry.RecordPath()); err != nil || r.Sum == "" {
			t.Errorf("%+v, %v", r, err)
		}
		f.open()
	}, file("a", mb))
}

// TestSealBeginsUnderTheLock loads a complete file whose digest was never made, and
// does no more until it is. Sealing begins while the record is being taken over: the
// race detector says whether the two are kept apart.
func TestSealBeginsUnderTheLock(t *testing.T) {
	bubble(t, func(f *fixture) {
		p := f.completed()
		f.close()
		f.unseal(p)
		f.open()
		d := newDownload(f.Store, "a", f.cache.Entry(p.Name))
		d.load() // Store.Download would take the lock once more, which hides it
		time.Sleep(2 * time.Second)
		if !d.hasSum() || d.recorder.isDirty() {
			t.Error("it has no digest on record")
		}
	}, file("a", mb))
}

// TestVerifyUnproved verifies a file that was never sealed: it is not called
// sound, and from then on it can be.
func TestVerifyUnproved(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.readAll("a")
		p := f.download("a").entry.Place
		f.untilState(f.download("a"), Complete)
		f.close()
		f.unseal(p)
		verify := func() (found Entry) {
			if err := Verify(f.t.Context(), f.dir, func(e Entry) { found = e }); err != nil {
				t.Fatal(err)
			}
			return found
		}
		if e := verify(); !e.Unproved || e.Err != nil {
			t.Errorf("first: %+v", e)
		}
		if e := verify(); e.Unproved || e.Err != nil {
			t.Errorf("then: %+v", e)
		}
		b, err := os.ReadFile(dataFile(p))
		if err != nil {
			t.Fatal(err)
		}
		b[100] ^= 1
		write(t, dataFile(p), b)
		if e := verify(); !errors.Is(e.Err, ErrDigest) || !e.Damaged() {
			t.Errorf("damaged: %+v", e)
		}
		if kinds := f.filesOf("a"); len(kinds) > 0 {
			t.Errorf("%q are left", kinds)
		}
		f.open()
	}, file("a", mb))
}

// TestVerifyCannotRead has the disk fail: that does not make a file damaged.
func TestVerifyCannotRead(t *testing.T) {
	disk := oneDisk(t)
	bubble(t, func(f *fixture) {
		f.readAll("a")
		p := f.download("a").entry.Place
		f.untilState(f.download("a"), Complete)
		f.close()
		f.unseal(p)
		disk.fail("renamed", 0, 1, syscall.EROFS)
		err := verify(f.t.Context(), hookedFiles, f.dir, func(e Entry) {
			if e.Err == nil || e.Damaged() {
				t.Errorf("%+v", e)
			}
		})
		if kinds := f.filesOf("a"); err != nil || len(kinds) < 2 {
			t.Errorf("%v, %q are left", err, kinds)
		}
		f.open()
	}, file("a", mb))
}

// TestCloseAmidDigest closes a store that is making the digest of a file: it does
// not read on, and the file gets its digest in the next session.
func TestCloseAmidDigest(t *testing.T) {
	for name, known := range map[string]bool{"of our own": false, "the catalog's": true} {
		t.Run(name, func(t *testing.T) {
			hook := hookDisk(t)
			bubble(t, func(f *fixture) {
				r := Remote{Key: "a", Size: -1}
				if known {
					r.Digest = md5Of(t, f.origin.Content("a"))
				}
				f.origin.SetLink(fetchtest.Link{ConnRate: 10 * mb})
				reads := 0
				hook(func(s durable.Step) error {
					if s.Kind == "reading" {
						if reads++; reads == 1 {
							go f.cancel(ErrClosed)
							<-f.ctx.Done()
						}
					}
					return nil
				})
				d := f.Download(r)
				f.control(d, Start)
				<-f.ctx.Done()
				f.close()
				if reads != 1 || d.hasSum() {
					t.Errorf("%d reads, %v", reads, d.content.sum)
				}
				f.open()
				d = f.Download(r)
				f.until(d, "its digest", func(s Status) bool { return s.State == Complete && d.hasSum() })
				if n := f.sent(); n > 11*mb {
					t.Errorf("%d bytes were sent", n)
				}
			}, file("a", 10*mb))
		})
	}
}
