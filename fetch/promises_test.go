package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// The tests of this file check the numbers that README.md promises. They are
// literals here: a constant of the package that changes must fail a test.

// promised runs a test in a bubble, with a store whose options are the defaults.
func promised(t *testing.T, do func(t *testing.T, s *fetch.Store, o *fetchtest.Origin), files ...fetchtest.File) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := fetchtest.NewLocal(t, "origin.test", files...)
		s, err := fetch.Open(dir, fetch.Options{
			Transport: o.Transport(),
			Logger:    slog.New(slog.DiscardHandler),
			Locate: func(_ context.Context, key string) (fetch.Location, error) {
				return fetch.Location{URL: o.URL(key)}, nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}()
		do(t, s, o)
	})
}

func content(name string, size int64) fetchtest.File {
	return fetchtest.File{Name: name, Content: fetchtest.Random(uint64(size), size)}
}

// readIn reads the first bytes of a file in pieces of 16 KiB.
func readIn(t *testing.T, d *fetch.Download, o *fetchtest.Origin, bytes int64) {
	t.Helper()
	r := d.NewReader()
	defer func() { _ = r.Close() }()
	for off := int64(0); off < bytes; off += 16 << 10 {
		p := make([]byte, min(16<<10, bytes-off))
		if _, err := r.ReadAt(t.Context(), p, off); err != nil {
			t.Fatal(err)
		}
		if err := fetchtest.Check(o.Content(d.Key()), off, p); err != nil {
			t.Fatal(err)
		}
	}
}

// TestPromisedMeaning reads some of a file and closes it at once: less than three quarters
// leave no download behind.
func TestPromisedMeaning(t *testing.T) {
	for _, test := range []struct {
		size, read int64
		whole      bool
	}{
		{30 << 20, 256 << 10, false},
		{30 << 20, 1 << 20, false},
		{30 << 20, 7 << 20, false},
		{30 << 20, 22 << 20, false},
		{30 << 20, 22<<20 + 640<<10, true},
		{6 << 20, 4 << 20, false},
		{6 << 20, 4<<20 + 640<<10, true},
		{1 << 20, 1, false},
		{2 << 20, 256 << 10, false},
		{2 << 20, 1<<20 + 640<<10, true},
	} {
		t.Run(fmt.Sprintf("%d of %d bytes", test.read, test.size), func(t *testing.T) {
			promised(t, func(t *testing.T, s *fetch.Store, o *fetchtest.Origin) {
				d := s.Download(fetch.Remote{Key: "a", Size: -1})
				if _, err := d.Size(t.Context()); err != nil {
					t.Fatal(err)
				}
				o.SetLink(fetchtest.Link{RTT: time.Millisecond, TotalRate: 10_000_000})
				readIn(t, d, o, test.read)
				time.Sleep(10 * time.Minute)
				want := fetch.Idle
				if test.whole {
					want = fetch.Complete
				}
				if now := d.Status(); now.State != want || (now.Held == test.size) != test.whole {
					t.Errorf("%+v", now)
				}
			}, content("a", test.size))
		})
	}
}

// TestPromisedPatience has a server be silent, or busy: a read fails after 60
// seconds without a byte, or 10 minutes that the server wanted for itself.
func TestPromisedPatience(t *testing.T) {
	for name, test := range map[string]struct {
		fault       fetchtest.Fault
		least, most time.Duration
	}{
		"silent": {fetchtest.StallAfter(fetchtest.BeforeHead), 58 * time.Second, 62 * time.Second},
		"broken": {fetchtest.Status(500), 45 * time.Second, 62 * time.Second}, // it does not begin to wait for too long
		"busy":   {fetchtest.RetryAfter(503, 60*time.Second), 10 * time.Minute, 10*time.Minute + time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			promised(t, func(t *testing.T, s *fetch.Store, o *fetchtest.Origin) {
				o.Fault(fetchtest.Always, test.fault)
				r := s.Download(fetch.Remote{Key: "a", Size: -1}).NewReader()
				defer func() { _ = r.Close() }()
				began := time.Now()
				_, err := r.ReadAt(t.Context(), make([]byte, 10), 0)
				if took := time.Since(began); !errors.Is(err, fetch.ErrTimeout) || took < test.least || took > test.most {
					t.Errorf("%v after %v", err, took)
				}
			}, content("a", 30<<20))
		})
	}
}

// TestPromisedConnections starts more downloads than one host gets connections:
// it gets 16.
func TestPromisedConnections(t *testing.T) {
	var files []fetchtest.File
	for i := range 40 {
		files = append(files, content(fmt.Sprint("file", i), 2<<20))
	}
	promised(t, func(t *testing.T, s *fetch.Store, o *fetchtest.Origin) {
		o.SetLink(fetchtest.Link{RTT: 10 * time.Millisecond, ConnRate: 1 << 20})
		respond := make(chan struct{})
		o.Fault(fetchtest.Always, fetchtest.HoldAt(fetchtest.BeforeHead, respond))
		for _, file := range files {
			if err := s.Download(fetch.Remote{Key: file.Name, Size: -1}).Control(t.Context(), fetch.Start); err != nil {
				t.Error(err)
			}
		}
		time.Sleep(10 * time.Second)
		if stats := o.Stats(); stats.Requests != 16 {
			t.Errorf("%d requests at once, want 16", stats.Requests)
		}
		close(respond)
		time.Sleep(time.Minute)
		for _, file := range files {
			if now := s.Download(fetch.Remote{Key: file.Name, Size: -1}).Status(); now.State != fetch.Complete {
				t.Errorf("%+v", now)
			}
		}
	}, files...)
}
