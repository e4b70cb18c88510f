package fs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/fetch"
)

func init() { clients["map"] = copyMapped }

// copyMapped writes what a mapping of a file shows to standard output.
func copyMapped(args []string) error {
	file, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	for _, flags := range []int{syscall.MAP_PRIVATE, syscall.MAP_SHARED} {
		mapped, err := syscall.Mmap(int(file.Fd()), 0, int(info.Size()), syscall.PROT_READ, flags)
		if err != nil {
			return fmt.Errorf("mmap: %w", err)
		}
		if _, err := os.Stdout.Write(mapped); err != nil {
			return err
		}
		if err := syscall.Munmap(mapped); err != nil {
			return err
		}
	}
	return nil
}

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
	mapped, err := w.asClient("map", w.mnt+"/abba/ABBA - SOS.m4a").Output()
	w.must(err)
	w.must(os.WriteFile(filepath.Join(w.tmp, "mapped"), mapped[:len(mapped)/2], 0o600))
	w.must(os.WriteFile(filepath.Join(w.tmp, "shared"), mapped[len(mapped)/2:], 0o600))
	w.copied("mapped", "SOS")
	w.copied("shared", "SOS")
	if n := w.origin.Stats().Requests; n != requests {
		t.Errorf("a complete file was asked for %d times again", n-requests)
	}
}
