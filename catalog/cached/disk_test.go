package cached

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// theFile returns the one listing's file of a folder.
func theFile(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	files = slices.DeleteFunc(files, func(f string) bool { return filepath.Base(f) == sequenceName })
	if err != nil || len(files) != 1 {
		t.Fatalf("files %q, %v; want one", files, err)
	}
	return files[0]
}

func TestListingsLastOverARestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "when needed")
	s := &service{tracks: songs("1", "2")}
	s.tracks[0].Released = time.Date(1904, 5, 6, 7, 0, 0, 0, time.UTC)
	before, err := s.cached(t, Options{Dir: dir}).Search(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	s.set(func(s *service) { s.err = errDown })
	after, err := s.cached(t, Options{Dir: dir}).Search(t.Context(), "x")
	if err != nil || !reflect.DeepEqual(after.Tracks, before.Tracks) || after.Fetched != before.Fetched {
		t.Errorf("got  %+v, %v\nwant %+v", after, err, before)
	}
	wantCalls(t, s, 1)

	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder: %v, %v", info.Mode(), err)
	}
	if info, err := os.Stat(theFile(t, dir)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file: %v, %v", info.Mode(), err)
	}
}

// A date that cannot be written costs its track the date, not all the place.
func TestDatesFromNowhere(t *testing.T) {
	dir := t.TempDir()
	s := &service{tracks: songs("1", "2", "3")}
	s.tracks[0].Released = time.Date(0, 1, 1, 0, 0, 0, 0, time.FixedZone("", 3600)).UTC()
	s.tracks[1].Released = time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -7200))
	s.tracks[2].Modified = time.Date(300_000_000, 1, 1, 0, 0, 0, 0, time.UTC)
	found(t, s.cached(t, Options{Dir: dir}))
	s.set(func(s *service) { s.err = errDown })
	l, err := s.cached(t, Options{Dir: dir}).Search(t.Context(), "x")
	if err != nil || len(l.Tracks) != 3 {
		t.Fatalf("got %+v, %v without the service", l, err)
	}
	for _, track := range l.Tracks {
		if !track.Released.IsZero() || !track.Modified.IsZero() {
			t.Errorf("got %+v", track)
		}
	}
}

func TestSearchesAndFoldersAreKeptApart(t *testing.T) {
	dir := t.TempDir()
	s := &service{tracks: songs("1")}
	found(t, s.cached(t, Options{Dir: dir}))
	s.set(func(s *service) { s.tracks = songs("2") })
	c := s.cached(t, Options{Dir: dir})
	l, err := c.List(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "folder", pairs(l), "2=A - B.mp3")
	wantEqual(t, "search", found(t, c), "1=A - B.mp3")
}

