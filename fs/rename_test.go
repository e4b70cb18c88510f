package fs

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/durable"
	"github.com/tunesfs/tunesfs/internal/xattrs"
)

// renames are attempts to rename the search for abba, beside one for queen.
var renames = map[string][]string{
	"to a name that is free":             {"free"},
	"with RENAME_NOREPLACE":              {"free", "RENAME_NOREPLACE"},
	"to its own name":                    {"abba"},
	"to the name of another search":      {"queen"},
	"to its own name in another form":    {"a\u030abba"},
	"to a name with a dot at its start":  {".git"},
	"to a name with a control character": {"a\nb"},
	"to a name of more than 255 bytes":   {strings.Repeat("x", 256)},
	"with RENAME_EXCHANGE":               {"queen", "RENAME_EXCHANGE"},
	"into another search":                {"queen/abba"},
	"to `.tunesfs`":                      {".tunesfs"},
	"with a track that is paused":        {"free"},

	"with a track that is paused, and that another search has": {"free"},
}

// testRenames makes each attempt with new searches.
func testRenames(t *testing.T, table table) {
	w := newWorld(t, trialSize)
	w.service.respond("\u00e5bba", w.song(3, "SOS"))
	w.service.respond("all", w.song(3, "SOS"))
	w.origin.Fault(fetchtest.Of("SOS.m4a"), fetchtest.HoldAt(fetchtest.BeforeHead, w.never()))
	w.mount()
	eachRow(t, table, renames, func(t *testing.T, call []string, want string) {
		from := "abba"
		if strings.HasSuffix(call[0], "\u030abba") {
			from = "\u00e5bba"
		}
		w.sh(`mkdir "$M/` + from + `" "$M/queen"; ls "$M"/* >/dev/null`)
		if strings.HasSuffix(t.Name(), "another_search_has") {
			w.sh(`mkdir "$M/all"; ls "$M/all" >/dev/null`)
		}
		if strings.Contains(t.Name(), "paused") {
			w.tries(self, "setxattr", sosPath, xattrs.Control, "start")
			w.tries(self, "setxattr", sosPath, xattrs.Control, "pause")
		}
		if got := w.tries(self, "renameTo", from, call...); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		w.sh(`rm -rf "$M"/*; test -z "$(ls -A "$M")"`)
	})
}

// TestRenamedSearch renames searches as file managers do, and looks at all that shows them.
func TestRenamedSearch(t *testing.T) {
	need(t, "mv", "getfattr")
	w := newWorld(t, 1000)
	w.addFile(fetchtest.File{Name: "Ring Ring.m4a", Content: fetchtest.Random(4, 1000)})
	w.service.respond("ring", w.song(4, "Ring Ring"))
	w.mount()
	w.abba()
	w.expect(`I=$(stat -c %i "$A"); cat "$A"/*SOS.m4a | wc -c; rm "$A"/*Queen.m4a
		mv "$A" "$M/ring" && ls "$M" && ls "$M/ring" && test $I = $(stat -c %i "$M/ring") && cat "$M"/ring/*.m4a | wc -c`,
		"1000\nring\nABBA - Ring Ring.m4a\n1000")
	w.fails(`cat "$M/ring/ABBA - SOS.m4a"`, "No such file")
	w.fails(`ls "$A"`, "No such file")
	w.expect(`tail -1 "$M/ring/playlist.m3u8"; ! getfattr -n user.tunesfs.error "$M/ring" 2>/dev/null`, "ABBA - Ring Ring.m4a")
	// The old name is free. Two folders never have one inode number: du(1) counts it once.
	w.expect(`mkdir "$A" && ls "$A" | wc -l && stat -c %i "$M"/* | sort -u | wc -l; find "$M" -type f | wc -l`, "3\n2\n4")
	// Back and forth, as often as one likes.
	w.expect(`rmdir "$A"; for i in 1 2 3; do mv "$M/ring" "$A" && ls "$A" | wc -l && mv "$A" "$M/ring" && ls "$M/ring" | wc -l; done | tr '\n' ' '`, "3 1 3 1 3 1 ")
	w.unmount()
	w.mount()
	w.expect(`ls -A "$M"; ls "$M/ring"`, "ring\nABBA - Ring Ring.m4a")
}

