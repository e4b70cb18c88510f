package fs

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// TestCopiedRowIsTheNewest has a view be dropped again and again while listings bring
// newer rows of a track: the track never shows the row of an earlier one.
func TestCopiedRowIsTheNewest(t *testing.T) {
	const listings = 500_000
	n := &trackNode{}
	n.row.Store(&catalog.Track{})
	var done atomic.Bool
	var copying sync.WaitGroup
	copying.Go(func() {
		for !done.Load() {
			n.copyRow()
		}
	})
	for size := range int64(listings) {
		if got := n.row.Load().Size; got != max(size-1, 0) {
			t.Errorf("the row is of listing %d, want %d", got, size-1)
			break
		}
		n.row.Store(&catalog.Track{Size: size})
	}
	done.Store(true)
	copying.Wait()
}
