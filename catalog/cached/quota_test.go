package cached

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/internal/durable"
)

// countWrites returns a hook that counts the files that are put in place.
func countWrites(n *int) func(durable.Step) error {
	return func(s durable.Step) error {
		if s.Kind == "renamed" {
			*n++
		}
		return nil
	}
}

// stored returns how many bytes the files of a folder take but for its sequence, and
// how many there are.
func stored(t *testing.T, dir string) (sum int64, n int) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && e.Name() != sequenceName {
			sum += blocks(info.Size())
			n++
		}
	}
	return sum, n
}

// has reports whether a listing is on disk.
func (d disk) has(k key) bool {
	_, err := os.Stat(d.path(k))
	return err == nil
}

// Listings on disk stay within their quota. Those of folders go first, and those
// that were not used for longest, also over a restart.
func TestDiskIsBounded(t *testing.T) {
	const limit = 20 * block
	dir := t.TempDir()
	s := &service{tracks: songs("1")}
	c := s.cached(t, Options{Dir: dir, MaxDisk: limit})
	search, old, used := key{arg: "saved"}, key{true, "old"}, key{true, "used"}
	c.Search(t.Context(), search.arg)
	c.List(t.Context(), old.arg)
	c.List(t.Context(), used.arg)
	for i := range 100 {
		c.List(t.Context(), fmt.Sprint(i))
		c.disk.use(used)
		if sum, n := stored(t, dir); sum > limit || i > 20 && n < 19 {
			t.Fatalf("%d files take %d bytes, want %d at most", n, sum, limit)
		}
	}
	if !c.disk.has(search) || c.disk.has(old) || !c.disk.has(used) || !c.disk.has(key{true, "99"}) {
		t.Error("other listings went than those of folders that were not used for longest")
	}

	// A restart knows what was used when, and holds to a smaller quota at once.
	at := time.Now().Add(-time.Hour)
	if err := os.Chtimes(c.disk.path(key{true, "99"}), at, at); err != nil {
		t.Fatal(err)
	}
	c = s.cached(t, Options{Dir: dir, MaxDisk: limit - block})
	c.List(t.Context(), "98")
	if sum, n := stored(t, dir); sum > limit-block || n < 18 {
		t.Errorf("%d files take %d bytes after a restart", n, sum)
	}
	if !c.disk.has(search) || !c.disk.has(used) || c.disk.has(key{true, "99"}) {
		t.Error("other listings went after a restart")
	}
	for i := range 100 {
		c.Search(t.Context(), fmt.Sprint(i))
	}
	if sum, _ := stored(t, dir); sum > limit-block || c.disk.has(used) || !c.disk.has(key{arg: "99"}) {
		t.Errorf("%d bytes of searches", sum)
	}
}

