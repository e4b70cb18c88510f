package fetch

import (
	"slices"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/internal/plan"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// TestOrderOfReadThatWaits has a read wait for bytes on both sides of the end of the only
// transfer of a file that is wanted whole: what comes next begins at that end, and not at
// the window behind the read.
func TestOrderOfReadThatWaits(t *testing.T) {
	bubble(t, func(f *fixture) {
		r := f.reader("a")
		d := r.d
		d.mu.Lock()
		defer d.mu.Unlock()
		d.content.validator.Size = 8 * mb
		d.content.held = ranges.Set{{Start: 0, End: mb}}
		d.state, d.wish = Downloading, wishCommand
		r.window = plan.Window{Next: 3 * mb, End: 4 * mb}
		w := &waiter{Range: ranges.Range{Start: mb, End: 3 * mb}, reader: r}
		d.waiters.add(w)
		d.transfers = transfers{{d: d, content: d.content, Range: ranges.Range{Start: mb, End: 2 * mb}}}
		if got := plan.Next(d.demandLocked()); len(got) > 0 {
			t.Errorf("while the transfer runs: %v", got)
		}
		d.transfers = nil
		d.content.held = ranges.Set{{Start: 0, End: 2 * mb}}
		if got, want := plan.Next(d.demandLocked()), []ranges.Range{{Start: 2 * mb, End: 8 * mb}}; !slices.Equal(got, want) {
			t.Errorf("when it has ended: %v, want %v", got, want)
		}
		d.waiters.remove(w)
		d.state, d.wish, d.content.held = Idle, 0, nil
	}, file("a", 8*mb))
}
