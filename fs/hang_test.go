package fs

import (
	"syscall"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/listing"
)

// hanging makes a search that is not answered until release is called, and
// waits until it was asked for.
func (w *world) hanging(name string) (release func()) {
	w.t.Helper()
	release = w.service.hold(name)
	w.sh(`mkdir "$M/` + name + `"`)
	for term := range w.service.arrived {
		if term == name {
			break
		}
	}
	return release
}

// A folder whose listing hangs stalls no other, whatever is asked of it by
// however many, each a process of its own.
func TestHangingFolderStallsNoOther(t *testing.T) {
	need(t, "setfattr", "getfattr", "bash")
	w := newWorld(t, 1000)
	w.patient = true // so that what ends before the release has waited for nothing
	w.mount()
	w.abba()
	release := w.hanging("slow")
	defer release()
	w.sh(`setfattr -n user.tunesfs.control -v pause "$M/slow"`)
	w.endsBy(syscall.SIGTERM, "", `getfattr -n user.tunesfs.settled "$M/slow"`)
	w.expect(`setfattr -n user.tunesfs.control -v start "$A"
		timeout 60 getfattr --absolute-names --only-values -n user.tunesfs.settled "$A"`, "1")
	for id := 1; id <= 3; id++ {
		w.await(id, fetch.Complete)
	}
	var waiting []func() string
	for _, ask := range []string{
		`ls "$M/slow"`, `cat "$M/slow/x"`, `stat "$M/slow/x"`, `test -r "$M/slow/x"`, `echo >"$M/slow/x.pause"`, `touch "$M/slow/x"`,
		`rm "$M/slow/x"`, `rm -r "$M/slow"`, `setfattr -n user.tunesfs.control -v start "$M/slow/x"`, `getfattr -d "$M/slow/x"`,
		`setfattr -n user.tunesfs.control -v start "$M/slow"`, `setfattr -n user.tunesfs.control -v refresh "$M/slow"`,
		`bash -c 'compgen -f "$M/slow/"'`, `bash -c 'compgen -f "$M/sl"'`, `find "$M"`, `cd "$M/slow" && ls`,
		`mkdir "$M/slow"`, `mkdir "$M/slow/x"`, `mv "$M/slow/x" "$M/slow/y"`, `rmdir "$M/slow"`,
	} {
		waiting = append(waiting, w.start(ask))
		w.run([]step{{what: "after " + ask, prints: abbaFolder + "\n1000\n0",
			script: `ls "$M" >/dev/null; ls "$M/abba"; cat "$A/ABBA - SOS.m4a" | wc -c; mkdir "$M/q" && rmdir "$M/q"; echo $?`}})
		if t.Failed() {
			return
		}
	}
	release()
	for _, end := range waiting {
		t.Log(end())
	}
}

// What waits for a listing goes on when it is there, as if it always had been.
func TestNamesThatWait(t *testing.T) {
	need(t, "setfattr", "getfattr")
	w := mounted(t, 300_000)
	release := w.hanging("slow")
	w.service.respond("slow", w.song(3, "SOS"))
	const sos = `S="$M/slow/ABBA - SOS.m4a"; `
	asks := map[string]string{ // and what they print
		`cat "$S" | wc -c`:                                                "300000",
		`stat -c %s "$S"`:                                                 "300000",
		`test -r "$S"; echo $?`:                                           "0",
		`test -e "$S.x"; echo $?`:                                         "1",
		`cat "$S.x" 2>&1 | grep -o 'No such.*'`:                           "No such file or directory",
		`cat "$S.progress" | grep -c " of "`:                              "1",
		`echo >"$S.resume"; echo $?`:                                      "0",
		`touch "$S.resume"; echo $?`:                                      "0",
		`tail -n 1 "$M/slow/playlist.m3u8"`:                               "ABBA - SOS.m4a",
		`getfattr --absolute-names --only-values -n user.tunesfs.id "$S"`: "3",
		`setfattr -n user.tunesfs.control -v resume "$S"; echo $?`:        "0",
	}
	ends := map[string]func() string{}
	for ask := range asks {
		ends[ask] = w.start(sos + ask)
	}
	time.Sleep(3 * listing.RefreshTimeout) // until they wait where a lookup does not
	w.endsBy(syscall.SIGINT, sos, `cat "$S"`)
	release()
	for ask, end := range ends {
		if got := end(); got != asks[ask] {
			t.Errorf("%s\nprints\n%s\nwant\n%s", ask, got, asks[ask])
		}
	}
}

// What changes nothing in a search is refused in one that hangs as in any other.
func TestChangesThatWait(t *testing.T) {
	need(t, "python3")
	w := mounted(t, 300_000)
	release := w.hanging("slow")
	w.service.respond("slow", w.song(3, "SOS"))
	ends := map[string]func() string{}
	asks := map[string]string{ // and what they fail with
		`os.open(S, os.O_WRONLY)`:                           "EROFS",
		`os.open(S, os.O_RDWR)`:                             "EROFS",
		`os.open(S, os.O_RDONLY | os.O_CREAT)`:              "none",
		`os.truncate(S, 0)`:                                 "EROFS",
		`os.rmdir(S)`:                                       "ENOTDIR",
		`os.open(S + "/x", os.O_RDONLY)`:                    "ENOTDIR",
		`os.open(D + "/playlist.m3u8", os.O_WRONLY)`:        "EROFS",
		`os.open(D + "/new.m4a", os.O_WRONLY | os.O_CREAT)`: "EROFS",
	}
	for ask := range asks {
		ends[ask] = w.start(`python3 - "$M/slow" <<END
import errno, os, sys
D = sys.argv[1]; S = D + "/ABBA - SOS.m4a"
try: ` + ask + `; print("none")
except OSError as e: print(errno.errorcode[e.errno])
END`)
	}
	time.Sleep(3 * listing.RefreshTimeout) // until they wait
	release()
	for ask, end := range ends {
		if got := end(); got != asks[ask] {
			t.Errorf("%s: %s, want %s", ask, got, asks[ask])
		}
	}
}
