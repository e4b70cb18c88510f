package fs

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// topFaults make the catalog's own top fail.
var topFaults = map[string]func(w *world){
	"nothing listens at the catalog's address": func(w *world) { w.cutOff(syscall.ECONNREFUSED) },
	"the network cannot be reached":            func(w *world) { w.cutOff(syscall.ENETUNREACH) },
	"the catalog refuses the sign-in":          topResponds(fetchtest.Status(http.StatusUnauthorized)),
	"the catalog does not have it":             topResponds(fetchtest.Status(http.StatusNotFound)),
	"the catalog is out of service":            topResponds(fetchtest.Status(http.StatusServiceUnavailable)),
	"the answer makes no sense":                topResponds(fetchtest.Page(http.StatusOK, "<p>hello")),
}

func topResponds(fault fetchtest.Fault) func(*world) {
	return func(w *world) { w.origin.Fault(fetchtest.Of(""), fault) }
}

// withTop returns a world whose catalog is a file and a folder with another. It is
// not mounted yet.
func withTop(t *testing.T) *world {
	w := newWorld(t, 1000)
	w.index = true
	w.putFolder("", "Fine/", "song.m4a")
	w.putFolder("Fine/", "one.m4a")
	for _, name := range []string{"song", "Fine/one"} {
		w.addFile(fetchtest.File{Name: name + ".m4a", Content: fetchtest.Random(7, 1000)})
	}
	return w
}

// A catalog whose top cannot be listed shows its searches and then an error, not
// an empty folder that a backup would be emptied after. All is there once the
// catalog is.
func testRootErrors(t *testing.T, table table) {
	need(t, "rsync", "find")
	eachRow(t, table, topFaults, func(t *testing.T, arrange func(*world), want string) {
		w := withTop(t)
		arrange(w)
		w.mount()
		err := w.fs.Ready(w.ctx())
		if text := fmt.Sprint(err); !strings.HasPrefix(text, "the catalog cannot be listed: ") || !strings.Contains(text, "; asking again every ") {
			t.Errorf("ready: %v", err)
		}
		reads := func() {
			t.Helper()
			if got := w.tries(self, "list", ""); got != want {
				t.Errorf("reading the root: %s, want %s", got, want)
			}
		}
		reads()
		w.run([]step{
			{what: "a backup", script: `mkdir backup backup/Fine; touch backup/song.m4a backup/Fine/one.m4a`},
			{what: "rsync", script: `rsync -a --delete "$M/" backup/`, fails: "readdir"},
			{what: "the backup stays", script: `find backup -type f | sort`, prints: "backup/Fine/one.m4a\nbackup/song.m4a"},
			{what: "a name in it", script: `stat "$M/nothing"`, fails: "No such file"},
			{what: "a search", script: `mkdir "$A"; ls "$M" 2>/dev/null || echo fails`, prints: "abba\nfails"},
			{what: "why", script: `getfattr --absolute-names --only-values -n user.tunesfs.error "$M" | grep -c .`, prints: "1"},
		})
		reads()
		w.origin.Heal()
		w.cutOff(0)
		w.run([]step{
			{what: "all is well again", script: `ls "$M"; ls "$M/Fine"`, prints: "Fine\nabba\nsong.m4a\none.m4a"},
			{what: "and there is no error", script: `getfattr -n user.tunesfs.error "$M" 2>&1 | grep -c 'No such attribute'`, prints: "1"},
			{what: "rsync", script: `rsync -a --delete --exclude abba "$M/" backup/; cat backup/song.m4a backup/Fine/one.m4a | wc -c`, prints: "2000"},
		})
	})
}

// An open root that is read again from its start has all that is there by then.
func TestUnlistedTopIsReadAgain(t *testing.T) {
	need(t, "python3")
	w := withTop(t)
	w.cutOff(syscall.ECONNREFUSED)
	w.mount()
	again := w.talk(`exec python3 -u -c '
import os, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
def names():
    try: return sorted(os.listdir(fd))
    except OSError as e: return e.strerror
print(names())
input()
print(names())
' "$M"`)
	again.await("Connection refused")
	w.cutOff(0)
	w.sh(`ls "$M"`)
	if got := again.end(); got != "Connection refused\n['Fine', 'song.m4a']\n" {
		t.Errorf("it reads\n%s", got)
	}
}

// A listing that is there serves on where a refresh fails: names that the kernel
// has not cached are found, complete tracks play, and the folder and the log say
// why. The refresh is made up for when the catalog is back.
func TestRefreshWithoutNetwork(t *testing.T) {
	need(t, "setfattr", "getfattr")
	w := newWorld(t, 1000)
	log := new(lockedBuffer)
	w.cfg.Logger = slog.New(slog.NewTextHandler(log, nil))
	w.mount()
	w.abba()
	w.sh(sos + `cat "$S" >/dev/null`)
	w.cutOff(syscall.ENETUNREACH)
	const why = `getfattr --absolute-names --only-values -n user.tunesfs.error "$A" 2>&1`
	w.run([]step{
		{what: "it fails", script: `setfattr -n user.tunesfs.control -v refresh "$A"; until ` + why + ` | grep -q unreachable; do sleep 0.01; done`},
		{what: "a complete track", script: sos + `cat "$S" | wc -c`, prints: "1000"},
		{what: "names that were never looked up", script: `cat "$A/ABBA - Waterloo.m4a.progress" "$A/playlist.m3u8" | grep -c .`, prints: "8"},
		{what: "a name that is none", script: `stat "$A/nothing.m4a"`, fails: "No such file"},
		{what: "the folder", script: `ls "$A"`, prints: abbaFolder},
		{what: "the error stays", script: why + ` | grep -c unreachable`, prints: "1"},
	})
	log.await(t, `msg="cannot refresh a folder" path=/abba`)
	w.cutOff(0)
	w.service.respond("abba", w.song(3, "SOS"))
	w.run([]step{
		{what: "a look is enough", script: `until ! ` + why + ` | grep -q unreachable; do stat "$A/nothing.m4a" >/dev/null 2>&1; sleep 0.1; done`},
		{what: "it is as the catalog has it", script: `ls "$A"`, prints: "ABBA - SOS.m4a"},
	})
}

// Where the network came up after the mount, a path is found without ls.
func TestPathsOnceTheNetworkIsBack(t *testing.T) {
	w := withTop(t)
	w.cfg.Searches = []string{"song"}
	w.cutOff(syscall.ENETUNREACH)
	w.mount()
	w.run([]step{
		{what: "in the root", script: `stat "$M/song.m4a"`, fails: "No such file"},
		{what: "in a folder", script: `stat "$M/Fine/one.m4a"`, fails: "No such file"},
		{what: "in a search", script: `stat "$M/song/song.m4a"`, fails: "Network is unreachable"},
	})
	w.cutOff(0)
	for _, path := range []string{"song.m4a", "Fine/one.m4a", "song/song.m4a"} {
		w.expect(`until stat -c %s "$M/`+path+`" 2>/dev/null; do sleep 0.1; done`, "1000")
	}
}
