package fs

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

const manySongs = 40

// many returns a mounted world in which "many" finds songs whose sizes nobody
// has told.
func many(t *testing.T, file fetchtest.File) *world {
	t.Helper()
	w := newWorld(t, 1000)
	var songs []song
	for i := range manySongs {
		title := fmt.Sprintf("song %02d", i)
		f := file
		f.Name, f.Content = title+".m4a", fetchtest.Random(uint64(i), int64(100_000+i))
		w.addFile(f)
		songs = append(songs, w.song(100+i, title))
	}
	w.service.respond("many", songs...)
	w.origin.SetLink(fetchtest.Link{RTT: 20 * time.Millisecond})
	w.mount()
	w.sh(`mkdir "$M/many"; ls "$M/many"`)
	return w
}

func TestSizesAreAskedForTogether(t *testing.T) {
	w := many(t, fetchtest.File{})
	w.sh(`cd "$M/many" && ls -f && find . -type f && echo *`)
	if before := w.origin.Stats().Requests; before > 0 {
		t.Errorf("ls, find and a glob asked for %d sizes", before)
	}
	list := `ls -l "$M/many" | awk '/song/ {n++; s+=$5} END {print n, s}'`
	w.expect(list, fmt.Sprint(manySongs, " ", 100_000*manySongs+manySongs*(manySongs-1)/2))
	stats := w.origin.Stats()
	if stats.Requests != manySongs {
		t.Errorf("%d requests for %d sizes", stats.Requests, manySongs)
	}
	if stats.Peak < 4 {
		t.Errorf("at most %d sizes were asked for at a time", stats.Peak)
	}
	w.sh(list)
	w.sh(`cd "$M/many" && stat * && du -s .`)
	if again := w.origin.Stats().Requests; again != stats.Requests {
		t.Errorf("%d sizes were asked for again", again-stats.Requests)
	}
}

// Asking for one size in a folder that nobody has opened asks for one.
func TestOneSize(t *testing.T) {
	w := many(t, fetchtest.File{})
	w.unmount()
	w.mount()
	w.expect(`stat -c %s "$M/many/ABBA - song 07.m4a"`, "100007")
	w.unmount() // ends what runs in the background
	if n := w.origin.Stats().Requests; n != 1 {
		t.Errorf("%d requests for one size", n)
	}
}

// Asking for one size 10 s after the folder was opened asks for one, before
// that for all.
func TestOneSizeLater(t *testing.T) {
	for ago, want := range map[time.Duration]int{11 * time.Second: 1, 5 * time.Second: manySongs} {
		w := many(t, fetchtest.File{})
		w.sh(`ls "$M/many"`)
		w.fs.tree.search("many").opened.Add(-int64(ago))
		w.expect(`stat -c %s "$M/many/ABBA - song 07.m4a"`, "100007")
		if want > 1 {
			w.must(w.origin.WaitRequests(w.ctx(), want))
		}
		w.unmount() // ends what runs in the background
		if n := w.origin.Stats().Requests; n != want {
			t.Errorf("%v after the folder was opened: %d requests, want %d", ago, n, want)
		}
	}
}

// open, read and the attributes never wait for a size.
func TestNothingElseWaitsForSizes(t *testing.T) {
	need(t, "setfattr", "getfattr")
	w := newWorld(t, 100_000)
	gate := make(chan struct{})
	w.origin.Fault(fetchtest.Always, fetchtest.HoldAt(fetchtest.BeforeHead, gate))
	w.mount()
	w.abba()
	w.must(w.library.Close()) // no more searches are made
	python := "cd \"$A\" && python3 -c '\nimport os\nn = \"ABBA - SOS.m4a\"\n%s'"
	need(t, "python3")
	for _, script := range []string{
		`os.close(os.open(n, os.O_RDONLY))`,
		`os.setxattr(n, "user.tunesfs.control", b"start")`,
		`os.setxattr(n, "user.tunesfs.control", b"pause")`,
		`os.getxattr(n, "user.tunesfs.state")`,
		`os.listxattr(n)`,
		`os.access(n, os.R_OK)`,
		`os.stat(n + ".pause")`,
	} {
		w.expect(fmt.Sprintf(python, script), "")
	}
	w.fails(sos+`stat "$S"`, "Device or resource busy") // paused: its size will not come
	w.sh(fmt.Sprintf(python, `os.setxattr(n, "user.tunesfs.control", b"cancel")`))
	w.endsBy(syscall.SIGINT, sos, `stat "$S"`)
	close(gate)
	w.expect(sos+`stat -c %s "$S"`, "100000")
}

// Where the server does not tell, stat waits for the whole, and that of one
// track does not make downloads of the others.
func TestUnknownSizes(t *testing.T) {
	w := many(t, fetchtest.File{NoLength: true, NoRanges: true})
	w.expect(`ls -f "$M/many" >/dev/null; stat -c %s "$M/many/ABBA - song 39.m4a"; wc -c <"$M/many/ABBA - song 38.m4a"`, "100039\n100038")
	w.await(139, fetch.Complete)
	for id := 100; id < 138; id++ {
		if st := w.status(id); st.State != fetch.Idle || st.Held > 0 {
			t.Errorf("song %d: %v with %d bytes", id, st.State, st.Held)
		}
	}
}
