package fetch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
	"github.com/tunesfs/tunesfs/fetch/internal/origin"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/durable"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// bare is a file of which the server tells nothing that could be compared.
func bare(seed uint64, size int64) fetchtest.File {
	return fetchtest.File{Name: "a", Content: fetchtest.Random(seed, size), NoETag: true, NoModified: true}
}

// TestNoTwoVersions has a handle read, the file replaced by another one of the
// same size, and the handle read on: it must not get bytes of both.
func TestNoTwoVersions(t *testing.T) {
	const size = 4 * mb
	strong := fetchtest.File{Name: "a", Content: fetchtest.Random(1, size)}
	distrusted := strong
	distrusted.NoIfRange = true
	fresh := bare(1, size)
	fresh.NoModified, fresh.Modified = false, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	dated := fresh
	dated.Content = fetchtest.Random(2, size)
	for name, test := range map[string]struct {
		first, second fetchtest.File
		between       Command
	}{
		"with validators":                  {strong, fetchtest.File{Name: "a", Content: fetchtest.Random(2, size)}, Start},
		"validators gone":                  {strong, bare(2, size), Resume},
		"validators gone, no If-Range":     {distrusted, bare(2, size), Resume},
		"validators come":                  {bare(1, size), strong2(size), Resume},
		"none at all":                      {bare(1, size), bare(2, size), Resume},
		"changed within a second":          {fresh, dated, Resume},
		"none at all, evicted":             {bare(1, size), bare(2, size), Evict},
		"changed within a second, evicted": {fresh, dated, Evict},
		"validators come, evicted":         {bare(1, size), strong2(size), Evict},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				r := f.reader("a")
				f.origin.Fault(fetchtest.Always, fetchtest.ResetAfter(200_000)) // what streams must not come to its end
				f.read(r, 0, 10_000)
				f.read(r, 40_000, 5_000) // too little to mean the whole
				time.Sleep(2 * patience)
				f.origin.Put(test.second)
				f.origin.Heal()
				f.control(r.d, test.between)
				_, err := r.ReadAt(context.Background(), make([]byte, 1000), size-5000)
				if !errors.Is(err, ErrStale) {
					t.Errorf("the old handle read on: %v", err)
				}
				if err := f.whole("a"); err != nil {
					t.Errorf("a new handle: %v", err)
				}
			}, test.first)
		})
	}
}

func strong2(size int64) fetchtest.File {
	return fetchtest.File{Name: "a", Content: fetchtest.Random(2, size)}
}

// TestCacheTakenAway has the cache folder emptied or the data cut short while a
// download is known but its files are not open: no hole may be read as zeros.
func TestCacheTakenAway(t *testing.T) {
	for name, away := range map[string]func(p diskcache.Place) error{
		"data":      func(p diskcache.Place) error { return os.Remove(dataFile(p)) },
		"both":      func(p diskcache.Place) error { return durable.Files{}.Remove(dataFile(p), p.RecordPath()) },
		"truncated": func(p diskcache.Place) error { return os.Truncate(dataFile(p), 5) },
	} {
		for what, held := range map[string]int64{"part": 100_000, "whole": mb} {
			t.Run(name+" of "+what, func(t *testing.T) {
				bubble(t, func(f *fixture) {
					d := f.download("a")
					r := d.NewReader()
					f.read(r, 0, held)
					_ = r.Close()
					f.until(d, "rest", func(Status) bool { return len(d.transfersNow()) == 0 })
					time.Sleep(time.Second)
					if err := away(d.entry.Place); err != nil {
						t.Fatal(err)
					}
					r = f.reader("a")
					f.read(r, 2*mb, 1000)
					f.read(r, 0, held)
					if err := f.whole("a"); err != nil {
						t.Error(err)
					}
				}, file("a", 3*mb))
			})
		}
	}
}

// TestSizeNeverTold has a server whose answers leave the total open.
func TestSizeNeverTold(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.Fault(func(r fetchtest.Request) bool { return r.From != r.To }, fetchtest.Total("*"))
		ctx, cancel := context.WithTimeout(f.t.Context(), time.Minute)
		defer cancel()
		if size, err := f.download("a").Size(ctx); size != 2*mb || err != nil {
			t.Errorf("Size = %d, %v", size, err)
		}
		if err := f.whole("a"); err != nil {
			t.Error(err)
		}
	}, file("a", 2*mb))
}

// TestSizeNeverToldBefore asks for the size in a second session, in which the
// bytes that a probe would ask for are held.
func TestSizeNeverToldBefore(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Always, noTotal)
		f.read(f.reader("a"), 0, 100_000)
		time.Sleep(time.Second)
		f.reopen()
		ctx, cancel := context.WithTimeout(f.t.Context(), time.Minute)
		defer cancel()
		if size, err := f.download("a").Size(ctx); size != 2*mb || err != nil {
			t.Errorf("Size = %d, %v", size, err)
		}
	}, file("a", 2*mb))
}

