package fs

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fs/internal/control"
)

// sos is the track of most tests, and $S its path.
const sos = `S="$A/ABBA - SOS.m4a"; `

// heldAt is where the transfers of held stop.
const heldAt = 300_000

// holdFrom keeps back what lies beyond heldAt until gate is closed, however
// many connections ask.
func holdFrom(gate <-chan struct{}) fetchtest.Fault {
	return func(a *fetchtest.Response) {
		a.Hold, a.HoldAt = gate, max(heldAt-a.From, fetchtest.BeforeHead)
	}
}

// held returns a mounted world of songs of size bytes that come as far as
// heldAt, until release is called.
func held(t *testing.T, size int64) (w *world, release func()) {
	t.Helper()
	w = newWorld(t, size)
	gate := make(chan struct{})
	w.origin.Fault(fetchtest.Always, holdFrom(gate))
	w.opt.NoProgress = time.Hour // however long the test takes
	w.mount()
	w.abba()
	return w, func() {
		w.origin.Heal()
		close(gate)
	}
}

// copied checks a file that a script wrote against a song.
func (w *world) copied(name, title string) {
	w.t.Helper()
	got, err := os.ReadFile(filepath.Join(w.tmp, name))
	w.must(err)
	content := w.origin.Content(title + ".m4a")
	if int64(len(got)) != content.Size() {
		w.t.Errorf("%s: %d bytes, want %d", name, len(got), content.Size())
	}
	if err := fetchtest.Check(content, 0, got); err != nil {
		w.t.Errorf("%s: %v", name, err)
	}
}

func TestPauseAndResume(t *testing.T) {
	need(t, "setfattr", "getfattr")
	w, release := held(t, 2_000_000)
	reader := w.start(sos + `cat "$S" >copy`)
	w.await(3, fetch.Downloading)
	w.must(w.origin.WaitSent(w.ctx(), heldAt))
	w.run([]step{
		{what: "buttons", script: `ls "$A" | grep SOS`, prints: "ABBA - SOS.m4a\nABBA - SOS.m4a.cancel\nABBA - SOS.m4a.pause\nABBA - SOS.m4a.progress"},
		{what: "progress", script: sos + `grep -c '^[0-9.]*% of 2 MB$' "$S.progress"; test $(stat -c %s "$S.progress") = $(wc -c <"$S.progress") && echo ok`, prints: "1\nok"},
		{what: "state", script: sos + `getfattr --absolute-names --only-values -n user.tunesfs.state "$S"`, prints: "downloading"},
		{what: "the folder's state", script: `getfattr --absolute-names --only-values -n user.tunesfs.state "$A"`, prints: "2 idle, 1 downloading"},
		{what: "not paused", script: sos + `cat "$S.pause" "$S.resume" "$S.cancel"`, prints: "0\n1\n0"},
		{what: "pause", script: sos + `touch "$S.pause"; cat "$S.pause" "$S.resume" "$S.cancel"`, prints: "1\n0\n0"},
		{what: "other buttons", script: `ls "$A" | grep SOS`, prints: "ABBA - SOS.m4a\nABBA - SOS.m4a.cancel\nABBA - SOS.m4a.progress\nABBA - SOS.m4a.resume"},
		{what: "the list of downloads", script: `cat "$M/.tunesfs/downloads" | sed 's/"held":[0-9]*,"progress":"[0-9.]*%/HELD/; s/,"waiting":"cat ([0-9]*)"//'`, // cat waits once it has read what is held
			prints: `{"id":"3","path":"abba/ABBA - SOS.m4a","state":"paused","size":2000000,HELD of 2 MB"}`},
	})
	idle, cancel := context.WithTimeout(t.Context(), 10*time.Second) // the server sees connections end a little later
	defer cancel()
	if err := w.origin.WaitIdle(idle); err != nil {
		t.Errorf("%d transfers go on after the pause: %v", w.origin.Stats().Active, err)
	}
	release()
	w.expect(sos+`setfattr -n user.tunesfs.control -v resume "$S"; echo $?`, "0")
	if got := reader(); got != "" {
		t.Errorf("the reader that waited says: %s", got)
	}
	w.copied("copy", "SOS")
	w.await(3, fetch.Complete)
	w.run([]step{
		{what: "no buttons", script: `ls "$A" | grep SOS`, prints: "ABBA - SOS.m4a"},
		{what: "that still resolve", script: sos + `cat "$S.progress" "$S.pause"`, prints: "100.0% of 2 MB\n0"},
		{what: "no downloads", script: `cat "$M/.tunesfs/downloads"`},
	})
}

