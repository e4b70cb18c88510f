package fs

import (
	"fmt"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// A stat that waits for a size that only the end of the file tells shows the version that
// it waited for in the end: its time, too, where another took the place of the first.
func TestSizeOfAnotherVersion(t *testing.T) {
	for _, size := range []int64{400_000, 300_000} {
		w := newShelf(t)
		file := fetchtest.File{Name: "a.mp3", Content: fetchtest.Random(1, 300_000), Modified: firstTime, NoLength: true, NoRanges: true}
		w.addFile(file)
		w.shelf.list("a.mp3", 0, firstTime)
		gate := make(chan struct{})
		w.origin.Fault(fetchtest.Always, fetchtest.HoldAt(1000, gate))
		w.mount()
		w.sh(`ls "$M" >/dev/null`)
		before := w.origin.Stats().Requests
		stat := w.start(`stat -c '%s %Y' "$M/a.mp3"`)
		w.must(w.origin.WaitRequests(w.ctx(), before+1))
		w.origin.Heal()
		file.Content, file.Modified = fetchtest.Random(2, size), laterTime
		w.addFile(file)
		w.shelf.list("a.mp3", 0, laterTime)
		w.refresh()
		want := fmt.Sprint(size, " ", laterTime.Unix())
		if got := stat(); got != want {
			t.Errorf("stat: %q, want %q", got, want)
		}
		w.expect(`stat -c '%s %Y' "$M/a.mp3"`, want)
		w.unmount()
		close(gate)
	}
}

// An open file whose size nobody told before it was read shows that of the version that
// was read, though a listing tells another's by then; a whole file does so, too.
func TestSizeOfAnOpenFile(t *testing.T) {
	need(t, "python3")
	for name, read := range map[string]string{"a part": `os.read(f, 10)`, "the whole": `os.read(f, 400_000); f = os.open(sys.argv[1], os.O_RDONLY)`} {
		t.Run(name, func(t *testing.T) {
			w := newShelf(t)
			file := fetchtest.File{Name: "a.mp3", Content: fetchtest.Random(1, 300_000), Modified: firstTime}
			w.addFile(file)
			w.shelf.list("a.mp3", 0, firstTime)
			w.mount()
			w.sh(`ls "$M" >/dev/null`)
			open := w.talk(`python3 -c '
import os, sys
f = os.open(sys.argv[1], os.O_RDONLY)
` + read + `
print("read", flush=True)
input()
print(os.fstat(f).st_size)
' "$M/a.mp3"`)
			open.await("read")
			file.Content, file.Modified = fetchtest.Random(2, 400_000), laterTime
			w.addFile(file)
			w.shelf.list("a.mp3", 400_000, laterTime)
			w.refresh()
			if got := open.end(); got != "read\n300000\n" {
				t.Errorf("it shows\n%s", got)
			}
			w.expect(`stat -c %s "$M/a.mp3"`, "400000")
		})
	}
}

// An open file whose size nobody told before its end came shows the time of the version
// that it gave, though what was listed at its open, and now, is of others.
func TestTimeOfAnOpenFile(t *testing.T) {
	need(t, "python3")
	w := newShelf(t)
	w.addFile(fetchtest.File{Name: "a.mp3", Content: fetchtest.Random(2, 400_000), Modified: laterTime, NoLength: true, NoRanges: true})
	w.shelf.list("a.mp3", 300_000, firstTime)
	gate := make(chan struct{})
	w.origin.Fault(fetchtest.Always, fetchtest.HoldAt(100_000, gate))
	w.mount()
	cat := w.start(`head -c 50000 "$M/a.mp3" >/dev/null; cat "$M/a.mp3" | wc -c`)
	w.must(w.origin.WaitSent(w.ctx(), 100_000))
	open := w.talk(`python3 -c '
import os, sys
f = os.open(sys.argv[1], os.O_RDONLY)
print("open", flush=True)
print(len(os.pread(f, 10, 399_990)), flush=True)
input()
st = os.fstat(f)
print(st.st_size, int(st.st_mtime))
' "$M/a.mp3"`)
	open.await("open")
	close(gate)
	open.await("10")
	w.shelf.list("a.mp3", 500_000, laterTime.AddDate(0, 1, 0))
	w.refresh()
	want := fmt.Sprintf("open\n10\n400000 %d\n", laterTime.Unix())
	if got := open.end(); got != want {
		t.Errorf("it shows\n%s, want\n%s", got, want)
	}
	if got := cat(); got != "400000" {
		t.Errorf("cat gave %s bytes", got)
	}
}