// Whatever has become of the file, the service is asked and the response right.
func TestDamagedFileIsIgnored(t *testing.T) {
	dir := t.TempDir()
	s := &service{tracks: songs("1")}
	found(t, s.cached(t, Options{Dir: dir}))
	path := theFile(t, dir)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged := map[string][]byte{
		"empty":    {},
		"torn":     whole[:len(whole)-1],
		"zeroed":   make([]byte, len(whole)),
		"longer":   append(whole[:len(whole):len(whole)], '\n'),
		"no hash":  whole[bytes.IndexByte(whole, '\n'):],
		"other's":  []byte(checksum(key{arg: "y"}, []byte("{}")) + "\n{}"),
		"not JSON": []byte(checksum(key{arg: "x"}, []byte("{")) + "\n{"),
	}
	for name, data := range damaged {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		calls := s.count()
		var log bytes.Buffer
		c := s.cached(t, Options{Dir: dir, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		wantEqual(t, name, found(t, c), "1=A - B.mp3")
		wantCalls(t, s, calls+1)
		if !strings.Contains(log.String(), "a kept listing is lost") {
			t.Errorf("%s: logged %q", name, log.String())
		}
		if mended, err := os.ReadFile(path); err != nil || len(mended) < len(whole)-10 {
			t.Errorf("%s: not written anew: %q, %v", name, mended, err)
		}
	}
}

func TestTornFileIsNeverLoaded(t *testing.T) {
	d, k := disk{dir: t.TempDir()}, key{arg: "x"}
	if err := d.save(k, record{Listing: catalog.Listing{Tracks: songs("1")}}); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(d.path(k))
	if err != nil {
		t.Fatal(err)
	}
	for n := range whole {
		flipped := bytes.Clone(whole)
		flipped[n] ^= 1
		for _, data := range [][]byte{whole[:n], flipped} {
			if err := os.WriteFile(d.path(k), data, 0o600); err != nil {
				t.Fatal(err)
			}
			if r, err := d.load(k); r != nil || err == nil {
				t.Fatalf("damaged at byte %d: loaded %+v, %v", n, r, err)
			}
		}
	}
}

// A folder that cannot be written costs nothing but a warning.
func TestDiskFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	s := &service{tracks: songs("1")}
	c := s.cached(t, Options{Dir: file, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	wantEqual(t, "without disk", found(t, c), "1=A - B.mp3")
	wantEqual(t, "again", found(t, c), "1=A - B.mp3")
	wantCalls(t, s, 1)
	if !strings.Contains(log.String(), "will not outlast") {
		t.Errorf("logged %q", log.String())
	}
}

// A write that fails leaves neither a temporary file nor a damaged one.
func TestFailedSaveKeepsTheOldFile(t *testing.T) {
	d, k := disk{dir: t.TempDir()}, key{arg: "x"}
	if err := d.save(k, record{Listing: catalog.Listing{Tracks: songs("1")}}); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(d.path(k)+".tmp", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := d.save(k, record{}); err == nil {
		t.Fatal("saved into a folder")
	}
	if r, err := d.load(k); err != nil || len(r.Listing.Tracks) != 1 {
		t.Errorf("the old record: %+v, %v", r, err)
	}
}

func TestClockThatWasWrong(t *testing.T) {
	d, k := disk{dir: t.TempDir()}, key{arg: "x"}
	s := &service{err: errors.New("not to be asked"), tracks: songs("2")}
	for _, age := range []time.Duration{-100 * 24 * time.Hour, 0, 100 * 24 * time.Hour} {
		l := catalog.Listing{Tracks: songs("1"), Fetched: time.Now().UTC().Add(-age)}
		if err := d.save(k, record{Listing: l}); err != nil {
			t.Fatal(err)
		}
		c := s.cached(t, Options{Dir: d.dir, TTL: time.Hour})
		if fresh := !c.kept(k).expired(); fresh != (age == 0) {
			t.Errorf("%v old: fresh is %v", age, fresh)
		}
	}
}

// A disk without space costs a listing its file and says so; what was there
// stays, and nothing half written beside it.
func TestDiskIsFull(t *testing.T) {
	d, k := disk{dir: t.TempDir()}, key{arg: "x"}
	if err := d.save(k, record{Listing: catalog.Listing{Tracks: songs("1")}}); err != nil {
		t.Fatal(err)
	}
	d.files.Hook = func(s durable.Step) error {
		if s.Kind == "sync" {
			return syscall.ENOSPC
		}
		return nil
	}
	if err := d.save(k, record{}); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("got %v, want ENOSPC", err)
	}
	theFile(t, d.dir)
	if r, err := d.load(k); err != nil || len(r.Listing.Tracks) != 1 {
		t.Errorf("the old record: %+v, %v", r, err)
	}
}

// A listing whose file cannot be put in its place is served, and the log has it.
func TestFailedRenameIsReported(t *testing.T) {
	dir := t.TempDir()
	inTheWay := filepath.Join(disk{dir: dir}.path(key{arg: "x"}), "full")
	if err := os.MkdirAll(inTheWay, 0o700); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	s := &service{tracks: songs("1")}
	c := s.cached(t, Options{Dir: dir, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	wantEqual(t, "served", found(t, c), "1=A - B.mp3")
	if !strings.Contains(log.String(), "will not outlast") {
		t.Errorf("logged %q", log.String())
	}
}

// Every step of a save that fails is the error, and the old record or the new one
// is there. The last step makes the folder durable.
func TestSaveFailsAtEveryStep(t *testing.T) {
	k := key{arg: "x"}
	for fail := 1; ; fail++ {
		d, steps := disk{dir: t.TempDir()}, 0
		if err := d.save(k, record{Listing: catalog.Listing{Tracks: songs("1")}}); err != nil {
			t.Fatal(err)
		}
		last := ""
		d.files.Hook = func(s durable.Step) error {
			last = s.Kind + " " + s.Path
			if steps++; steps == fail {
				return syscall.EIO
			}
			return nil
		}
		err := d.save(k, record{Listing: catalog.Listing{Tracks: songs("1", "2")}})
		theFile(t, d.dir)
		r, damaged := d.load(k)
		if damaged != nil || err == nil && len(r.Listing.Tracks) != 2 {
			t.Errorf("step %d: %+v, %v after %v", fail, r, damaged, err)
		}
		if steps < fail {
			if err != nil || last != "syncdir "+d.dir || fail <= 3 {
				t.Errorf("%d steps, the last %q: %v", steps, last, err)
			}
			return
		}
		if !errors.Is(err, syscall.EIO) {
			t.Errorf("step %d: %v, want EIO", fail, err)
		}
	}
}
