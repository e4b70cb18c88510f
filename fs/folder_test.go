package fs

import "testing"

// A program that has looked at a folder before it was listed for the first time
// does not take it for one that was written to meanwhile: tar compares times of
// change.
func TestListingIsNoChange(t *testing.T) {
	w := newWorld(t, 1000)
	release := w.service.hold("abba")
	defer release()
	w.mount()
	before := w.sh(`mkdir "$A"; stat --cached=never -c %z "$A"`)
	release()
	w.expect(`ls "$A" | wc -l; stat --cached=never -c %z "$A"`, "3\n"+before)
}
