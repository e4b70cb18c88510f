package fs

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fs/internal/listing"
)

// copiers are tools that copy a file, each by calls of its own: $1 to $2.
var copiers = map[string]string{
	"cat":           `cat "$1" >"$2"`,
	"cp":            `cp -p "$1" "$2"`,
	"dd":            `dd if="$1" of="$2" bs=64k status=none`,
	"rsync":         `rsync -a "$1" "$2"`,
	"tar":           `tar -C "$(dirname "$1")" -cf - "$(basename "$1")" | tar -xOf - >"$2"`,
	"Python mmap":   `python3 -c 'import mmap,sys; f=open(sys.argv[1],"rb"); open(sys.argv[2],"wb").write(mmap.mmap(f.fileno(),0,access=mmap.ACCESS_READ))' "$1" "$2"`,
	"Python shutil": `python3 -c 'import shutil,sys; shutil.copy2(sys.argv[1],sys.argv[2])' "$1" "$2"`,
	"head and tail": `{ head -c 1000 "$1"; tail -c +1001 "$1"; } >"$2"`,
}

var (
	firstTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	laterTime = time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
)

// copies copies a file of the mount by a tool, which must give the whole of what the
// origin has now.
func (w *world) copies(tool, name string) {
	w.t.Helper()
	to := filepath.Join(w.tmp, "copy")
	_ = os.Remove(to)
	w.sh(fmt.Sprintf(`set -- "$M/%s" %s; %s`, name, to, copiers[tool]))
	got, err := os.ReadFile(to)
	w.must(err)
	want := w.origin.Content(name)
	if err := fetchtest.Check(want, 0, got); err != nil || int64(len(got)) != want.Size() {
		w.t.Errorf("%s: %d bytes of %d, %v", tool, len(got), want.Size(), err)
	}
}

// refresh asks for the listing of the root again, and waits until it has come.
func (w *world) refresh() {
	w.t.Helper()
	before, _ := w.fs.tree.root.lister.Current()
	w.sh(`setfattr -n user.tunesfs.control -v refresh "$M"`)
	for ctx := w.ctx(); ctx.Err() == nil; time.Sleep(time.Millisecond) {
		if now, _ := w.fs.tree.root.lister.Current(); now != before {
			break
		}
	}
	w.sh(`ls "$M" >/dev/null`)
}

// A file that was replaced shows the new size and time as soon as it is listed, and
// every tool gives the whole new one, however much of the old one is held.
func TestReplacedFile(t *testing.T) {
	need(t, "rsync", "tar", "python3")
	for had, read := range map[string]string{"nothing": ``, "a part": `head -c 100000 "$M/a.mp3" >/dev/null`, "all": `cat "$M/a.mp3" >/dev/null`} {
		for _, remount := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, remount %v", had, remount), func(t *testing.T) {
				w := newShelf(t)
				w.addFile(fetchtest.File{Name: "a.mp3", Content: fetchtest.Random(1, 300_000)})
				w.shelf.list("a.mp3", 300_000, firstTime)
				w.mount()
				w.expect(`stat -c '%s %Y' "$M/a.mp3"`, fmt.Sprint(300_000, " ", firstTime.Unix()))
				w.sh(read)
				for tool := range copiers {
					size := w.origin.Content("a.mp3").Size() + 50_000
					at := laterTime.Add(time.Duration(size) * time.Second)
					w.origin.Replace("a.mp3", fetchtest.Random(uint64(size), size))
					w.shelf.list("a.mp3", size, at)
					if remount {
						w.unmount()
						w.mount()
					}
					w.refresh()
					w.expect(`stat -c '%s %Y' "$M/a.mp3"`, fmt.Sprint(size, " ", at.Unix()))
					w.copies(tool, "a.mp3")
					w.expect(`stat -c '%s %Y' "$M/a.mp3"`, fmt.Sprint(size, " ", at.Unix()))
				}
			})
		}
	}
}

// Where the listing told a wrong size from the start, or tells that of the version
// before, every tool gives the whole of what the server has.
func TestWrongSizeListed(t *testing.T) {
	need(t, "rsync", "tar", "python3")
	for _, told := range []int64{1, 200_000, 5_000_000} {
		t.Run(fmt.Sprint(told), func(t *testing.T) {
			w := newShelf(t)
			for tool := range copiers {
				name := tool + ".mp3"
				w.addFile(fetchtest.File{Name: name, Content: fetchtest.Random(1, 700_000)})
				w.shelf.list(name, told, firstTime)
			}
			w.mount()
			w.expect(`stat -c %s "$M"/*.mp3 | sort -u`, fmt.Sprint(told))
			for tool := range copiers {
				w.copies(tool, tool+".mp3")
			}
			w.expect(`stat -c %s "$M"/*.mp3 | sort -u`, "700000")
		})
	}
}