// A program whose working folder is renamed goes on in it, and one that waits for the
// listing of the old name gets that of the new one.
func TestRenameUnderUse(t *testing.T) {
	w := newWorld(t, 1000)
	release := w.service.hold("new folder")
	defer release()
	w.mount()
	w.sh(`mkdir "$M/new folder"`)
	<-w.service.arrived
	waiting := w.talk(`cd "$M/new folder" && echo there && ls && pwd -P`)
	waiting.await("there") // it lists the folder before or after the rename
	w.sh(`mv "$M/new folder" "$A"`)
	if got, want := waiting.end(), "there\n"+abbaFolder+"\n"+w.mnt+"/abba\n"; got != want {
		t.Errorf("it lists\n%s\nwant\n%s", got, want)
	}
	release()
	w.expect(`cd "$A" && mv ../abba ../none && ls -A && mkdir ../abba && ls -A && ls ../abba`, abbaFolder)
}

// What is removed from a search while the kernel waits for its rename is removed from no
// later search; if the rename fails, it stays removed, as all that was removed before.
func TestRemovalDuringRename(t *testing.T) {
	for name, failure := range map[string]error{"succeeds": nil, "fails": syscall.ENOSPC} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1000)
			w.mount()
			w.abba()
			w.sh(`rm "$A"/*Queen.m4a`)
			w.must(w.fs.saved.flush())
			var once sync.Once
			writes, goOn := make(chan struct{}), make(chan struct{})
			w.fs.saved.mu.Lock() // which is held before each write
			w.fs.saved.files.Hook = func(durable.Step) (err error) {
				once.Do(func() { close(writes); <-goOn; err = failure })
				return err
			}
			w.fs.saved.mu.Unlock()
			inside := w.talk(`cd "$A"; echo inside; read -r line; rm -f *SOS.m4a; echo $?`)
			inside.await("inside")
			renamed := w.start(`mv "$A" "$M/queen" 2>/dev/null; echo $?`)
			<-writes
			if got := inside.end(); got != "inside\n0\n" {
				t.Errorf("rm: %s", got)
			}
			close(goOn)
			if failure == nil {
				if got := renamed(); got != "0" {
					t.Errorf("mv: %s", got)
				}
				w.expect(`mkdir "$A"; ls "$A"; ls "$M"`, abbaFolder+"\nabba\nqueen")
				return
			}
			if got := renamed(); got != "1" {
				t.Errorf("mv: %s", got)
			}
			w.expect(`ls "$A"`, "ABBA - Waterloo.m4a")
			w.unmount()
			w.mount()
			w.expect(`ls "$A"`, "ABBA - Waterloo.m4a")
		})
	}
}

// A listing from before a rename removes nothing from what the folder lists after it.
func TestRemovalByAnOlderListing(t *testing.T) {
	w := mounted(t, 1000)
	w.abba()
	s := w.fs.tree.search("abba")
	before := s.renameCount()
	w.sh(`mv "$A" "$M/free"`)
	if s.hide("1", before) || len(w.fs.saved.hidden(s.key())) > 0 {
		t.Error("it is hidden in the folder's new listing")
	}
}

// wide is a service whose root has a number of folders and one more, "last", which has the
// track that any search finds.
type wide struct {
	twice
	folders int
}

func (s wide) List(_ context.Context, at string) (l catalog.Listing, _ error) {
	switch at {
	case "":
		for i := range s.folders {
			l.Folders = append(l.Folders, catalog.Folder{ID: fmt.Sprint(i), Title: fmt.Sprint(i)})
		}
		l.Folders = append(l.Folders, catalog.Folder{ID: "last", Title: "last"})
	case "last":
		l.Tracks = s.track()
	}
	return l, nil
}

// A rename looks into few folders only for another one that has the track of a download,
// since the kernel holds the lock of the root. Where there are more, the search is in use.
func TestRenameAmongManyFolders(t *testing.T) {
	need(t, "mv", "setfattr")
	for folders, want := range map[int]string{1: "renamed", maxRenamed: "busy"} {
		w := newWorld(t, 2_000_000)
		w.folders = wide{twice{w.origin.URL("SOS.m4a")}, folders}
		w.origin.Fault(fetchtest.Always, holdFrom(w.never()))
		w.mount()
		w.sh(`mkdir "$M/one"; ls "$M" "$M/last" "$M/one"
			for verb in start pause; do setfattr -n user.tunesfs.control -v $verb "$M/one/song.mp3"; done`)
		w.awaitKey("song", fetch.Paused)
		w.expect(`mv "$M/one" "$M/two" 2>/dev/null && echo renamed || echo busy`, want)
	}
}
