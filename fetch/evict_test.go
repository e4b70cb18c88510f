package fetch

import (
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/digest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/internal/diskspace"
)

// TestQuota fills a store that may hold three files of four: the one used least
// recently goes, a paused and an open one stay.
func TestQuota(t *testing.T) {
	o := fetchtest.New(t, file("a", mb), file("bb", mb), file("ccc", mb), file("dddd", mb), file("eeeee", mb))
	f := newFixture(t, o)
	f.opt.MaxBytes = 7 * mb / 2
	f.reopen()
	for _, name := range []string{"a", "bb", "ccc"} {
		f.readAll(name)
		f.untilState(f.download(name), Complete)
	}
	open := f.reader("a") // the oldest, and in use
	f.readAll("dddd")
	f.untilState(f.download("dddd"), Complete)
	if held := f.heldOf("a", "bb", "ccc", "dddd"); !slices.Equal(held, []int64{mb, 0, mb, mb}) {
		t.Errorf("held: %v, want the oldest that is not open to be gone", held)
	}
	f.read(open, 0, mb)
	_ = open.Close()

	f.reopen() // the order lasts
	for began := time.Now(); f.cache.Held() != 3*(mb+diskcache.RecordBlock) && time.Since(began) < time.Minute; {
		time.Sleep(time.Millisecond) // until it has been looked through
	}
	f.readAll("ccc")
	f.readAll("eeeee")
	f.untilState(f.download("eeeee"), Complete)
	if held := f.heldOf("a", "ccc", "dddd", "eeeee"); held[1] != mb || held[3] != mb || held[0]+held[2] > mb {
		t.Errorf("held: %v after reopening", held)
	}
}

func (f *fixture) heldOf(names ...string) []int64 {
	var held []int64
	for _, name := range names {
		held = append(held, f.download(name).Status().Held)
	}
	return held
}

// TestQuotaTooSmall reads a file that is larger than the cache may be: the bytes
// come all the same, and are not kept.
func TestQuotaTooSmall(t *testing.T) {
	o := fetchtest.New(t, file("a", 6*mb))
	f := newFixture(t, o)
	f.opt.MaxBytes, f.opt.Connections = 2*mb, 1 // of more, each may be writing a chunk beside
	f.reopen()
	f.readAll("a")
	d := f.download("a")
	if s := d.Status(); s.Held > 2*mb || s.State == Complete {
		t.Errorf("%v with %d bytes in a cache of %d", s.State, s.Held, 2*mb)
	}
	if err := f.untilState(d, Failed).Err; !errors.Is(err, ErrNoSpace) {
		t.Errorf("failed with %v", err)
	}
}

// TestALookIsNoUse looks at what is held, as a listing does, in another order
// than it was used in: the order in which it is dropped stays that of its use.
func TestALookIsNoUse(t *testing.T) {
	names := []string{"a", "bb", "ccc"}
	bubble(t, func(f *fixture) {
		f.opt.MaxBytes = 100 * mb
		f.reopen()
		var want []string
		for i, name := range names {
			f.readAll(name)
			f.untilState(f.download(name), Complete)
			want = append(want, diskcache.NameOf(name))
			used := time.Now().Add(time.Duration(i-10) * time.Hour)
			f.close()
			f.setUsed(name, used)
			f.open()
		}
		f.close()
		s, err := openStore(f.dir, f.opt) // one that does not scan before the look
		if err != nil {
			t.Fatal(err)
		}
		f.Store = s
		for _, name := range slices.Backward(names) {
			f.download(name).Status()
			time.Sleep(time.Second)
		}
		if got := f.cache.Oldest(); !slices.Equal(got, want) {
			t.Errorf("would drop %v, want %v", got, want)
		}
		f.reopen()
	}, file("a", 1000), file("bb", 1000), file("ccc", 1000))
}

// freeBytes returns the space left on the file system of dir.
func freeBytes(t *testing.T, dir string) int64 {
	t.Helper()
	space, err := diskspace.Of(dir)
	if err != nil {
		t.Fatal(err)
	}
	return space.Free
}

func TestMinFree(t *testing.T) {
	o := fetchtest.New(t, file("a", mb))
	f := newFixture(t, o)
	f.opt.MinFree = freeBytes(t, f.dir) * 2
	f.reopen()
	f.readAll("a")
	if s := f.download("a").Status(); s.Held != 0 {
		t.Errorf("%d bytes written to a disk that is to be left alone", s.Held)
	}
}

// TestMinFreeIsLeft fetches more than there may be: the disk keeps what it is to
// keep, though it is not asked before every write.
func TestMinFreeIsLeft(t *testing.T) {
	const records = 64 << 10 // they are written come what may
	dir := small(t, "16000")
	bubble(t, func(f *fixture) {
		f.close()
		f.dir, f.opt.MinFree = dir, freeBytes(t, dir)-diskcache.MaxSpare-diskcache.MaxSpare/2
		f.open()
		f.readAll("a")
		if free, held := freeBytes(t, dir), f.download("a").Status().Held; free < f.opt.MinFree-records || held < diskcache.MaxSpare {
			t.Errorf("%d bytes are held and %d free, of which %d are to be left", held, free, f.opt.MinFree)
		}
	}, file("a", 2*diskcache.MaxSpare))
}