// TestAccept says which answers may be put together with which held bytes.
func TestAccept(t *testing.T) {
	tagged, other := validator.Validator{Size: 10, ETag: `"a"`, Asked: true}, validator.Validator{Size: 10, ETag: `"b"`, Asked: true}
	none := validator.Validator{Size: 10, Asked: true}
	dated := validator.Validator{Size: 10, Modified: http.TimeFormat, Dated: true, Asked: true}
	undated := validator.Validator{Size: 10, Modified: http.TimeFormat, Asked: true}
	for name, test := range map[string]struct {
		known validator.Validator
		r     origin.Response
		want  bool
	}{
		"beyond the end":            {none, origin.Response{Range: ranges.Range{Start: 0, End: 11}, Validator: validator.Validator{Size: -1}, IfRange: ""}, false},
		"no more than a size":       {tagged, origin.Response{Range: ranges.Range{Start: 10, End: 10}, Validator: none, IfRange: ""}, true},
		"same tag":                  {tagged, origin.Response{Range: ranges.Range{Start: 0, End: 5}, Validator: tagged, IfRange: ""}, true},
		"other tag":                 {tagged, origin.Response{Range: ranges.Range{Start: 0, End: 5}, Validator: other, IfRange: `"a"`}, false},
		"no tag, but on condition":  {tagged, origin.Response{Range: ranges.Range{Start: 0, End: 5}, Validator: none, IfRange: `"a"`}, true},
		"no tag, no condition":      {tagged, origin.Response{Range: ranges.Range{Start: 0, End: 5}, Validator: none, IfRange: ""}, false},
		"no tag, condition refused": {tagged, origin.Response{Range: ranges.Range{Start: 0, End: 10}, Validator: none, Whole: true, IfRange: `"a"`}, false},
		"never asked":               {validator.Validator{Size: 10}, origin.Response{Range: ranges.Range{Start: 0, End: 5}, Validator: tagged, IfRange: ""}, true},
		"nothing to compare":        {none, origin.Response{Range: ranges.Range{Start: 0, End: 5}, Validator: none, IfRange: ""}, true},
		"a date both times":         {dated, origin.Response{Range: ranges.Range{Start: 0, End: 5}, Validator: dated, IfRange: ""}, true},
		"a date that is no proof":   {dated, origin.Response{Range: ranges.Range{Start: 0, End: 5}, Validator: undated, IfRange: ""}, false},
		"another size":              {none, origin.Response{Range: ranges.Range{Start: 0, End: 5}, Validator: validator.Validator{Size: 11}, IfRange: ""}, false},
	} {
		if got := continues(test.known, &test.r); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestNothingBehindTheEnd has a process die after it had written data and before
// it recorded any, and the file be a shorter one by then.
func TestNothingBehindTheEnd(t *testing.T) {
	bubble(t, func(f *fixture) {
		f.read(f.reader("a"), 0, 3*mb)
		d := f.untilState(f.download("a"), Complete)
		f.close()
		if err := (durable.Files{}).Remove(diskcache.PlaceOf(f.dir, diskcache.NameOf(d.Key)).RecordPath()); err != nil {
			t.Fatal(err)
		}
		f.origin.Replace("a", fetchtest.Random(7, 1000))
		f.open()
		f.readAll("a")
		f.untilState(f.download("a"), Complete)
		n, err := f.reader("a").ReadAt(context.Background(), make([]byte, 2000), 0)
		if n != 1000 || err != io.EOF {
			t.Errorf("read %d bytes of 1000, %v", n, err)
		}
	}, file("a", 3*mb))
}

// TestUntoldSizeChanges has a server that tells no size send a file of another
// length, the known one being none at all in the second case.
func TestUntoldSizeChanges(t *testing.T) {
	for name, sizes := range map[string][2]int64{"shorter": {5000, 3000}, "longer": {5000, 6000}, "no longer empty": {0, 10}} {
		t.Run(name, func(t *testing.T) {
			a := bare(1, sizes[0])
			a.NoRanges, a.NoLength = true, true
			bubble(t, func(f *fixture) {
				f.readAll("a")
				f.untilState(f.download("a"), Complete)
				a.Content = fetchtest.Random(2, sizes[1])
				f.origin.Put(a)
				f.control(f.download("a"), Evict)
				if err := f.whole("a"); err != nil && !errors.Is(err, ErrStale) {
					t.Error(err)
				}
				f.readAll("a")
			}, a)
		})
	}
}

// TestHeldBehindTheEnd holds bytes of a file whose size was not told, when a
// partial answer tells one that is smaller.
func TestHeldBehindTheEnd(t *testing.T) {
	a := bare(1, 100_000)
	a.NoRanges, a.NoLength = true, true
	bubble(t, func(f *fixture) {
		f.origin.Fault(fetchtest.Nth(1), fetchtest.StallAfter(50_000))
		f.origin.Fault(fetchtest.From(2), fetchtest.Status(404))
		f.read(f.reader("a"), 0, 10_000)
		time.Sleep(2 * patience)
		f.origin.Put(bare(2, 500))
		f.origin.Heal()
		f.readAll("a")
		if s := f.untilState(f.download("a"), Complete); s.Held != 500 {
			t.Errorf("%+v", s)
		}
	}, a)
}