// A listing that is larger than the quota is served and not kept, and the log has it.
func TestLargerThanTheQuota(t *testing.T) {
	dir := t.TempDir()
	var log bytes.Buffer
	s := &service{tracks: songs("1")}
	c := s.cached(t, Options{Dir: dir, MaxDisk: 4 * block, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	c.List(t.Context(), "x")
	s.set(func(s *service) { s.tracks = many(1000, 100) })
	if l, err := c.RefreshFolder(t.Context(), "x"); len(l.Tracks) != 1000 || err != nil {
		t.Errorf("%d tracks, %v", len(l.Tracks), err)
	}
	if sum, n := stored(t, dir); sum != block || n != 1 {
		t.Errorf("%d files of %d bytes, want the old listing", n, sum)
	}
	if !strings.Contains(log.String(), "will not outlast") {
		t.Errorf("logged %q", log.String())
	}
}

// A listing that cannot be kept costs no other one its place, be it sent now or found
// by a process whose quota is smaller.
func TestLargerThanTheQuotaEvictsNoOther(t *testing.T) {
	dir := t.TempDir()
	s := &service{tracks: songs("1")}
	search, folder, large := key{arg: "saved"}, key{true, "x"}, key{true, "large"}
	list := func(c *Source) {
		t.Helper()
		c.Search(t.Context(), search.arg)
		c.List(t.Context(), folder.arg)
		s.set(func(s *service) { s.tracks = many(1000, 100) })
		if l, err := c.List(t.Context(), large.arg); len(l.Tracks) != 1000 || err != nil {
			t.Errorf("%d tracks, %v", len(l.Tracks), err)
		}
		s.set(func(s *service) { s.tracks = songs("1") })
	}
	want := func(name string, c *Source, kept bool) {
		t.Helper()
		if !c.disk.has(search) || !c.disk.has(folder) || c.disk.has(large) != kept {
			t.Errorf("%s: search %v, folder %v, large %v, want true, true, %v",
				name, c.disk.has(search), c.disk.has(folder), c.disk.has(large), kept)
		}
	}
	const limit = 4 * block
	c := s.cached(t, Options{Dir: dir, MaxDisk: limit})
	list(c)
	want("sent", c, false)
	c = s.cached(t, Options{Dir: dir})
	list(c)
	want("within", c, true)
	c = s.cached(t, Options{Dir: dir, MaxDisk: limit})
	c.disk.use(search) // reads the folder
	want("found", c, false)
}

// A file that is being written holds its place, and counts against the next one.
func TestQuotaOfFilesBeingWritten(t *testing.T) {
	d := disk{dir: t.TempDir(), quota: &quota{max: 4 * block}}
	other := key{arg: "other"}
	if err := d.save(other, record{}); err != nil {
		t.Fatal(err)
	}
	written, err := d.quota.reserve(d, "busy", 2*block)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.quota.reserve(d, "next", 3*block); !errors.Is(err, errQuota) || !d.has(other) {
		t.Errorf("beside a busy file: %v, the other is there: %v", err, d.has(other))
	}
	written(errDown)
	if _, err := d.quota.reserve(d, "next", 3*block); err != nil || !d.has(other) {
		t.Errorf("after it: %v, the other is there: %v", err, d.has(other))
	}
}

// What a crash left half written goes, and what is no listing of this version stays.
func TestQuotaLeavesOthersAlone(t *testing.T) {
	dir := t.TempDir()
	files := map[string]bool{"a.v1.tmp": false, "a.folder.v1.tmp": false, "a.v2": true, sequenceName: true, "notes": true}
	for name := range files {
		if err := os.WriteFile(filepath.Join(dir, name), make([]byte, 10*block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := &service{tracks: songs("1")}
	s.cached(t, Options{Dir: dir, MaxDisk: 2 * block}).Search(t.Context(), "x")
	for name, stays := range files {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != stays {
			t.Errorf("%s: %v, want it to stay: %v", name, err, stays)
		}
	}
}

// A folder that an earlier program kept is found, and counts as a folder then.
func TestKeptByAnEarlierProgram(t *testing.T) {
	dir := t.TempDir()
	s := &service{tracks: songs("1")}
	k := key{true, "x"}
	c := s.cached(t, Options{Dir: dir})
	c.List(t.Context(), k.arg)
	earlier := filepath.Join(dir, fmt.Sprintf("%x.v1", sha256.Sum256([]byte("folder x"))))
	if err := os.Rename(c.disk.path(k), earlier); err != nil {
		t.Fatal(err)
	}
	s.set(func(s *service) { s.err = errDown })
	c = s.cached(t, Options{Dir: dir})
	if l, err := c.List(t.Context(), k.arg); len(l.Tracks) != 1 || err != nil {
		t.Errorf("%d tracks, %v", len(l.Tracks), err)
	}
	if q := c.disk.quota; len(q.files) != 1 || q.sum != block || !c.disk.has(k) {
		t.Errorf("the quota has %d files of %d bytes", len(q.files), q.sum)
	}
}

// A file of an earlier program replaces one of this: the quota counts what is there.
func TestQuotaOfRenamedFiles(t *testing.T) {
	for name, tt := range map[string]struct {
		before, after map[string]int64 // bytes of the files before and after the quota reads the folder
		want          int64
	}{
		"none":          {nil, nil, 0},
		"only new":      {map[string]int64{"to": 1}, nil, block},
		"only old":      {map[string]int64{"from": 1}, nil, block},
		"both":          {map[string]int64{"from": 1, "to": 3 * block}, nil, block},
		"larger":        {map[string]int64{"from": 3 * block, "to": 1}, nil, 3 * block},
		"old one later": {map[string]int64{"to": 3 * block}, map[string]int64{"from": 1}, block},
	} {
		t.Run(name, func(t *testing.T) {
			d := disk{dir: t.TempDir(), quota: &quota{max: 10 * block}}
			write := func(files map[string]int64) {
				for name, size := range files {
					if err := os.WriteFile(filepath.Join(d.dir, name+formatVersion), make([]byte, size), 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
			write(tt.before)
			d.quota.use(d, "none")
			write(tt.after)
			d.quota.rename(d, "from"+formatVersion, "to"+formatVersion)
			sum, n := stored(t, d.dir)
			if q := d.quota; q.sum != tt.want || sum != tt.want || len(q.files) != n {
				t.Errorf("the quota has %d files of %d bytes, the folder %d of %d; want %d bytes", len(q.files), q.sum, n, sum, tt.want)
			}
		})
	}
}

// Many listings that are written at a time stay within the quota together.
func TestQuotaUnderConcurrency(t *testing.T) {
	const limit = 8 * block
	dir := t.TempDir()
	s := &service{tracks: songs("1")}
	c := s.cached(t, Options{Dir: dir, MaxDisk: limit})
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			if _, err := c.List(t.Context(), fmt.Sprint(i%50)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if sum, n := stored(t, dir); sum > limit || n == 0 || sum != c.disk.quota.sum {
		t.Errorf("%d files take %d bytes, the quota says %d", n, sum, c.disk.quota.sum)
	}
}
