package fs

import (
	"fmt"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// A stat that waits for a size that only the end of the file tells shows the version that
// it waited for in the end: its time, too, where another took the place of the first.
func TestSizeOfAnotherVersion(t *testing.T) {
	for _, size := range []int64{400_000, 300_000} {
		w := newShelf(t)
		file := fetchtest.File{Name: "a.mp3", Content: fetchtest.Random(1, 300_000), Modified: firstTime, NoLength: true, NoRanges: true}
		w.addFile(file)
		w.shelf.list("a.mp3", 0, firstTime)
		gate := make(chan struct{})
		w.origin.Fault(fetchtest.Always, fetchtest.HoldAt(1000, gate))
		w.mount()
		w.sh(`ls "$M" >/dev/null`)
		before := w.origin.Stats().Requests
		stat := w.start(`stat -c '%s %Y' "$M/a.mp3"`)
		w.must(w.origin.WaitRequests(w.ctx(), before+1))
		w.origin.Heal()
		file.Content, file.Modified = fetchtest.Random(2, size), laterTime
		w.addFile(file)
		w.shelf.list("a.mp3", 0, laterTime)
		w.refresh()
		want := fmt.Sprint(size, " ", laterTime.Unix())
		if got := stat(); got != want {
			t.Errorf("stat: %q, want %q", got, want)
		}
		w.expect(`stat -c '%s %Y' "$M/a.mp3"`, want)
		w.unmount()
		close(gate)
	}
}
