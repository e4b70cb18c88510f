package fs

import (
	"fmt"
	"math"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// The size and the time of an open file are those of the version that it gives.
func TestHandleOfReplaced(t *testing.T) {
	need(t, "python3")
	w := newShelf(t)
	w.addFile(fetchtest.File{Name: "a.mp3", Content: fetchtest.Random(1, 300_000)})
	w.shelf.list("a.mp3", 300_000, firstTime)
	w.mount()
	w.sh(`cat "$M/a.mp3" >/dev/null`)
	w.awaitKey("a.mp3", fetch.Complete)
	w.origin.Replace("a.mp3", fetchtest.Random(2, 450_000))
	w.shelf.list("a.mp3", 450_000, laterTime)
	// fstat(2) asks the mount once the attributes that the kernel keeps are out of date.
	const show = `sleep 1.1; python3 -c 'import os; s = os.fstat(3); print(s.st_size, int(s.st_mtime))'`
	w.expect(`exec 3<"$M/a.mp3"; cat <&3 | wc -c
		setfattr -n user.tunesfs.control -v refresh "$M"
		until [ "$(getfattr --absolute-names --only-values -n user.tunesfs.settled "$M")" = 1 ]; do sleep 0.01; done
		ls "$M" >/dev/null; stat -c '%s %Y' "$M/a.mp3"; `+show+`; cat "$M/a.mp3" | wc -c; `+show,
		fmt.Sprintf("300000\n450000 %d\n300000 %d\n450000\n300000 %d", laterTime.Unix(), firstTime.Unix(), firstTime.Unix()))
}

// A track is shown as the newest listing tells, though the folder looked at has an older one.
func TestLaterListingElsewhere(t *testing.T) {
	w := newShelf(t)
	w.addFile(fetchtest.File{Name: "a.mp3", Content: fetchtest.Random(1, 300_000)})
	w.shelf.list("a.mp3", 300_000, firstTime)
	w.mount()
	w.fs.changed.Put("a.mp3", fetch.Remote{Key: "a.mp3", Size: 450_000, Modified: laterTime, Listing: math.MaxUint64})
	w.expect(`stat -c '%s %Y' "$M/a.mp3"`, fmt.Sprint(450_000, " ", laterTime.Unix()))
}

func TestChanged(t *testing.T) {
	before := catalog.Track{Size: 5, Digest: "md5:0", Modified: firstTime, URL: "a"}
	for name, c := range map[string]struct {
		now  catalog.Track
		want bool
	}{
		"another size":    {catalog.Track{Size: 6, Digest: "md5:0", Modified: firstTime, URL: "a"}, true},
		"another digest":  {catalog.Track{Size: 5, Digest: "md5:1", Modified: firstTime, URL: "a"}, true},
		"another time":    {catalog.Track{Size: 5, Digest: "md5:0", Modified: laterTime, URL: "a"}, true},
		"another address": {catalog.Track{Size: 5, Digest: "md5:0", Modified: firstTime, URL: "b"}, false},
	} {
		if got := changed(&before, &c.now); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if changed(nil, &before) {
		t.Error("a new track has changed")
	}
}
