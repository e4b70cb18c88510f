package fs

import (
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fs/internal/listing"
)

// How long things last is no accident: tests that hold back an answer stretch
// some of it.
func TestTimeouts(t *testing.T) {
	f, err := New(Config{StateDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for what, got := range map[string][2]time.Duration{
		"a name waits for its folder's first listing": {f.firstListing, 10 * time.Second},
		"a name in the root waits for the top":        {f.topListing, time.Second},
		"an open waits for a newer listing":           {listing.RefreshTimeout, 250 * time.Millisecond},
		"the kernel keeps names":                      {entryTimeout, time.Hour},
		"the kernel keeps what changes by itself":     {attrTimeout, time.Second},
		"Unmount waits for the last users":            {lastUsersTimeout, 500 * time.Millisecond},
		"an open that gave ESTALE is recent":          {staleFor, time.Second},
	} {
		if got[0] != got[1] {
			t.Errorf("%s for %v, want %v", what, got[0], got[1])
		}
	}
}
