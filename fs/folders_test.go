package fs

import (
	"context"
	"fmt"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// folders is a service whose folders are what a function makes of their paths, which
// are their ids. The top is "".
type folders struct {
	list func(at string) (folders, tracks []string)
	url  string // of every track
	size int64
}

func (f folders) Search(context.Context, string) (catalog.Listing, error) {
	return catalog.Listing{}, nil
}

func (f folders) List(_ context.Context, at string) (catalog.Listing, error) {
	var l catalog.Listing
	names, tracks := f.list(at)
	for _, name := range names {
		l.Folders = append(l.Folders, catalog.Folder{ID: path.Join(at, name), Title: name})
	}
	for _, name := range tracks {
		l.Tracks = append(l.Tracks, catalog.Track{ID: path.Join(at, name), Title: name, Ext: ".mp3", URL: f.url, Size: f.size})
	}
	return l, nil
}

func (f folders) Locate(context.Context, string) (catalog.Location, error) {
	return catalog.Location{URL: f.url}, nil
}

// inFolders returns a mount of such a service.
func inFolders(t *testing.T, maxViews int, list func(at string) (folders, tracks []string)) *world {
	t.Helper()
	w := newWorld(t, 1000)
	w.folders, w.maxViews = folders{list, w.origin.URL("SOS.m4a"), 1000}, maxViews
	w.mount()
	return w
}

// A folder that shows what the two above show is a loop: a walk through it ends, and
// says why.
func TestLoopOfFolders(t *testing.T) {
	need(t, "getfattr")
	for name, tt := range map[string]struct {
		list    func(at string) (folders, tracks []string)
		folders string // that find shows
	}{
		"one":  {func(string) ([]string, []string) { return []string{"a"}, nil }, "3"},
		"many": {func(string) ([]string, []string) { return []string{"a", "b", "c"}, []string{"song"} }, "13"},
		"below": {func(at string) ([]string, []string) {
			if at == "" {
				return []string{"deep"}, nil
			}
			return []string{"a", "b"}, nil
		}, "8"},
	} {
		t.Run(name, func(t *testing.T) {
			w := inFolders(t, 0, tt.list)
			w.expect(`find "$M" -type d 2>"$T/err" | wc -l; grep -c "Too many levels" "$T/err" | grep -qv '^0$'`, tt.folders)
			at := `"$M/a/a"`
			if name == "below" {
				at = `"$M/deep/a/a"`
			}
			if got := w.sh(`getfattr --absolute-names -n user.tunesfs.error --only-values ` + at); !strings.Contains(got, "a loop") {
				t.Errorf("the folder says %q", got)
			}
			w.expect(`getfattr --absolute-names -d "$M" | grep -c tunesfs.error || true`, "0")
		})
	}
}

// A folder that looks like the one above, and not like the next, is no loop.
func TestEqualFoldersAreNoLoop(t *testing.T) {
	w := inFolders(t, 0, func(at string) ([]string, []string) {
		switch strings.Count(at, "/") {
		case 0:
			return []string{"a"}, nil
		case 1, 2:
			return []string{"a"}, []string{fmt.Sprint(strings.Count(at, "/"))}
		}
		return nil, []string{"song"}
	})
	w.expect(`find "$M" -type f -name song.mp3`, w.mnt+"/a/a/a/a/song.mp3")
}

// A catalog may have folders that look like the two above, and others below them: those
// open by name, down to 32 folders.
func TestEqualFoldersOpenByName(t *testing.T) {
	w := inFolders(t, 0, func(at string) ([]string, []string) {
		if strings.Count(at, "/") < 4 {
			return []string{"a"}, nil
		}
		return []string{"a"}, []string{fmt.Sprint("song", strings.Count(at, "/"))}
	})
	w.expect(`find "$M" -type d 2>/dev/null | wc -l; cd "$M/a/a/a"; ls 2>/dev/null; cd a/a; ls; cat song4.mp3 | wc -c`,
		"3\na\nsong4.mp3\n1000")
	if got := w.sh(`cd "$M"; n=0; while cd a 2>/dev/null; do n=$((n+1)); done; echo $n`); got != "32" {
		t.Errorf("folders open by name %s deep, want 32", got)
	}
}

// Folders lie within each other 32 deep at most, in any catalog, and the last says why.
func TestDepthOfFolders(t *testing.T) {
	need(t, "getfattr")
	w := inFolders(t, 0, func(at string) ([]string, []string) { return []string{fmt.Sprint("d", strings.Count(at, "d"))}, nil })
	w.expect(`find "$M" -mindepth 1 -type d 2>"$T/err" | wc -l; grep -c "Too many levels" "$T/err"`, "32\n1")
	last := w.sh(`find "$M" -type d 2>/dev/null | tail -1`)
	if got := w.sh(`getfattr --absolute-names -n user.tunesfs.error --only-values ` + last); !strings.Contains(got, "more than 32 folders") {
		t.Errorf("the folder says %q", got)
	}
}

// Views of folders that are not in use leave memory, and the kernel forgets their files;
// nobody notices. Those in use stay.
func TestViewsLeaveMemory(t *testing.T) {
	need(t, "getfattr", "setfattr")
	for _, old := range []bool{false, true} {
		t.Run(fmt.Sprintf("old kernel %v", old), func(t *testing.T) { leaveMemory(t, old) })
	}
}

func leaveMemory(t *testing.T, oldKernel bool) {
	const perFolder, bound = 500, 1 << 20
	w := newWorld(t, 1000)
	list := func(at string) (folders, tracks []string) {
		for i := range perFolder {
			if at != "" {
				tracks = append(tracks, fmt.Sprintf("t%03d", i))
			} else if i < 20 {
				folders = append(folders, fmt.Sprintf("d%02d", i))
			}
		}
		return folders, tracks
	}
	w.folders, w.maxViews, w.oldKernel = folders{list, w.origin.URL("SOS.m4a"), 1000}, bound, oldKernel
	w.mount()
	inUse := w.start(`exec 9<"$M/d00/t000.mp3" && cd "$M/d01" && touch "$T/open" && until test -e "$T/done"; do sleep 0.1; done; cat <&9 | wc -c; ls | wc -l`)
	w.sh(`until test -e "$T/open"; do sleep 0.1; done; rm "$M/d03/t001.mp3"; stat -c %y "$M/d03" >"$T/before"`)
	w.expect(`find "$M" -name 't*.mp3' -size -9 | wc -l`, fmt.Sprint(20*perFolder-1))
	for w.fs.views.Bytes() > bound {
		w.sh(`ls "$M" >/dev/null`)
	}
	dropped := 0
	for _, d := range w.fs.tree.listed() {
		if d.lister.IsDropped() {
			dropped++
			for d.knownFiles() > 0 { // until the kernel has forgotten them
				w.sh(`ls "$M" >/dev/null`)
			}
		}
		if top := w.fs.tree.isTop(d); (top || d.id() == "d00") && d.lister.IsDropped() {
			t.Errorf("the folder %q, which is in use, is not in memory", d.id())
		}
	}
	if dropped < 15 {
		t.Errorf("%d of 20 folders are not in memory", dropped)
	}
	w.sh(`touch "$T/done"`)
	if got, want := inUse(), fmt.Sprintf("1000\n%d", perFolder); got != want {
		t.Errorf("what was open prints %q, want %q", got, want)
	}
	w.expect(`stat -c %y "$M/d03" | cmp - "$T/before"`, "")
	w.expect(`ls "$M/d03" | wc -l; cat "$M/d04/t007.mp3" | wc -c; grep -c '^t' "$M/d05/playlist.m3u8"`, fmt.Sprintf("%d\n1000\n%d", perFolder-1, perFolder))
	w.expect(`getfattr --absolute-names -n user.tunesfs.state --only-values "$M/d06"`, fmt.Sprintf("%d idle", perFolder))
	w.sh(`setfattr -n user.tunesfs.control -v start "$M/d07" && getfattr -n user.tunesfs.settled "$M/d07" >/dev/null`)
	if got := w.sh(`getfattr --absolute-names -n user.tunesfs.state --only-values "$M/d07"`); strings.Contains(got, "idle") {
		t.Errorf("a command for a folder that was not in memory leaves %q", got)
	}
}

// knownFiles returns how many files of a folder the kernel knows.
func (f *folderNode) knownFiles() (n int) {
	for _, ino := range f.inodes() {
		n += len(ino.Children())
	}
	return n
}

// Folders are forgotten that nobody has used for long where there are many, and are the
// same when someone comes back. What is in use stays, as do removed files.
func TestFoldersAreForgotten(t *testing.T) {
	const many, bound = 60, 20
	w := newWorld(t, 1000)
	w.folders = folders{func(at string) (folders, tracks []string) {
		switch {
		case at == "":
			for i := range many {
				folders = append(folders, fmt.Sprintf("d%02d", i))
			}
		case path.Dir(at) == ".":
			return []string{"below"}, []string{"song", "other"}
		default:
			tracks = []string{"song"}
		}
		return folders, tracks
	}, w.origin.URL("SOS.m4a"), 1000}
	w.maxFolders = bound
	w.mount()
	if !w.fs.prunes {
		t.Skip("this kernel forgets folders when it needs memory")
	}
	inUse := w.start(`exec 9<"$M/d01/below/song.mp3" && cd "$M/d03/below" && touch "$T/open" && until test -e "$T/done"; do sleep 0.1; done; cat <&9 | wc -c; ls; pwd`)
	w.sh(`until test -e "$T/open"; do sleep 0.1; done; rm "$M/d02/other.mp3"; find "$M" -size -9 >/dev/null`)
	inode := w.sh(`stat -c %i "$M/d05/below"`)
	for w.fs.tree.isFull() {
		w.sh(`ls "$M/d01" >/dev/null`)
	}
	for _, id := range []string{"d01", "d01/below", "d03", "d03/below"} {
		if w.fs.tree.met(id) == nil {
			t.Errorf("the folder %q, which is in use, is forgotten", id)
		}
	}
	if n := len(w.fs.tree.known.All()); n > bound {
		t.Errorf("the kernel knows %d folders, want %d at most", n, bound)
	}
	w.sh(`touch "$T/done"`)
	if got, want := inUse(), "1000\nsong.mp3\n"+w.mnt+"/d03/below"; got != want {
		t.Errorf("what was open prints %q, want %q", got, want)
	}
	w.expect(`ls "$M" | wc -l; ls "$M/d02"; cat "$M/d04/below/song.mp3" | wc -c; stat -c %i "$M/d05/below"`,
		fmt.Sprintf("%d\nbelow\nsong.mp3\n1000\n%s", many, inode))
}

// A folder that is looked up again at the same place is the same there.
func TestPlacesAreOnce(t *testing.T) {
	w := inFolders(t, 0, func(at string) (folders, tracks []string) {
		if at == "" {
			return []string{"\u00e4"}, nil
		}
		return nil, []string{"song"}
	})
	for range 5 {
		w.sh("stat \"$M/\u00e4\" \"$M/a\u0308/song.mp3\"") // two spellings of a name
		w.fs.invalidations.addName(w.fs.tree.root, "\u00e4")
		w.fs.invalidations.await(t.Context())
	}
	if n := len(w.fs.tree.met("\u00e4").inodes()); n != 2 {
		t.Errorf("the folder has %d inodes, want its own and that of its place", n)
	}
}

// A folder that is shown in many places takes memory at each; the kernel forgets those
// places that are idle, and the folder stays.
func TestPlacesAreForgotten(t *testing.T) {
	const bound = 20
	w := newWorld(t, 1000)
	w.folders = folders{func(at string) (folders, tracks []string) {
		if at == "" || strings.Count(at, "/") < 5 {
			return []string{"a", "b"}, []string{fmt.Sprint(strings.Count(at, "/"))}
		}
		return nil, []string{"song"}
	}, w.origin.URL("SOS.m4a"), 1000}
	w.maxFolders = bound
	w.mount()
	if !w.fs.prunes {
		t.Skip("this kernel forgets folders when it needs memory")
	}
	w.expect(`find "$M" -type d | wc -l; find "$M" -name '*.mp3' | wc -l`, "127\n127")
	for w.fs.tree.isFull() {
		w.sh(`ls "$M/a" >/dev/null`)
	}
	w.expect(`find "$M" -type d | wc -l; find "$M" -name '*.mp3' | wc -l`, "127\n127")
}

// A kernel that keeps folders is asked to forget them again and again less often, and not
// at each use.
func TestFutileSweepsPause(t *testing.T) {
	const bound = 10
	w := newWorld(t, 1000)
	w.folders = folders{func(at string) (folders, tracks []string) {
		for i := range 4 * bound {
			if at == "" {
				folders = append(folders, fmt.Sprintf("d%02d", i))
			}
		}
		return folders, []string{"song"}
	}, w.origin.URL("SOS.m4a"), 1000}
	w.maxFolders, w.oldKernel = bound, true
	w.mount()
	pausing := func() (yes bool) {
		if w.fs.tree.sweeping.CompareAndSwap(false, true) {
			defer w.fs.tree.sweeping.Store(false)
			yes = !w.fs.tree.pause.IsOver(time.Now())
			for range 5 { // longer than the test takes
				if yes {
					w.fs.tree.pause.Note(time.Now(), false)
				}
			}
		}
		return yes
	}
	for w.sh(`ls -R "$M" >/dev/null`); !pausing(); {
		w.sh(`ls "$M/d00" >/dev/null`) // the others are idle
	}
	if w.sh(`ls "$M/d00" "$M/d01" >/dev/null`); !w.fs.tree.isFull() || w.fs.tree.sweeping.Load() {
		t.Errorf("a use begins a sweep, or the kernel knows %d nodes alone", w.fs.tree.known.Size())
	}
}
