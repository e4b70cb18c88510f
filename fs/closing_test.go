package fs

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/control"
)

// While the mount ends, what would begin something fails as it does once the
// mount is gone.
func TestClosing(t *testing.T) {
	need(t, "setfattr", "getfattr")
	w := newWorld(t, 300_000)
	w.patient = true
	w.mount()
	w.abba()
	w.sh(sos + `cat "$S" >/dev/null`)
	w.await(3, fetch.Complete)
	defer w.hanging("slow")()
	gate := make(chan struct{})
	defer close(gate)
	w.fs.control.InOrder(&w.fs.tree.search("abba").orders, func() { <-gate }, func(control.Order) {})
	w.fs.life.Close()
	for what, script := range map[string]string{
		"open a file":          `cat "$A/ABBA - Waterloo.m4a"`,
		"open a complete file": sos + `cat "$S"`,
		"control a track":      sos + `setfattr -n user.tunesfs.control -v pause "$S"`,
		"control a folder":     `setfattr -n user.tunesfs.control -v start "$A"`,
		"touch a sidecar":      sos + `touch "$S.pause"`,
		"learn a size":         `stat "$A/ABBA - Waterloo.m4a"`,
		"wait for commands":    `getfattr -n user.tunesfs.settled "$A"`,
		"open a folder":        `ls "$M/slow"`,
		"open a name":          `cat "$M/slow/x"`,
		"read an attribute":    `getfattr -n user.tunesfs.state "$M/slow/x"`,
		"list attributes":      `getfattr -d "$M/slow/x"`,
	} {
		out, err := w.command(script + " 2>&1").CombinedOutput()
		if err == nil || !strings.Contains(string(out), "not connected") {
			t.Errorf("%s: %v, %s", what, err, out)
		}
	}
}

// A bug in one request fails that request, and is logged with where it is.
func TestPanicked(t *testing.T) {
	var log lockedBuffer
	f, err := New(Config{StateDir: t.TempDir(), Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	handler := f.options().PanicHandler
	if status := handler("a bug"); status != fuse.EIO {
		t.Errorf("the request ends with %v", status)
	}
	if got := log.String(); !strings.Contains(got, "a bug") || !strings.Contains(got, "closing_test.go") {
		t.Errorf("logged: %s", got)
	}
}

// A bug in one request is an I/O error and a line of the log, not the end of the
// mount.
func TestBugInARequest(t *testing.T) {
	var log lockedBuffer
	w := newWorld(t, 1000)
	w.cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	w.mount()
	func() { // as go-fuse calls it
		defer func() {
			if status := w.fs.options().PanicHandler(recover()); status != fuse.EIO {
				t.Errorf("the request ends with %v", status)
			}
		}()
		panic("a bug")
	}()
	if text := log.String(); !strings.Contains(text, "panic=string") || !strings.Contains(text, "TestBugInARequest") {
		t.Errorf("the log has %q", text)
	}
	w.expect(`ls "$M"`, "")
}