func TestCancel(t *testing.T) {
	w, release := held(t, 2_000_000)
	reader := w.start(sos + `cat "$S" >copy`)
	w.await(3, fetch.Downloading)
	w.expect(sos+`echo >"$S.cancel"; cat "$S.cancel"`, "1")
	if got := reader(); !strings.Contains(got, "Operation canceled") {
		t.Errorf("the waiting reader says: %s", got)
	}
	if st := w.status(3); st.State != fetch.Idle || st.Held != 0 {
		t.Errorf("%v with %d bytes", st.State, st.Held)
	}
	release()
	w.expect(sos+`cat "$S" >again`, "")
	w.copied("again", "SOS")
}

func TestRemoveTracks(t *testing.T) {
	need(t, "setfattr")
	w, _ := held(t, 2_000_000)
	w.service.respond("two", w.song(1, "Waterloo"))
	w.sh(`mkdir "$M/two"; ls "$M/two"; setfattr -n user.tunesfs.control -v start "$A/ABBA - SOS.m4a"; setfattr -n user.tunesfs.control -v start "$A/ABBA - Waterloo.m4a"`)
	w.run([]step{
		{what: "rm", script: `rm "$A/ABBA - SOS.m4a" "$A/ABBA - Waterloo.m4a"; ls "$A"`, prints: "ABBA - Dancing Queen.m4a"},
		{what: "it is gone by name", script: `ls "$A/ABBA - SOS.m4a"`, fails: "No such file"},
		{what: "what belongs to it can be removed still", script: `rm "$A/ABBA - SOS.m4a.pause" "$A/playlist.m3u8"; ls "$A" | wc -l`, prints: "1"},
		{what: "the playlist follows", script: `cat "$A/playlist.m3u8"`, prints: "#EXTM3U\n#EXTINF:30,ABBA - Dancing Queen\nABBA - Dancing Queen.m4a"},
	})
	if st := w.status(3); st.State != fetch.Idle || st.Held != 0 {
		t.Errorf("removed: %v with %d bytes", st.State, st.Held)
	}
	if st := w.status(1); st.State != fetch.Downloading && st.State != fetch.Queued {
		t.Errorf("still shown elsewhere, but %v", st.State)
	}
	w.expect(`setfattr -n user.tunesfs.control -v refresh "$A"; ls "$A"`, "ABBA - Dancing Queen.m4a\nABBA - SOS.m4a\nABBA - Waterloo.m4a\n"+
		"ABBA - Waterloo.m4a.cancel\nABBA - Waterloo.m4a.pause\nABBA - Waterloo.m4a.progress")
	w.sh(`rmdir "$A"`)
	w.await(1, fetch.Downloading)
	w.sh(`rmdir "$M/two"`)
	w.await(1, fetch.Idle)
}

