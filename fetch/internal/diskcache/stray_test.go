package diskcache

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// TestStraysInUse has a scan find generations of an entry that a download has already: a
// killed process left them, or they came back with a folder. What the entry does not know
// goes, for no eviction would drop it; what is left counts.
func TestStraysInUse(t *testing.T) {
	for name, c := range map[string]struct {
		recorded bool              // a generation has a record when the download begins
		then     func(*Entry)      // what happens between that and the scan
		left     int               // generations
		held     func(int64) int64 // bytes that count, by those of a generation
	}{
		"killed before its first record": {false, func(*Entry) {}, 0, none},
		"killed after a change":          {true, func(*Entry) {}, 1, one},
		"its folder came back":           {true, forgetDiscarded, 0, none},
		"its record cannot be read":      {true, unread, 2, func(n int64) int64 { return 2 * n }},
	} {
		t.Run(name, func(t *testing.T) {
			const size = 1 << 16
			d := openDir(t, Options{}, NameOf("a"))
			before := d.Entry(NameOf("a"))
			fill(t, before.File(), strings.Repeat("x", size))
			if c.recorded {
				before.Lock()
				r := heldRecord(size)
				r.File.Size = size
				if err := before.SaveLocked(r, before.current); err != nil {
					t.Fatal(err)
				}
				before.Unlock()
				writeData(t, before.DataPath("01234567"), size)
			}
			d.usage = newUsage() // of another process
			e := d.Entry(before.Name)
			d.opt.Loaded = func(string) *Entry { return e }
			if _, err := e.Load("a"); c.recorded == errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
			c.then(e)
			d.Scan(t.Context())
			left, err := e.dataPaths()
			if err != nil || len(left) != c.left {
				t.Errorf("there are %q, %v", left, err)
			}
			if c.left == 1 && !slices.Contains(left, e.current.path()) {
				t.Errorf("there is %q, not the current one", left)
			}
			if n := d.Held(); n < c.held(size) || n > c.held(size)+blockSlack {
				t.Errorf("%d bytes count of %d", n, c.held(size))
			}
			if r, err := ReadRecord(e.RecordPath()); err == nil && r.Data != e.current.generation && c.left < 2 {
				t.Errorf("a record names what is gone: %+v", r)
			}
		})
	}
}

func none(int64) int64  { return 0 }
func one(n int64) int64 { return n }

// forgetDiscarded discards all as DropLocked does while the folder is taken away.
func forgetDiscarded(e *Entry) {
	e.Lock()
	defer e.Unlock()
	e.DiscardLocked()
	e.discarded = nil
}

// unread has the entry know nothing, as where its record could not be read.
func unread(e *Entry) {
	e.loaded = false
	e.dir.usage.forget()
}

func writeData(t *testing.T, path string, size int) {
	t.Helper()
	if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestUnrecordedMiddle has a process be killed before it recorded what it wrote in front
// of bytes that it had recorded. What is on disk counts, and counts once when it is
// fetched again.
func TestUnrecordedMiddle(t *testing.T) {
	const all, tail = 1 << 20, 16 << 10
	for name, scanned := range map[string]bool{"the scan comes first": true, "the download comes first": false} {
		t.Run(name, func(t *testing.T) {
			d := openDir(t, Options{})
			e := d.Entry(NameOf("a"))
			fill(t, e.File(), strings.Repeat("x", all))
			r := heldRecord(0)
			r.File.Size, r.Held = all, ranges.Set{{Start: all - tail, End: all}}
			e.Lock()
			if err := e.SaveLocked(r, e.current); err != nil {
				t.Fatal(err)
			}
			e.Unlock()
			d.usage = newUsage() // of another process
			if scanned {
				d.Scan(t.Context())
			}
			again := d.Entry(e.Name)
			if _, err := again.Load("a"); err != nil {
				t.Fatal(err)
			}
			for step, n := range []int64{0, all / 4, all - tail - all/4} {
				again.Grow(n, r.Used)
				if held := d.Held(); held < all || held > all+blockSlack {
					t.Errorf("step %d: %d bytes count of %d", step, held, all)
				}
			}
		})
	}
}
