package fs

import (
	"fmt"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// The size and the time of an open file are those of the version that it gives.
func TestHandleOfReplaced(t *testing.T) {
	need(t, "python3")
	for had, read := range map[string]string{"a part": `head -c 100000 "$M/a.mp3" >/dev/null`, "all": `cat "$M/a.mp3" >/dev/null`} {
		t.Run(had, func(t *testing.T) {
			w := newShelf(t)
			w.addFile(fetchtest.File{Name: "a.mp3", Content: fetchtest.Random(1, 300_000)})
			w.shelf.list("a.mp3", 300_000, firstTime)
			w.mount()
			w.sh(read)
			w.origin.Replace("a.mp3", fetchtest.Random(2, 450_000))
			w.shelf.list("a.mp3", 450_000, laterTime)
			// fstat(2) asks the mount once the attributes that the kernel keeps are out of date.
			const show = `python3 -c 'import os; s = os.fstat(3); print(s.st_size, int(s.st_mtime))'`
			w.expect(`exec 3<"$M/a.mp3"; cat <&3 | wc -c
				setfattr -n user.tunesfs.control -v refresh "$M"
				until [ "$(getfattr --absolute-names --only-values -n user.tunesfs.settled "$M")" = 1 ]; do sleep 0.01; done
				ls "$M" >/dev/null; stat -c '%s %Y' "$M/a.mp3"; sleep 1.1; `+show+`; cat "$M/a.mp3" | wc -c; sleep 1.1; `+show,
				fmt.Sprintf("300000\n450000 %d\n300000 %d\n450000\n300000 %d", laterTime.Unix(), firstTime.Unix(), firstTime.Unix()))
		})
	}
}
