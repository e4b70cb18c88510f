package fs

import (
	"strings"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// unsizedFaults keep the size of SOS from being learnt, with the error number that
// opening it fails with.
var unsizedFaults = map[string]struct {
	arrange func(w *world)
	errno   string
}{
	"refused":    {func(w *world) { w.cutOff(syscall.ECONNREFUSED) }, "ECONNREFUSED"},
	"no network": {func(w *world) { w.cutOff(syscall.ENETUNREACH) }, "ENETUNREACH"},
	"denied":     {func(w *world) { w.origin.Fault(fetchtest.Always, fetchtest.Status(403)) }, "EACCES"},
	"not there":  {func(w *world) { w.origin.Fault(fetchtest.Always, fetchtest.Status(404)) }, "ENOENT"},
	"nonsense": {func(w *world) {
		w.origin.Fault(fetchtest.Always, fetchtest.Both(fetchtest.Gzip, fetchtest.Header("Content-Encoding", "br")))
	}, "EIO"},
}

// copies are ways to copy SOS to the file copy. None may succeed, nor leave an
// empty copy in place of a full one, while it cannot be read.
var copies = map[string]string{
	"cat":         `cat "$S" >/dev/null`,
	"cp":          `cp "$S" copy`,
	"cp -a":       `cp -a "$S" copy`,
	"dd":          `dd if="$S" of=copy conv=notrunc status=none`,
	"rsync":       `rsync -a "$S" copy`,
	"tar":         `tar -cf copy.tar "$A"`,
	"shutil.copy": `python3 -c 'import shutil, sys; shutil.copy(sys.argv[1], "other")' "$S"`,
	"zip":         `python3 -c 'import sys, zipfile; zipfile.ZipFile("x.zip", "w").write(sys.argv[1])' "$S"`,
	"mmap":        `python3 -c 'import mmap, sys; mmap.mmap(open(sys.argv[1], "rb").fileno(), 0, prot=mmap.PROT_READ)' "$S"`,
	"grep -r":     `grep -r needle "$A"`,
}

// A file of unknown size that cannot be reached is shown as empty, and its open
// fails with the reason: ls and getfattr work, and no copy of it is empty.
func TestUnreachableFiles(t *testing.T) {
	need(t, "getfattr", "rsync", "tar", "python3")
	for what, fault := range unsizedFaults {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t, 1000)
			w.mount()
			w.abba()
			fault.arrange(w)
			look := func() {
				t.Helper()
				w.run([]step{
					{what: "its size", script: sos + `stat -c %s "$S"`, prints: "0"},
					{what: "ls", script: `ls -l "$A" | grep -c m4a`, prints: "3"},
					{what: "getfattr", script: sos + `getfattr --absolute-names -d "$S" | grep -c user.tunesfs.error=`, prints: "1"},
				})
			}
			open := func() {
				t.Helper()
				if got := w.tries(self, "open", sosPath); got != fault.errno {
					t.Errorf("opening it: %s, want %s", got, fault.errno)
				}
			}
			look()
			open()
			w.sh(`echo full >copy`)
			ends := map[string]func() string{}
			for name, copy := range copies {
				ends[name] = w.start(sos + copy)
			}
			for name, end := range ends {
				if got := end(); !strings.Contains(got, "(exit status ") {
					t.Errorf("%s succeeds: %s", name, got)
				}
			}
			w.expect(`cat copy`, "full")
			look()
			open()
			w.origin.Heal()
			w.cutOff(0)
			w.sh(sos + `until cat "$S" >copy 2>/dev/null; do sleep 0.1; done`)
			w.copied("copy", "SOS")
			w.expect(sos+`stat -c '%s %a' "$S"`, "1000 644")
		})
	}
}

// The size of a file that is open is never shown as 0: whoever has it open would
// copy nothing. It is shown again when it is closed.
func TestUnreachableWhileOpen(t *testing.T) {
	w := newWorld(t, 1000)
	w.mount()
	w.abba()
	w.cutOff(syscall.ECONNREFUSED)
	w.fails(sos+`exec 3<"$S"; stat -L -c %s /dev/fd/3`, "Connection refused")
	// The kernel tells of the close after close has returned.
	w.sh(sos + `until [ "$(stat -c %s "$S" 2>/dev/null)" = 0 ]; do sleep 0.1; done`)
	w.fails(sos+`exec 3<"$S"`, "Connection refused")
}
