package cached

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// The tracks of a listing that was kept before tracks had numbers have that of it.
func TestKeptWithoutNumbers(t *testing.T) {
	c := New(nil, Options{Dir: t.TempDir()})
	t.Cleanup(func() { _ = c.Close() })
	k := key{arg: "old"}
	old := catalog.Listing{Sequence: 7, Tracks: []catalog.Track{{ID: "a"}, {ID: "b", Listed: 6}}}
	if err := c.disk.save(k, record{Listing: old}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []uint64{7, 6} {
		if got := c.kept(k).listing.Tracks[i].Listed; got != want {
			t.Errorf("track %d: %d, want %d", i, got, want)
		}
	}
}

// TestCountGoesBack has a process begin with an older count than one before it, or with
// the same: what it lists counts as later than all that is stored, and its own listings
// keep their order when they are read back.
func TestCountGoesBack(t *testing.T) {
	for name, count := range map[string]func(before, last string) string{
		"older": func(before, _ string) string { return before },
		"the same": func(_, last string) string {
			n, _ := strconv.Atoi(strings.TrimSpace(last))
			return strconv.Itoa(n - 1)
		},
		"of a clock that was wrong": func(string, string) string { return "1" },
	} {
		t.Run(name, func(t *testing.T) {
			dir, s := t.TempDir(), &service{tracks: songs("1")}
			path := filepath.Join(dir, sequenceName)
			process := func(lists int, keys ...string) (c *Source, last uint64) {
				c = s.cached(t, Options{Dir: dir})
				for range lists {
					for _, k := range keys {
						l, err := c.Refresh(t.Context(), k)
						if err != nil || l.Sequence <= last || c.Recall(l.Sequence) != l.Sequence {
							t.Errorf("%s has number %d, after %d, which counts for %d, %v", k, l.Sequence, last, c.Recall(l.Sequence), err)
						}
						last = l.Sequence
					}
				}
				return c, last
			}
			read := func() string {
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				return string(text)
			}
			c, first := process(1, "x")
			c.Close()
			before := read()
			var elsewhere uint64
			for range 3 {
				c, elsewhere = process(5, "x", "y")
				c.Close()
			}
			if err := os.WriteFile(path, []byte(count(before, read())), 0o600); err != nil {
				t.Fatal(err)
			}
			c, _ = process(0)
			stored, err := c.Search(t.Context(), "y")
			if err != nil {
				t.Fatal(err)
			}
			now, err := c.Refresh(t.Context(), "z")
			if err != nil {
				t.Fatal(err)
			}
			highest := max(stored.Sequence, stored.Tracks[0].Listed, stored.Tracks[0].Refreshed, c.Recall(elsewhere), c.Recall(first))
			if now.Sequence <= highest {
				t.Errorf("number %d follows %d", now.Sequence, highest)
			}
		})
	}
}
