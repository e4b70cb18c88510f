package fetch_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// testdata/cache-v1 is a cache folder that version 1 of the format wrote, as a
// kill left it. Of each file it holds:
//
//	whole    all 3000 bytes, with the catalog's digest
//	session  all 2500 bytes, with a digest of the store's own, marked to go with its session
//	partial  [0,1000) and [3000,3500) of 2000000 bytes; nothing was under way
//	paused   [0,1500) of 4000 bytes; its validator is a date
//	active   [0,2000) of 5000 bytes, under way; a redirect had led to mirror.test
//	failed   [0,1200) of 5000 bytes; the last attempt had failed
//	torn     all 700 bytes; its record was cut in half
//	newer    600 bytes; a version 2 of the format wrote its record
//
// Every later version must read it as this test says.
const cacheV1 = "testdata/cache-v1"

var cacheV1Sizes = map[string]int{
	"whole": 3000, "session": 2500, "partial": 2_000_000, "paused": 4000, "active": 5000, "failed": 5000, "torn": 700, "newer": 600,
}

// cacheV1Content returns the bytes of a file of the folder.
func cacheV1Content(key string) []byte {
	var b []byte
	for len(b) < cacheV1Sizes[key] {
		b = fmt.Appendf(b, "%s at %d\n", key, len(b))
	}
	return b[:cacheV1Sizes[key]]
}

// cacheV1Files returns the kinds of files that a folder has of each key: ".json"
// and ".data" beside each other, and marks.
func cacheV1Files(t *testing.T, dir string) map[string]string {
	t.Helper()
	kinds := make(map[string]string)
	for key := range cacheV1Sizes {
		name := fmt.Sprintf("%x", sha256.Sum256([]byte(key)))
		for _, path := range []string{name[:2] + "/" + name + ".json", name[:2] + "/" + name + ".data", "active/" + name, "session/" + name} {
			if _, err := os.Stat(filepath.Join(dir, path)); err != nil {
				continue
			}
			kind := filepath.Ext(path)
			if kind == "" {
				kind = " " + filepath.Dir(path)
			}
			kinds[key] += kind
		}
	}
	return kinds
}

// cacheV1Kinds is what cacheV1Files returns before anything opened the folder.
var cacheV1Kinds = map[string]string{
	"whole": ".json.data", "session": ".json.data session", "partial": ".json.data", "paused": ".json.data active",
	"active": ".json.data active", "failed": ".json.data active", "torn": ".json.data", "newer": ".json.data",
}

// copyCacheV1 returns a copy of the folder.
func copyCacheV1(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cache")
	if err := os.CopyFS(dir, os.DirFS(cacheV1)); err != nil {
		t.Fatal(err)
	}
	if got := cacheV1Files(t, dir); !maps.Equal(got, cacheV1Kinds) {
		t.Fatalf("the fixture has %v", got)
	}
	return dir
}

// A transportLog is a RoundTripper that notes what it is asked for. Without a
// network beyond it every request fails.
type transportLog struct {
	beyond http.RoundTripper

	mu    sync.Mutex
	asked []string // "host/path Range If-Range"
}

func (l *transportLog) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	l.asked = append(l.asked, r.URL.Host+r.URL.Path+" "+r.Header.Get("Range")+" "+r.Header.Get("If-Range"))
	l.mu.Unlock()
	if l.beyond == nil {
		return nil, errors.New("offline")
	}
	return l.beyond.RoundTrip(r)
}

// take returns what was asked for since the last call, sorted.
func (l *transportLog) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	asked := l.asked
	l.asked = nil
	slices.Sort(asked)
	return slices.Compact(asked)
}

