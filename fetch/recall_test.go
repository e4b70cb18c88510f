package fetch

import (
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// TestListingAfterCountWentBack lists a file in a process that numbers its listings from
// 5 on, although earlier ones have higher numbers in the record: what it lists counts.
func TestListingAfterCountWentBack(t *testing.T) {
	const size = 400_000
	for name, earlier := range map[string]func(f *fixture){
		"claimed": func(f *fixture) { f.whollyHeld(9) },
		"listed, and not asked for": func(f *fixture) {
			f.whollyHeld(9)
			f.listed("a", 10, 200_000, monday)
		},
		"denied": func(f *fixture) {
			f.whollyHeld(9)
			f.origin.Replace("a", fetchtest.Random(8, 200_000))
			d := f.listed("a", 10, 200_000, monday)
			f.validate(d)
			f.readAll("a")
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				earlier(f)
				f.opt.Recall = func(listing uint64) uint64 { return min(listing, 5) }
				f.reopen()
				f.origin.Replace("a", fetchtest.Random(9, size))
				d := f.listed("a", 6, size, monday.AddDate(0, 0, 1))
				if shown := d.Status().Size; shown != size {
					t.Errorf("%d bytes are shown", shown)
				}
				f.validate(d)
				f.readAll("a")
			}, file("a", 300_000))
		})
	}
}
