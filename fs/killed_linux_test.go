package fs

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
)

func init() { clients["killed"] = serveUntilKilled }

// A hangingLibrary never responds.
type hangingLibrary struct{ Library }

func (hangingLibrary) List(ctx context.Context, _ string) (catalog.Listing, error) {
	<-ctx.Done()
	return catalog.Listing{}, ctx.Err()
}

func (h hangingLibrary) ListMore(ctx context.Context, folder string) (catalog.Listing, error) {
	return h.List(ctx, folder)
}

// serveUntilKilled mounts at args[0], with a cache in args[1]. The lookup of a name in
// the root never ends. At a line of its input it invalidates .tunesfs, or has the kernel
// forget all in the root, and prints that the kernel was told, or that it waits for the
// lookup, in the kernel or not. args[2] says how new the kernel is.
func serveUntilKilled(args []string) error {
	store, err := fetch.Open(filepath.Join(args[1], "cache"), fetch.Options{})
	if err != nil {
		return err
	}
	f, err := New(Config{
		Library: hangingLibrary{}, Catalog: "test", Source: "test:", StateDir: filepath.Join(args[1], "state"),
		CacheDir: filepath.Join(args[1], "cache"), Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	f.topListing, f.prunes = time.Hour, args[2] != "old"
	if err := f.Mount(args[0], store); err != nil {
		return err
	}
	if args[2] == "old" {
		_ = f.conn.kernel.Close()
	}
	fmt.Println("mounted")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		for !f.tree.root.lock.IsHeld() { // by the lookup
			time.Sleep(time.Millisecond)
		}
		told := f.invalidateMeta
		if lines.Text() == "forget" {
			told = f.forgetRoot
		}
		fmt.Println(told())
	}
	return errors.Join(f.Unmount(context.Background()), store.Close())
}

// invalidateMeta invalidates .tunesfs, and returns when the kernel was told or it waits.
func (f *FS) invalidateMeta() string {
	f.invalidations.addName(f.tree.root, metaName)
	return f.untilItWaits(func() bool {
		f.invalidations.mu.Lock()
		defer f.invalidations.mu.Unlock()
		return f.invalidations.behind == nil
	})
}

// forgetRoot has the kernel forget what is in the root, with a file of which it knows
// nothing, and returns when it was told or it waits. It must forget .tunesfs, if it
// can forget folders.
func (f *FS) forgetRoot() string {
	root := f.tree.root.EmbeddedInode()
	root.AddChild("song.mp3", root.NewInode(context.Background(), &textNode{}, gofs.StableAttr{}), false)
	told := make(chan struct{})
	go func() {
		defer close(told)
		f.forgetFolder(root)
	}()
	return f.untilItWaits(func() bool {
		select {
		case <-told:
			return !f.prunes || root.GetChild(metaName) == nil
		default:
			return false
		}
	})
}

// untilItWaits returns when the kernel was told, or when that waits for the lookup.
func (f *FS) untilItWaits(told func() bool) string {
	for !told() {
		if f.tree.root.lock.Awaited() || inKernel(os.Getpid(), "fuse_reverse_inval_entry") {
			return "it waits"
		}
		time.Sleep(time.Millisecond)
	}
	return "told"
}

// A file system that is killed while it tells the kernel of a change, or what to forget,
// ends, and all who wait for it go on: also where a lookup holds the lock of the folder.
// To be told what to forget, no kernel waits for that lookup.
func TestKilledWhileInvalidating(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root to see where a process waits in the kernel")
	}
	for _, tt := range []struct{ kernel, command, says string }{
		{"new", "invalidate", "told"}, {"old", "invalidate", "it waits"},
		{"new", "forget", "told"}, {"old", "forget", "told"},
	} {
		t.Run(tt.command+" "+tt.kernel, func(t *testing.T) { killWhileInvalidating(t, tt.kernel, tt.command, tt.says) })
	}
}

func killWhileInvalidating(t *testing.T, kernel, command, says string) {
	w := newWorld(t, 1000)
	server := w.asClient("killed", w.mnt, t.TempDir(), kernel)
	commands, err := server.StdinPipe()
	w.must(err)
	output, err := server.StdoutPipe()
	w.must(err)
	server.Stderr = testLog{t}
	w.must(server.Start())
	t.Cleanup(func() { // what is left if the test fails
		_ = unix.Unmount(w.mnt, unix.MNT_FORCE)
		_ = unix.Unmount(w.mnt, unix.MNT_DETACH)
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	lines := make(chan string)
	go func() {
		defer close(lines)
		for printed := bufio.NewScanner(output); printed.Scan(); {
			lines <- printed.Text()
		}
	}()
	if got := <-lines; got != "mounted" {
		t.Fatalf("the file system says %q", got)
	}
	w.sh(`stat "$M/.tunesfs"`)                                // which the kernel keeps
	lookup := exec.Command("stat", filepath.Join(w.mnt, "x")) //nolint:noctx // it cannot be killed
	w.must(lookup.Start())
	for !inKernel(lookup.Process.Pid, "request_wait_answer") {
		time.Sleep(time.Millisecond)
	}
	_, err = fmt.Fprintln(commands, command)
	w.must(err)
	if got := <-lines; got != says {
		t.Fatalf("the file system says %q", got)
	}
	w.must(server.Process.Kill())
	ended := make(chan error, 1)
	go func() { ended <- lookup.Wait() }()
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Error("the lookup goes on 5 s after the file system was killed")
	}
}

// inKernel reports whether a thread of a process is in a function of the kernel.
func inKernel(pid int, function string) bool {
	stacks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stack", pid))
	for _, path := range stacks {
		stack, _ := os.ReadFile(path)
		if strings.Contains(string(stack), function) {
			return true
		}
	}
	return err != nil
}

// A mount that somebody else takes away at the same time is taken away; one that is
// still there and cannot be is an error.
func TestUnmountedBySomebodyElse(t *testing.T) {
	if err := unmount(nil, t.TempDir()); err != nil {
		t.Error(err)
	}
	if err := detach(t.TempDir()); err == nil {
		t.Error("nothing was there")
	}
}
