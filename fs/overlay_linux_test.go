package fs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
)

// attach mounts until the end of the test.
func attach(t *testing.T, dir string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "mount", append(args, dir)...).CombinedOutput(); err != nil {
		missing(t, fmt.Sprintf("mount %s: %s", args, out))
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil { //nolint:noctx // after the test
			t.Errorf("umount: %s", out)
		}
	})
}

// overlaid returns a folder on a tmpfs, and one on an overlay of that, as a
// container has: an overlay's upper folder may not be on another.
func overlaid(t *testing.T) (plain, overlay string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root mounts an overlay")
	}
	if known, err := os.ReadFile("/proc/filesystems"); err != nil || !strings.Contains(string(known), "\toverlay\n") {
		t.Skip("this kernel has no overlayfs")
	}
	below, overlay := t.TempDir(), t.TempDir()
	attach(t, below, "-t", "tmpfs", "tmpfs")
	var options []string
	for _, layer := range []string{"lower", "upper", "work"} {
		dir := filepath.Join(below, layer)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		options = append(options, layer+"dir="+dir)
	}
	attach(t, overlay, "-t", "overlay", "-o", strings.Join(options, ","), "overlay")
	return filepath.Join(below, "cache"), filepath.Join(overlay, "cache")
}

// A cache on overlayfs keeps passthrough, and every byte.
func TestCacheOnOverlay(t *testing.T) {
	const size = 3_000_001
	plain, overlay := overlaid(t)
	w := newWorld(t, size)
	w.cache, w.cfg.CacheDir = plain, plain
	w.mount()
	if !w.fs.PassesThrough() {
		t.Skip("this kernel has no passthrough")
	}
	w.unmount()
	w.cache, w.cfg.CacheDir = overlay, overlay
	w.mount()
	if !w.fs.PassesThrough() {
		t.Fatal("no passthrough")
	}
	w.abba()
	w.sh(sos + `cat "$S" >cold`)
	w.await(3, fetch.Complete)
	requests := w.origin.Stats().Requests
	w.expect(sos+`cat "$S" >warm; dd if="$S" of=parts bs=7777 status=none; tail -c 1000 "$S" | cmp - "$S" -i 0:2999001`, "")
	for _, name := range []string{"cold", "warm", "parts"} {
		w.copied(name, "SOS")
	}
	for _, how := range []string{"private", "shared"} {
		mapped, err := w.asClient("map", w.mnt+"/abba/ABBA - SOS.m4a", how).Output()
		w.must(err)
		w.isMapped(mapped)
	}
	if n := w.origin.Stats().Requests; n != requests {
		t.Errorf("a complete file was asked for %d times again", n-requests)
	}
}