// TestMinFreeEvictsABatch has a disk lack some space: more is dropped than that,
// so that the next write need not look again.
func TestMinFreeEvictsABatch(t *testing.T) {
	dir := small(t, "8000")
	bubble(t, func(f *fixture) {
		f.close()
		f.dir = dir
		f.open()
		for _, name := range []string{"a", "bb", "ccc"} {
			f.readAll(name)
			f.untilState(f.download(name), Complete)
		}
		f.close()
		f.opt.MinFree = freeBytes(t, dir) + mb/2
		f.open()
		time.Sleep(time.Second)
		if held := f.heldOf("a", "bb", "ccc"); !slices.Equal(held, []int64{0, 0, 0}) {
			t.Errorf("held: %v", held)
		}
	}, file("a", mb), file("bb", mb), file("ccc", mb))
}

func TestDigest(t *testing.T) {
	f := newFixture(t, fetchtest.New(t, file("a", 100_000)))
	content, err := digest.Of(&contextReader{r: f.reader("a"), ctx: t.Context()}, "md5")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		digest string
		want   State
	}{
		"right": {content, Complete}, "wrong": {"md5:00112233445566778899aabbccddeeff", Failed}, "unknown": {"blake9:00", Complete},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, fetchtest.New(t, file("a", 100_000)))
			d := f.Download(Remote{Key: "a", Size: -1, Digest: c.digest})
			f.control(d, Start)
			s := f.untilState(d, c.want)
			if errors.Is(s.Err, ErrDigest) != (c.want == Failed) || (s.Held == 0) != (c.want == Failed) {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestVerify(t *testing.T) {
	o := fetchtest.New(t, file("a", mb), file("bb", mb))
	f := newFixture(t, o)
	for _, name := range []string{"a", "bb"} {
		f.readAll(name)
		f.until(f.download(name), "its digest", func(Status) bool { return f.download(name).hasSum() })
	}
	damaged := dataFile(f.download("bb").entry.Place)
	f.close()
	data, err := os.OpenFile(damaged, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := data.WriteAt([]byte("rot"), mb/2); err != nil {
		t.Fatal(err)
	}
	_ = data.Close()
	if list, err := List(f.dir); len(list) != 2 || err != nil || list[0].State != Complete || list[0].Held != mb {
		t.Errorf("List: %+v, %v", list, err)
	}
	found := make(map[string]error)
	if err := Verify(t.Context(), f.dir, func(e Entry) { found[e.Key] = e.Err }); err != nil {
		t.Fatal(err)
	}
	if found["a"] != nil || !errors.Is(found["bb"], ErrDigest) {
		t.Errorf("found %v", found)
	}
	f.open()
	f.readAll("bb")
}

func (d *Download) hasSum() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.content.sum != ""
}

// setUsed has the record of a closed store say when a file was last used.
func (f *fixture) setUsed(key string, used time.Time) {
	f.t.Helper()
	p := diskcache.PlaceOf(f.dir, diskcache.NameOf(key))
	r, err := diskcache.ReadRecord(p.RecordPath())
	if err != nil {
		f.t.Fatal(err)
	}
	r.Used = used
	if err := r.Save(p); err != nil {
		f.t.Fatal(err)
	}
}

// TestOrderOfUseLasts opens the oldest of three files, in a session that ends
// before there is a need for room: the next session drops the second oldest.
func TestOrderOfUseLasts(t *testing.T) {
	names := []string{"a", "bb", "ccc"}
	bubble(t, func(f *fixture) {
		for i, name := range names {
			f.readAll(name)
			f.untilState(f.download(name), Complete)
			time.Sleep(time.Second)
			used := time.Now().Add(time.Duration(i-10) * time.Hour) // else by the machine's clock
			f.close()
			f.setUsed(name, used)
			f.open()
		}
		f.reopen()
		f.read(f.reader("a"), 0, 1000)
		opened := time.Now()
		f.opt.MaxBytes = 3 * (mb + diskcache.RecordBlock)
		f.reopen()
		r, err := diskcache.ReadRecord(diskcache.PlaceOf(f.dir, diskcache.NameOf("a")).RecordPath())
		if err != nil || !r.Used.Equal(opened) {
			t.Errorf("the record tells of a use at %v, want %v: %v", r.Used, opened, err)
		}
		time.Sleep(time.Second)
		f.readAll("dddd")
		f.untilState(f.download("dddd"), Complete)
		if held := f.heldOf("a", "bb", "ccc", "dddd"); !slices.Equal(held, []int64{mb, 0, mb, mb}) {
			t.Errorf("held: %v, want the one used least recently to be gone", held)
		}
	}, file("a", mb), file("bb", mb), file("ccc", mb), file("dddd", mb))
}