func openCacheV1(t *testing.T, dir string, session bool, l *transportLog) *fetch.Store {
	t.Helper()
	s, err := fetch.Open(dir, fetch.Options{
		Transport: l,
		Session:   session,
		Logger:    slog.New(slog.DiscardHandler),
		Locate: func(_ context.Context, key string) (fetch.Location, error) {
			if known := key != "torn"; known && l.beyond != nil || key == "whole" || key == "session" {
				t.Errorf("the store does not know where %s is", key)
			}
			return fetch.Location{URL: "http://origin.test/" + key}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// wantBytes reads [from,to) of a file and compares it.
func wantBytes(t *testing.T, s *fetch.Store, key string, from, to int) {
	t.Helper()
	r := s.Download(fetch.Remote{Key: key, Size: -1}).NewReader()
	defer func() { _ = r.Close() }()
	got := make([]byte, to-from)
	if n, err := r.ReadAt(t.Context(), got, int64(from)); err != nil || !bytes.Equal(got, cacheV1Content(key)[from:to]) {
		t.Errorf("%s: read %d bytes at %d, %v: %.40q", key, n, from, err, got[:n])
	}
}

// TestCacheV1Offline opens the folder without a network: what it holds is there,
// and only the two downloads that were under way are asked for.
func TestCacheV1Offline(t *testing.T) {
	type status struct {
		state      fetch.State
		size, held int64
		url, typ   string
	}
	synctest.Test(t, func(t *testing.T) {
		dir, offline := copyCacheV1(t), &transportLog{}
		s := openCacheV1(t, dir, false, offline)
		for key, want := range map[string]status{
			"whole":   {fetch.Complete, 3000, 3000, "http://origin.test/whole", "audio/mpeg"},
			"session": {fetch.Complete, 2500, 2500, "http://origin.test/session", "audio/mpeg"},
			"partial": {fetch.Idle, 2_000_000, 1500, "http://origin.test/partial", "audio/mpeg"},
			"paused":  {fetch.Paused, 4000, 1500, "http://origin.test/paused", "audio/mpeg"},
			"active":  {fetch.Downloading, 5000, 2000, "http://origin.test/active", "audio/mpeg"},
			"failed":  {fetch.Downloading, 5000, 1200, "http://origin.test/failed", "audio/mpeg"},
			"torn":    {fetch.Idle, -1, 0, "", ""},
			"newer":   {fetch.Failed, -1, 0, "", ""},
		} {
			got := s.Download(fetch.Remote{Key: key, Size: -1}).Status()
			if (status{got.State, got.Size, got.Held, got.URL, got.Type}) != want {
				t.Errorf("%s: %+v, want %+v", key, got, want)
			}
			if errors.Is(got.Err, fetch.ErrTooNew) != (key == "newer") {
				t.Errorf("%s: %v", key, got.Err)
			}
		}
		if m := s.Download(fetch.Remote{Key: "whole", Size: -1}).Status().Modified; !m.Equal(time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)) {
			t.Errorf("modified %v", m)
		}
		wantBytes(t, s, "whole", 0, 3000)
		wantBytes(t, s, "session", 0, 2500)
		wantBytes(t, s, "paused", 0, 1500)
		wantActive(t, s, "active", "failed", "paused")
		want := maps.Clone(cacheV1Kinds)
		want["session"] = ".json.data" // a session that keeps its files takes it over
		delete(want, "torn")
		if got := cacheV1Files(t, dir); !maps.Equal(got, want) {
			t.Errorf("there are %v, want %v", got, want)
		}
		synctest.Wait()
		wantAsked(t, offline, `mirror.test/active bytes=2000-4999 "active-1"`, `origin.test/failed bytes=1200-4999 "failed-1"`)
	})
}

// wantActive checks which downloads Active returns.
func wantActive(t *testing.T, s *fetch.Store, keys ...string) {
	t.Helper()
	var got []string
	for _, d := range s.Active() {
		got = append(got, d.Key())
	}
	if !slices.Equal(got, keys) {
		t.Errorf("active are %q, want %q", got, keys)
	}
}

// wantAsked checks what the store has asked for since the last call.
func wantAsked(t *testing.T, l *transportLog, want ...string) {
	t.Helper()
	if got := l.take(); !slices.Equal(got, want) {
		t.Errorf("asked for %q, want %q", got, want)
	}
}

// TestCacheV1GoesOn opens the folder with a network that has the same versions
// of the files: what is held is not asked for again, and every byte is right.
func TestCacheV1GoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir, online := copyCacheV1(t), onlineCacheV1(t)
		s := openCacheV1(t, dir, false, online)
		time.Sleep(time.Minute)
		wantActive(t, s, "paused")
		wantAsked(t, online, `mirror.test/active bytes=2000-4999 "active-1"`, `origin.test/failed bytes=1200-4999 "failed-1"`)
		start(t, s, "partial")
		wantAsked(t, online, `origin.test/partial bytes=1000-2999 "partial-1"`, `origin.test/partial bytes=3500-1999999 "partial-1"`)
		start(t, s, "paused")
		wantAsked(t, online, `origin.test/paused bytes=1500-3999 Wed, 03 Feb 1999 04:05:06 GMT`)
		start(t, s, "torn")
		wantAsked(t, online, `origin.test/torn bytes=0- `)
		wantActive(t, s)
		for key := range cacheV1Sizes {
			if key != "newer" {
				wantBytes(t, s, key, 0, cacheV1Sizes[key])
			}
		}
		wantAsked(t, online)
	})
}

// onlineCacheV1 returns a network that has what the folder was fetched from.
func onlineCacheV1(t *testing.T) *transportLog {
	t.Helper()
	origin, target := fetchtest.NewLocal(t, "origin.test"), fetchtest.NewLocal(t, "mirror.test")
	for key := range cacheV1Sizes {
		file := fetchtest.File{Name: key, Content: fetchtest.Bytes(cacheV1Content(key)), Type: "audio/mpeg",
			ETag: `"` + key + `-1"`, Modified: time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)}
		if key == "paused" {
			file.ETag, file.NoETag, file.Modified = "", true, time.Date(1999, 2, 3, 4, 5, 6, 0, time.UTC)
		}
		origin.Put(file)
		target.Put(file)
	}
	return &transportLog{beyond: fetchtest.Network(origin, target)}
}

