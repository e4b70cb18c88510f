package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/diskcache"
)

// recordBytes returns how many bytes the records below a folder have.
func recordBytes(t *testing.T, dir string) (n int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".json") {
			return err
		}
		info, err := e.Info()
		if err == nil {
			n += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// heap returns the bytes of memory that are in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestLongFieldsOfManyTracks reads 100 tracks of a server that sends each with an
// ETag, a media type and a date of 20 KB: neither the records nor what is kept in
// memory have them.
func TestLongFieldsOfManyTracks(t *testing.T) {
	const tracks, long, size = 100, 20 << 10, 1000
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h["ETag"] = []string{`"` + r.URL.Path + strings.Repeat("x", long) + `"`}
		h.Set("Content-Type", "audio/mpeg; x="+strings.Repeat("x", long))
		h.Set("Last-Modified", "Sun, 06 Nov 1994 08:49:37."+strings.Repeat("0", long)+" GMT")
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(strings.Repeat("x", size)))
	}))
	defer server.Close()
	f := newFixture(t, fetchtest.New(t))
	f.opt.Transport = nil // the store's own
	f.opt.Locate = func(_ context.Context, key string) (Location, error) {
		return Location{URL: server.URL + "/" + key}, nil
	}
	f.reopen()
	before := heap()
	var all []*Download
	for i := range tracks {
		d := f.download(fmt.Sprint("track", i))
		r := d.NewReader()
		if _, err := r.ReadAt(t.Context(), make([]byte, size), 0); err != nil {
			t.Fatal(err)
		}
		f.untilState(d, Complete)
		_ = r.Close()
		all = append(all, d)
	}
	if grown := heap() - before; grown > tracks*long {
		t.Errorf("%d bytes of memory for %d tracks", grown, tracks)
	}
	runtime.KeepAlive(all)
	f.close()
	if records := recordBytes(t, f.dir); records == 0 || records > tracks*2<<10 {
		t.Errorf("%d bytes of records of %d tracks", records, tracks)
	}
	f.open()
}

// TestHeadOfManyBytes has a server send heads of more than 64 KiB: they are no
// response.
func TestHeadOfManyBytes(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for i := range 9 {
			w.Header().Set(fmt.Sprint("X-", i), strings.Repeat("x", 8<<10))
		}
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader("0123456789"))
	}))
	defer server.Close()
	f := newFixture(t, fetchtest.New(t))
	f.opt.Transport, f.opt.Dial = nil, func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
	f.opt.Locate = func(context.Context, string) (Location, error) { return Location{URL: server.URL + "/a"}, nil }
	f.reopen()
	if _, err := f.reader("a").ReadAt(t.Context(), make([]byte, 10), 0); !errors.Is(err, ErrBadResponse) {
		t.Errorf("a head of 72 KiB: %v", err)
	}
}

// TestRecordsCountInTheQuota reads more small tracks than a cache has room for: data
// and records together stay within it.
func TestRecordsCountInTheQuota(t *testing.T) {
	const size, quota = 4 << 10, 400 << 10
	bubble(t, func(f *fixture) {
		f.opt.MaxBytes, f.opt.Connections = quota, 1
		f.reopen()
		for i := range 2 * quota / size {
			name := fmt.Sprint("small", i)
			f.origin.Put(fetchtest.File{Name: name, Content: fetchtest.Random(uint64(i), size)})
			f.readAll(name)
			f.untilState(f.download(name), Complete)
			time.Sleep(time.Second) // until it is recorded
		}
		f.close()
		var files int64
		entries, err := List(f.dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			files += e.Held + diskcache.RecordBlock
		}
		if files == 0 || files > quota+2*(size+diskcache.RecordBlock) {
			t.Errorf("%d entries take %d bytes of %d", len(entries), files, quota)
		}
		f.open()
	})
}