// The quick check of rsync sees a file that was replaced, and no other one.
func TestQuickCheck(t *testing.T) {
	need(t, "rsync")
	w := newShelf(t)
	for _, name := range []string{"a.mp3", "b.mp3", "c.mp3"} {
		w.addFile(fetchtest.File{Name: name, Content: fetchtest.Random(1, 300_000)})
		w.shelf.list(name, 300_000, firstTime)
	}
	w.mount()
	const again = `rsync -ai --include='*.mp3' --exclude='*' "$M/" copies/ | grep mp3`
	w.expect(again+` | wc -l`, "3")
	w.origin.Replace("b.mp3", fetchtest.Random(2, 300_000))
	w.shelf.list("b.mp3", 300_000, laterTime)
	w.refresh()
	w.expect(again, ">f..t...... b.mp3")
	got, err := os.ReadFile(filepath.Join(w.tmp, "copies", "b.mp3"))
	w.must(err)
	w.must(fetchtest.Check(w.origin.Content("b.mp3"), 0, got))
	w.expect(again+` | wc -l`, "0")
}

// While the server cannot be asked, a file that was replaced cannot be opened, and
// no tool copies the old one under the new one's date.
func TestReplacedOffline(t *testing.T) {
	w := newShelf(t)
	w.addFile(fetchtest.File{Name: "a.mp3", Content: fetchtest.Random(1, 300_000)})
	w.shelf.list("a.mp3", 300_000, firstTime)
	w.mount()
	w.sh(`cat "$M/a.mp3" >/dev/null`)
	w.shelf.list("a.mp3", 450_000, laterTime)
	w.origin.Fault(fetchtest.Always, fetchtest.Status(403))
	w.refresh()
	w.expect(`stat -c '%s %Y' "$M/a.mp3"`, fmt.Sprint(450_000, " ", laterTime.Unix()))
	w.fails(`cp -p "$M/a.mp3" copy`, "Permission denied")
	w.origin.Heal()
	w.origin.Replace("a.mp3", fetchtest.Random(2, 450_000))
	w.expect(`sleep 1.1; cat "$M/a.mp3" | wc -c`, "450000")
}

// Opening any folder waits a little until the kernel was told of what a listing changed,
// the root included.
func TestOpenWaitsForTheKernel(t *testing.T) {
	w := newWorld(t, 1000)
	w.mount()
	w.abba()
	for _, dir := range []string{`"$M"`, `"$A"`} {
		w.sh(`ls ` + dir) // after which nothing is noted
		n := &w.fs.invalidations
		n.mu.Lock()
		n.behind = make(chan struct{})
		n.mu.Unlock()
		began := time.Now()
		w.sh(`ls ` + dir)
		if took := time.Since(began); took < listing.RefreshTimeout {
			t.Errorf("%s opened after %v, before the kernel was told", dir, took)
		}
		n.caughtUp()
	}
}

// TestReplacedFileAfterOlderCount puts an older copy of the count of processes in its
// place, as a cache folder that was restored has it: a file that was replaced since shows
// the new size, and gives the new bytes, whether or not earlier listings are stored.
func TestReplacedFileAfterOlderCount(t *testing.T) {
	for _, stored := range []bool{true, false} {
		t.Run(fmt.Sprintf("listings stored %v", stored), func(t *testing.T) {
			w := newShelf(t)
			w.addFile(fetchtest.File{Name: "a.mp3", Content: fetchtest.Random(1, 300_000)})
			w.shelf.list("a.mp3", 300_000, firstTime)
			w.mount()
			w.refresh()
			w.unmount()
			listings := filepath.Join(w.cfg.StateDir, "listings")
			count, err := os.ReadFile(filepath.Join(listings, "sequence"))
			w.must(err)
			for range 3 {
				w.mount()
				for range 3 {
					w.refresh()
				}
				w.copies("cat", "a.mp3")
				w.unmount()
			}
			if !stored {
				w.must(os.RemoveAll(listings))
				w.must(os.Mkdir(listings, 0o700))
			}
			w.must(os.WriteFile(filepath.Join(listings, "sequence"), count, 0o600))
			w.origin.Replace("a.mp3", fetchtest.Random(2, 200_000))
			w.shelf.list("a.mp3", 200_000, laterTime)
			w.mount()
			w.refresh()
			w.expect(`stat -c '%s %Y' "$M/a.mp3"`, fmt.Sprint(200_000, " ", laterTime.Unix()))
			w.copies("cat", "a.mp3")
		})
	}
}
