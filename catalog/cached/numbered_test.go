package cached

import (
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
