package fs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fs/internal/listing"
)

// putFolder publishes a page that lists a folder of the origin.
func (w *world) putFolder(name string, entries ...string) {
	var page strings.Builder
	page.WriteString("<html><head><title>Index of /</title></head><body><pre><a href=\"../\">../</a>\n")
	for _, e := range entries {
		fmt.Fprintf(&page, "<a href=%q>%s</a> 31-Dec-1999 12:00 -\n", e, e)
	}
	page.WriteString("</pre></body></html>\n")
	w.addFile(fetchtest.File{Name: name, Content: fetchtest.Bytes([]byte(page.String())), Type: "text/html"})
}

// withFolders returns a mounted catalog with two folders, in which one page is
// not answered until release is called. What waits for it waits until then, so
// that what ends before has waited for nothing.
func withFolders(t *testing.T, hangs string) (w *world, release func()) {
	t.Helper()
	w = newWorld(t, 300_000)
	w.index, w.patient, w.topLate = true, true, hangs != ""
	w.putFolder("", "Fine/", "Slow/")
	w.putFolder("Fine/", "one.m4a")
	w.putFolder("Slow/", "two.m4a", "Sub/")
	w.putFolder("Slow/Sub/", "three.m4a")
	for _, name := range []string{"Fine/one", "Slow/two", "Slow/Sub/three"} {
		w.addFile(fetchtest.File{Name: name + ".m4a", Content: fetchtest.Random(7, 300_000)})
	}
	gate := make(chan struct{})
	w.origin.Fault(fetchtest.Of(hangs), func(a *fetchtest.Response) { a.Hold, a.HoldAt = gate, fetchtest.BeforeHead })
	w.mount()
	return w, func() {
		w.origin.Heal()
		close(gate)
	}
}

// A folder of the catalog that hangs stalls no other, and what waits in it
// goes on when it is listed.
func TestHangingCatalogFolder(t *testing.T) {
	need(t, "setfattr", "getfattr", "bash")
	w, release := withFolders(t, "Slow/")
	w.expect(`ls "$M" "$M/Fine"; cat "$M/Fine/one.m4a" | wc -c`, w.mnt+":\nFine\nSlow\n\n"+w.mnt+"/Fine:\none.m4a\n300000")
	asks := map[string]string{ // and what they print in the end; - is anything
		`cat "$M/Slow/two.m4a" | wc -c`:                                                         "300000",
		`cat "$M/Slow/Sub/three.m4a" | wc -c`:                                                   "300000",
		`stat -c %s "$M/Slow/two.m4a"`:                                                          "300000",
		`stat -c %F "$M/Slow/Sub"`:                                                              "directory",
		`cd "$M/Slow/Sub" && ls | grep -v 4a[.]`:                                                "three.m4a", // it may be downloading by now
		`ls "$M/Slow"`:                                                                          "-",
		`test -e "$M/Slow/x"; echo $?`:                                                          "1",
		`echo >"$M/Slow/two.m4a.resume"; echo $?`:                                               "0",
		`setfattr -n user.tunesfs.control -v resume "$M/Slow/two.m4a"; echo $?`:                 "0",
		`setfattr -n user.tunesfs.control -v resume "$M/Slow"; echo $?`:                         "0",
		`getfattr --absolute-names --only-values -n user.tunesfs.state "$M/Slow/Sub/three.m4a"`: "-",
		`bash -c 'compgen -f "$M/Slow/"'`:                                                       "-",
		`find "$M/Slow" | wc -l`:                                                                "-",
		`rm "$M/Slow/nothing"`:                                                                  "-",
		`mkdir "$M/Slow/new"`:                                                                   "-",
		`mv "$M/Slow/x" "$M/Slow/Sub/y"`:                                                        "-",
	}
	ends := map[string]func() string{}
	for ask := range asks {
		ends[ask] = w.start(ask)
		w.goesOn()
	}
	release()
	for ask, end := range ends {
		if got := end(); asks[ask] != "-" && got != asks[ask] {
			t.Errorf("%s\nprints\n%s\nwant\n%s", ask, got, asks[ask])
		}
	}
}

// goesOn uses the rest of a mount in which a folder hangs.
func (w *world) goesOn() {
	w.t.Helper()
	w.expect(`ls "$M" "$M/Fine" >/dev/null; cat "$M/Fine/one.m4a" | wc -c; mkdir "$M/q" && rmdir "$M/q"; rmdir "$M/none" 2>/dev/null; echo $?`, "300000\n1")
}

// A path through folders of which none was listed leads to its end, however
// slowly each is listed.
func TestSlowPath(t *testing.T) {
	need(t, "setfattr", "getfattr")
	for what, do := range map[string]string{
		"a file is read":         `cat "$M/Slow/Sub/three.m4a" | wc -c`,
		"and by way of a search": `mkdir "$M/slow"; cat "$M/slow/Slow/Sub/three.m4a" | wc -c`,
		"one is looked at":       `stat -c %s "$M/Slow/Sub/three.m4a"`,
		"one is told to come": `f="$M/Slow/Sub/three.m4a"; setfattr -n user.tunesfs.control -v start "$f"
			getfattr --absolute-names --only-values -n user.tunesfs.size "$f"`,
	} {
		t.Run(what, func(t *testing.T) {
			w, release := withFolders(t, "none")
			defer release()
			w.origin.Fault(fetchtest.Of("", "Slow/", "Slow/Sub/"), fetchtest.Delay(2*listing.RefreshTimeout))
			w.expect(do, "300000")
		})
	}
}

// An open by way of a folder that was not listed opens a file of another size than the
// listing tells: the kernel looks a path up again once only, and has done so by then.
func TestSlowPathToAnotherSize(t *testing.T) {
	w, release := withFolders(t, "none")
	defer release()
	w.addFile(fetchtest.File{Name: "Slow/", Type: "text/html", Content: fetchtest.Bytes(
		[]byte("<html><head><title>Index of /Slow/</title></head><body><pre><a href=\"two.m4a\">two.m4a</a> 31-Dec-1999 12:00 400000\n</pre></body></html>\n"))})
	w.origin.Fault(fetchtest.Of("Slow/"), fetchtest.Delay(2*listing.RefreshTimeout))
	w.expect(`cat "$M/Slow/two.m4a" | wc -c`, "300000")
}

// To remove a folder that hangs stalls nobody either.
func TestRemovingAFolderThatHangs(t *testing.T) {
	w, release := withFolders(t, "Slow/")
	w.expect(`ls "$M"`, "Fine\nSlow")
	var ends []func() string
	for _, ask := range []string{`rmdir "$M/Slow/Sub"`, `rmdir "$M/Slow"`, `rm -rf "$M/Slow"`} {
		ends = append(ends, w.start(ask))
		w.goesOn()
	}
	release()
	for _, end := range ends {
		end()
	}
	w.expect(`ls "$M"`, "Fine")
}

// Where the catalog's own top hangs, searches are made and removed.
func TestHangingTop(t *testing.T) {
	w, release := withFolders(t, "")
	defer release()
	top := w.start(`ls "$M"`)
	w.run([]step{
		{what: "a search is made", script: `mkdir "$M/q"; stat -c %F "$M/q"`, prints: "directory"},
		{what: "a name that may be there or not", script: `cat "$M/Fine/one.m4a"`, fails: "No such file"},
		{what: "as often as one likes", script: `for i in 1 2 3 4 5 6 7 8; do mkdir "$M/$i" && rmdir "$M/$i"; done; cat "$M/.tunesfs/downloads"`},
		{what: "and removed", script: `rmdir "$M/q"`},
	})
	w.unmount()
	top()
}
