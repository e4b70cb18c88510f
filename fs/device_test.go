package fs

import (
	"os"
	"testing"
	"time"
)

// A program started by the process behind a mount does not hold the mount open.
func TestMountIsNotInherited(t *testing.T) {
	w := mounted(t, 1000)
	w.expect(`for f in /proc/$$/fd/*; do readlink "$f"; done | grep -c /dev/fuse; true`, "0")
}

// A connection that is aborted while a request hangs ends the waits of those that
// begin after that, as go-fuse does not.
func TestAbortIsHeeded(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root aborts a connection")
	}
	need(t, "umount")
	w := mounted(t, 1000)
	w.fs.life.CheckAborted()
	if w.fs.life.Closing() {
		t.Fatal("the mount ends though nobody has aborted it")
	}
	w.fs.saved.mu.Lock()
	hangs := w.start(`mkdir "$M/x" 2>/dev/null; true`)
	w.sh(`sleep 0.5; umount -f "$M" || true`)
	ctx, leave := w.fs.life.Until(t.Context())
	defer leave()
	select {
	case <-ctx.Done():
	case <-time.After(testTimeout):
		t.Error("what begins now waits")
	}
	w.fs.saved.mu.Unlock()
	hangs()
	w.fs.Wait()
}

// A connection that was aborted leaves its mount in the table while programs
// are in it; the unmount that follows takes it away.
func TestUnmountAfterAbort(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root aborts a connection")
	}
	need(t, "umount")
	w := mounted(t, 1000)
	shell := w.sh(`cd "$M"; sleep 60 >/dev/null 2>&1 & echo $!`)
	defer w.sh("kill " + shell)
	w.sh(`! umount -f "$M" 2>/dev/null`)
	w.fs.Wait()
	w.unmount()
	w.expect(`grep -c " $M " /proc/self/mountinfo; true`, "0")
}