// start starts a download and waits until it is complete.
func start(t *testing.T, s *fetch.Store, key string) {
	t.Helper()
	d := s.Download(fetch.Remote{Key: key, Size: -1})
	if err := d.Control(t.Context(), fetch.Start); err != nil {
		t.Errorf("%s: %v", key, err)
	}
	time.Sleep(10 * time.Second)
	if now := d.Status(); now.State != fetch.Complete || now.Held != int64(cacheV1Sizes[key]) {
		t.Errorf("%s: %+v", key, now)
	}
}

// TestCacheV1Session opens the folder for a session that keeps nothing: the file
// of the earlier session goes with its mark, the others stay.
func TestCacheV1Session(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := copyCacheV1(t)
		s := openCacheV1(t, dir, true, &transportLog{})
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		want := maps.Clone(cacheV1Kinds)
		delete(want, "session")
		if got := cacheV1Files(t, dir); !maps.Equal(got, want) {
			t.Errorf("there are %v, want %v", got, want)
		}
	})
}

// TestCacheV1Listed lists and verifies the folder: only what is torn goes, and
// the rest stays as it was.
func TestCacheV1Listed(t *testing.T) {
	type entry struct {
		key        string
		state      fetch.State
		size, held int64
		damaged    bool
	}
	want := []entry{ // as their names sort
		{"", fetch.Idle, 0, 0, true},
		{"session", fetch.Complete, 2500, 2500, false},
		{"failed", fetch.Failed, 5000, 1200, false},
		{"whole", fetch.Complete, 3000, 3000, false},
		{"", fetch.Idle, 0, 0, false}, // newer
		{"active", fetch.Downloading, 5000, 2000, false},
		{"partial", fetch.Idle, 2_000_000, 1500, false},
		{"paused", fetch.Paused, 4000, 1500, false},
	}
	dir := copyCacheV1(t)
	check := func(how string, list []fetch.Entry, want []entry) {
		t.Helper()
		var got []entry
		for _, e := range list {
			got = append(got, entry{e.Key, e.State, e.Size, e.Held, e.Damaged()})
			if newer := errors.Is(e.Err, fetch.ErrTooNew); e.Err != nil && !e.Damaged() && !newer || e.Unproved || e.Used.IsZero() {
				t.Errorf("%s: %+v", how, e)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n%v, want\n%v", how, got, want)
		}
	}
	list, err := fetch.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	check("List", list, want)
	if got := cacheV1Files(t, dir); !maps.Equal(got, cacheV1Kinds) {
		t.Errorf("List left %v", got)
	}
	for _, want := range [][]entry{want, want[1:]} {
		var told []fetch.Entry
		if err := fetch.Verify(t.Context(), dir, func(e fetch.Entry) { told = append(told, e) }); err != nil {
			t.Fatal(err)
		}
		check("Verify", told, want)
	}
	left := maps.Clone(cacheV1Kinds)
	delete(left, "torn")
	if got := cacheV1Files(t, dir); !maps.Equal(got, left) {
		t.Errorf("Verify left %v", got)
	}
	wantUntouched(t, dir)
}

// wantUntouched checks that every record and every data file of a folder is as
// in the fixture.
func wantUntouched(t *testing.T, dir string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*.*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%q, %v", paths, err)
	}
	for _, path := range paths {
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			t.Fatal(err)
		}
		is, err := os.ReadFile(path)
		was, err2 := os.ReadFile(filepath.Join(cacheV1, rel))
		if err := errors.Join(err, err2); err != nil || !bytes.Equal(is, was) {
			t.Errorf("%s has changed: %v", rel, err)
		}
	}
}

// TestCacheV1Rotten changes a byte of a file that Verify can check by each kind
// of digest: Verify finds it, and drops that file only.
func TestCacheV1Rotten(t *testing.T) {
	for _, key := range []string{"whole", "session"} {
		dir := copyCacheV1(t)
		name := fmt.Sprintf("%x", sha256.Sum256([]byte(key)))
		b := cacheV1Content(key)
		b[1234] ^= 1
		if err := os.WriteFile(filepath.Join(dir, name[:2], name+".data"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		err := fetch.Verify(t.Context(), dir, func(e fetch.Entry) {
			if errors.Is(e.Err, fetch.ErrDigest) != (e.Key == key) {
				t.Errorf("%+v", e)
			}
		})
		want := maps.Clone(cacheV1Kinds)
		delete(want, "torn")
		delete(want, key)
		if got := cacheV1Files(t, dir); err != nil || !maps.Equal(got, want) {
			t.Errorf("%v, left are %v", err, got)
		}
	}
}
