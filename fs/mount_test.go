package fs

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// A step is a script and what it prints, or the error message it fails with.
type step struct {
	what, script, prints, fails string
}

func (w *world) run(steps []step) {
	w.t.Helper()
	for _, s := range steps {
		if s.fails != "" {
			w.fails(s.script, s.fails)
		} else {
			w.expect(s.script, s.prints)
		}
		if w.t.Failed() {
			w.t.Fatalf("step: %s", s.what)
		}
	}
}

const abbaFolder = "ABBA - Dancing Queen.m4a\nABBA - SOS.m4a\nABBA - Waterloo.m4a"

func TestSearches(t *testing.T) {
	w := mounted(t, 1000)
	w.service.respond("AC/DC")
	w.run([]step{
		{what: "nothing is shown at first", script: `ls "$M"`},
		{what: "a stray name", script: `ls "$M/nothing"`, fails: "No such file"},
		{what: "mkdir makes a search", script: `mkdir "$A"; ls "$M"`, prints: "abba"},
		{what: "it is listed", script: `ls "$A"`, prints: abbaFolder},
		{what: "it is there already", script: `mkdir "$A"`, fails: "File exists"},
		{what: "an accent is an accent", script: `mkdir "$M/$(printf 'caf\303\251')"; mkdir "$M/$(printf 'cafe\314\201')"`, fails: "File exists"},
		{what: "and is as it was written first", script: `ls "$M"; rmdir "$M"/caf*`, prints: "abba\ncaf\u00e9"},
		{what: "a slash is written U+2215", script: `mkdir "$M/AC∕DC"; ls -a "$M/AC∕DC"`, prints: ".\n.."},
		{what: "no name with a dot first", script: `mkdir "$M/.git"`, fails: "Operation not permitted"},
		{what: "no words", script: `mkdir "$M/ "`, fails: "Invalid argument"},
		{what: "a name too long", script: `mkdir "$M/$(printf '%0256d' 0)"`, fails: "File name too long"},
		{what: "none within a search", script: `mkdir "$A/x"`, fails: "Read-only file system"},
		{what: "stray names", script: `for d in "$M" "$A"; do for n in ` + strayNames + `; do ls "$d/$n" 2>/dev/null && echo $n; done; done; true`},
		{what: "rmdir removes a full search", script: `rmdir "$A"; ls "$M"`, prints: "AC∕DC"},
		{what: "and it can be made again", script: `mkdir "$A"; ls "$A" | wc -l`, prints: "3"},
		{what: "rm -r removes it too", script: `rm -r "$A" "$M/AC∕DC"; ls "$M"`},
		{what: "the root stays", script: `rmdir "$M"`, fails: "Device or resource busy"},
		{what: ".tunesfs is not listed", script: `ls -A "$M"`},
		{what: "but resolves", script: `ls -A "$M/.tunesfs"`, prints: "downloads\nevents"},
		{what: "and is not a search", script: `rmdir "$M/.tunesfs"`, fails: "Read-only file system"},
	})
	if n := w.service.calls(); n != 3 {
		t.Errorf("%d searches were made, want 3: one for each query", n)
	}
	if n := w.origin.Stats().Requests; n != 0 {
		t.Errorf("%d requests for tracks that nobody reads", n)
	}
}

// The kernel asks for the attributes of .tunesfs as for those of other folders.
func TestMetaAttributes(t *testing.T) {
	w := mounted(t, 1000)
	const look = `stat --cached=never -c '%F %a %u %g %s %h %Y' "$M/.tunesfs"`
	w.expect(look, fmt.Sprintf("directory 755 %d %d 0 1 %d", os.Getuid(), os.Getgid(), w.fs.started.Unix()))
}

// strayNames are looked up, wherever they are, by shells and version control,
// desktops, Samba, Windows, macOS and players.
const strayNames = `.git .hg .svn .envrc HEAD .Trash .Trash-1000 .hidden .directory .comments .xvpics .thumbnails ` +
	`.DS_Store ._x ._.DS_Store .Spotlight-V100 .fseventsd .TemporaryItems .localized .metadata_never_index mach_kernel ` +
	`autorun.inf desktop.ini Desktop.ini Thumbs.db thumbs.db 'System Volume Information' '$RECYCLE.BIN' ehthumbs.db ` +
	`.mpdignore .nomedia .stfolder folder.jpg Folder.jpg cover.png albumart.jpg 'ABBA - SOS.lrc' 'ABBA - SOS.cue' 'ABBA - SOS.m4a:Zone.Identifier'`

