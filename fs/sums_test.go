package fs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

func TestSums(t *testing.T) {
	sha1, md5 := strings.Repeat("0a", 20), strings.Repeat("0b", 16)
	tracks := []*catalog.Track{
		{Name: "one.mp3", Digest: "sha1:" + sha1, Tags: catalog.Tags{MD5: md5}},
		{Name: "two.mp3"},
		{Name: `a\b.mp3`, Digest: "md5:" + md5},
		{Name: "cover.jpg", File: "cover.jpg", Digest: "sha1:" + sha1},
	}
	for kind, want := range map[string]string{
		catalog.SHA1: sha1 + "  one.mp3\n" + sha1 + "  cover.jpg\n",
		catalog.MD5:  md5 + "  one.mp3\n" + `\` + md5 + `  a\\b.mp3` + "\n",
	} {
		if got := string(sumsText(tracks, kind)); got != want || !hasSums(tracks, kind) {
			t.Errorf("%s: got\n%swant\n%s", kind, got, want)
		}
		if hasSums(tracks[1:2], kind) {
			t.Errorf("%s: a track without a digest has one", kind)
		}
	}
}

// What a catalog tells of a folder's tracks is read without asking anybody.
func TestAttributesCostNoRequest(t *testing.T) {
	need(t, "python3")
	const n = 1000
	w := newWorld(t, 1000)
	w.addFile(fetchtest.File{Name: "any.m4a", Content: fetchtest.Random(1, 1000)})
	var songs []song
	for i := range n {
		one := w.song(100+i, fmt.Sprintf("Song %d", i))
		one.URL = w.origin.URL("any.m4a")
		songs = append(songs, one)
	}
	w.service.respond("abba", songs...)
	w.mount()
	w.abba()
	calls := w.service.calls()
	// getfattr(1) would ask for sizes, too, which this catalog does not tell.
	w.expect(`python3 -c 'import os,sys
folder = os.scandir(sys.argv[1])
got = [{name: os.getxattr(f.path, name) for name in os.listxattr(f.path)} for f in folder]
print(len(got), {(a["user.tunesfs.album"], a["user.dublincore.creator"], a["user.tunesfs.disc"]) for a in got})' "$A"`,
		fmt.Sprint(n, " {(b'Waterloo', b'ABBA', b'1')}"))
	w.expect(`ls "$A/SHA1SUMS" 2>&1 | grep -c "No such file"`, "1") // which this catalog does not publish
	if asked := len(w.origin.Requests()); asked > 0 || w.service.calls() > calls {
		t.Errorf("%d requests for bytes, %d calls", asked, w.service.calls()-calls)
	}
}
