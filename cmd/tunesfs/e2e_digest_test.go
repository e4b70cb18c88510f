//go:build linux

package main

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// A catalog that publishes digests has them checked by the system's tools, and what it
// tells of a folder is read without a request.
func TestPublishedDigests(t *testing.T) {
	t.Parallel()
	needTools(t, "getfattr", "sha1sum", "md5sum")
	const n = 1000
	s, a := newSession(t), newArchive(t)
	one := a.file(t, "show", "d1/01 One.flac", fetchtest.Random(1, 3000))
	one["md5"], one["bitrate"], one["track"], one["disc"], one["genre"] = md5Of(t, fetchtest.Random(1, 3000)), "901.5", "1/12", "1", "Folk"
	two := a.file(t, "show", "d1/02 Two.flac", fetchtest.Random(2, 4000))
	delete(two, "sha1")
	two["md5"] = md5Of(t, fetchtest.Random(2, 4000))
	none := a.file(t, "show", "d1/03 Three.flac", fetchtest.Random(3, 5000))
	delete(none, "sha1")
	a.add("show", "Show", one, two, none, a.file(t, "show", "front.jpg", fetchtest.Random(4, 500)))
	var files []map[string]any
	for i := range n {
		f := a.file(t, "many", fmt.Sprintf("%04d.flac", i), fetchtest.Random(5, 10))
		f["bitrate"] = "900"
		files = append(files, f)
	}
	a.add("many", "Many", files...)
	a.add("bare", "Bare", none)
	s.mount(a.source())

	s.expect(`cd "$D/Many"; ls | wc -l; getfattr -d * | grep -c 'tunesfs.digest="sha1:\|tunesfs.album="Many"\|tunesfs.bitrate="900000"\|tunesfs.year="1974"'`,
		fmt.Sprintf("%d\n%d", n, 4*n))
	if asked := len(a.nodes[0].Requests()) + len(a.nodes[1].Requests()); asked > 0 {
		t.Errorf("the attributes cost %d requests", asked)
	}
	s.expect(`cd "$D/Show"; ls; for a in albumartist track disc genre bitrate digest; do getfattr --only-values -n user.tunesfs.$a 01*; echo; done
		sha1sum -c SHA1SUMS; md5sum -c MD5SUMS; cmp SHA1SUMS - <SHA1SUMS; stat -c "%F %y" SHA1SUMS; rm SHA1SUMS; ls SHA1SUMS
		! ls "$D/Bare/SHA1SUMS" 2>/dev/null || echo there; cp -r . "$T/copy"; ls "$T/copy" | grep -c SUMS || true`,
		"01 - One.flac\n02 - Two.flac\n03 - Three.flac\ncover.jpg\n"+artist+"\n1\n1\nFolk\n901500\nsha1:"+one["sha1"].(string)+
			"\n01 - One.flac: OK\ncover.jpg: OK\n01 - One.flac: OK\n02 - Two.flac: OK\n"+
			"regular file 1970-01-01 00:00:00.000000000 +0000\nSHA1SUMS\n0")
}

func md5Of(t *testing.T, content fetchtest.Content) string {
	t.Helper()
	data := make([]byte, content.Size())
	if _, err := content.ReadAt(data, 0); err != nil {
		t.Fatal(err)
	}
	sum := md5.Sum(data)
	return hex.EncodeToString(sum[:])
}