func TestSearchesLast(t *testing.T) {
	w := newWorld(t, 1000)
	w.cfg.Searches = []string{"abba", "AC/DC"}
	w.mount()
	w.must(w.fs.Ready(w.ctx()))
	w.expect(`ls "$M"; rm "$A/ABBA - SOS.m4a"; rmdir "$M/AC∕DC"`, "AC∕DC\nabba")
	w.unmount()
	w.cfg.Searches = nil
	w.mount()
	w.run([]step{
		{what: "the search is there, as it was left", script: `ls "$M"; ls "$A"`,
			prints: "abba\nABBA - Dancing Queen.m4a\nABBA - Waterloo.m4a"},
	})
	if n := w.service.calls(); n != 2 {
		t.Errorf("%d searches were made, want 2: the listing was kept", n)
	}
}

func TestFailedSearches(t *testing.T) {
	need(t, "getfattr")
	w := newWorld(t, 1000)
	w.service.fail("abba", http.StatusServiceUnavailable)
	w.cfg.Searches = []string{"abba"}
	w.mount()
	if err := w.fs.Ready(w.ctx()); err == nil {
		t.Error("a failed search is ready")
	}
	w.run([]step{
		{what: "it is shown all the same", script: `ls "$M"`, prints: "abba"},
		{what: "a name in it fails, at no cost", script: `ls "$A/x"`, fails: "Input/output error"},
	})
	calls := w.service.calls()
	w.fails(`ls "$A/y"`, "Input/output error")
	if w.service.calls() != calls {
		t.Error("a lookup in a failed folder made a search")
	}
	w.expect(`getfattr --absolute-names --only-values -n user.tunesfs.error "$A" | grep -c 'out of service'`, "1")
	w.service.respond("abba", w.song(1, "Waterloo"))
	w.run([]step{
		{what: "the next open tries again", script: `ls "$A"`, prints: "ABBA - Waterloo.m4a"},
		{what: "and the error is gone", script: `getfattr -n user.tunesfs.error "$A" 2>&1 | grep -c 'No such attribute'`, prints: "1"},
	})
}

func TestReadySaysWhichSearchFailed(t *testing.T) {
	w := newWorld(t, 1000)
	w.service.fail("bad", http.StatusServiceUnavailable)
	w.service.fail("worse", http.StatusUnauthorized)
	w.cfg.Searches = []string{"bad", "abba", "worse"}
	w.mount()
	err := w.fs.Ready(w.ctx())
	if !errors.Is(err, catalog.ErrUnavailable) || !errors.Is(err, catalog.ErrDenied) {
		t.Fatalf("ready: %v", err)
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], `the search "bad" failed: `) || !strings.HasPrefix(lines[1], `the search "worse" failed: `) {
		t.Errorf("ready:\n%v", err)
	}
}

// mkdir returns before the answer, opening the folder waits for it, and can be
// interrupted; a folder that hangs stalls no other.
func TestSlowSearch(t *testing.T) {
	w := mounted(t, 1000)
	w.abba()
	release := w.service.hold("slow")
	defer release()
	w.sh(`mkdir "$M/slow"`)
	for term := range w.service.arrived {
		if term == "slow" {
			break
		}
	}
	w.endsBy(syscall.SIGINT, "", `ls "$M/slow"`)
	w.run([]step{
		{what: "a dot name waits for nothing", script: `ls "$M/slow/.git"`, fails: "No such file"},
		{what: "the rest goes on", script: `ls "$M"; ls "$A" | wc -l; mkdir "$M/more"; rmdir "$M/more"`, prints: "abba\nslow\n3"},
		{what: "orders go through", script: `setfattr -n user.tunesfs.control -v start "$M/slow"; echo $?`, prints: "0"},
	})
	w.service.respond("slow", w.song(1, "Waterloo"))
	waiting := w.start(`cat "$M/slow/ABBA - Waterloo.m4a" | wc -c`)
	release()
	if got := waiting(); got != "1000" {
		t.Errorf("a name in it that was looked up meanwhile: %s", got)
	}
}