func TestControlFolder(t *testing.T) {
	need(t, "setfattr", "getfattr")
	w, release := held(t, 2_000_000)
	control := func(verb string) { w.sh(`setfattr -n user.tunesfs.control -v ` + verb + ` "$A"`) }
	control("start")
	for id := 1; id <= 3; id++ {
		w.await(id, fetch.Downloading)
	}
	control("pause")
	w.expect(`getfattr --absolute-names --only-values -n user.tunesfs.settled "$A"`, "1")
	for id := 1; id <= 3; id++ {
		if st := w.status(id).State; st != fetch.Paused {
			t.Errorf("song %d is %v once the order was settled", id, st)
		}
	}
	w.sh(sos + `setfattr -n user.tunesfs.control -v resume "$A"; setfattr -n user.tunesfs.control -v pause "$S"`)
	w.await(1, fetch.Downloading)
	w.await(2, fetch.Downloading)
	if st := w.status(3).State; st != fetch.Paused {
		t.Errorf("the last word was pause, but it is %v", st)
	}
	release()
	w.sh(`setfattr -n user.tunesfs.control -v resume "$M"`)
	for id := 1; id <= 3; id++ {
		w.await(id, fetch.Complete)
	}
	w.expect(`getfattr --absolute-names --only-values -n user.tunesfs.progress "$A"`, "100.0% of 6 MB")
	control("evict")
	for id := 1; id <= 3; id++ {
		w.await(id, fetch.Idle)
	}
	w.fails(`setfattr -n user.tunesfs.control -v play "$A"`, "Invalid argument")
	w.fails(`setfattr -n user.tunesfs.what -v play "$A"`, "Invalid argument")
	w.fails(`setfattr -n user.tunesfs.state -v play "$A"`, "Operation not permitted")
}

// A pause or a cancel of a folder ends a start that has not come to its tracks: of the
// folder, of one in it, and of another one that shows the same track.
func TestLaterCommandWins(t *testing.T) {
	for name, c := range map[string]struct {
		start, stop string // folders
		begun       string // the tracks that begin all the same
	}{
		"the same": {"/abba", "/abba", ""},
		"above":    {"/abba", "", ""},
		"below":    {"", "/two", "2 3"},
		"overlap":  {"/abba", "/two", "2 3"},
	} {
		for _, verb := range []string{"pause", "cancel"} {
			t.Run(name+"/"+verb, func(t *testing.T) {
				need(t, "setfattr", "getfattr")
				w, _ := held(t, 2_000_000)
				w.service.respond("two", w.song(1, "Waterloo"))
				w.sh(`mkdir "$M/two"; ls "$M/two"`)
				gate := make(chan struct{})
				w.fs.control.InOrder(&w.fs.tree.root.orders, func() {}, func(control.Order) { <-gate })
				w.sh(`setfattr -n user.tunesfs.control -v start "$M` + c.start + `"; setfattr -n user.tunesfs.control -v ` + verb + ` "$M` + c.stop + `"`)
				close(gate)
				w.sh(`for F in "$M" "$M/abba" "$M/two"; do getfattr -n user.tunesfs.settled "$F"; done`)
				for id := 1; id <= 3; id++ {
					if st, begun := w.status(id).State, strings.Contains(c.begun, strconv.Itoa(id)); begun != (st != fetch.Idle) {
						t.Errorf("track %d is %v", id, st)
					}
				}
			})
		}
	}
}

func TestHiddenSidecars(t *testing.T) {
	need(t, "setfattr")
	w := newWorld(t, 2_000_000)
	gate := make(chan struct{})
	w.origin.Fault(fetchtest.Always, holdFrom(gate))
	w.cfg.HideSidecars = true
	w.mount()
	w.abba()
	w.expect(sos+`setfattr -n user.tunesfs.control -v start "$S"; ls "$A"; cat "$S.pause"`, abbaFolder+"\n0")
	close(gate)
}

// A file can be evicted as soon as it is closed, and not while it is open.
func TestEvictAfterClose(t *testing.T) {
	need(t, "setfattr")
	w := mounted(t, 100_000)
	w.abba()
	w.run([]step{
		{what: "closed", script: sos + `for i in 1 2 3 4 5 6 7 8 9 10; do cat "$S" >/dev/null; setfattr -n user.tunesfs.control -v evict "$S"; done`},
		{what: "open", script: sos + `cat "$S" >/dev/null; setfattr -n user.tunesfs.control -v evict "$S" <"$S"`, fails: "busy"},
	})
}
