//go:build linux

package peers

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A mounter is a client that shows files in a folder.
type mounter struct {
	name string
	// command mounts the album on dir, in the foreground.
	command func(b *testing.B, o *origin, a []Album, dir, cache string) *exec.Cmd
	// path is where file i of the album is below dir.
	path func(a Album, i int) string
	// as is what runs a program as a user who may read the mount; nothing runs
	// it as who tests.
	as []string
}

var tunesfs = mounter{
	name: "tunesfs",
	command: func(b *testing.B, o *origin, albums []Album, dir, cache string) *exec.Cmd {
		source, most := "itunes+http://"+o.at.Catalog+"/", 0
		args := []string{"mount", "--cache-dir", cache}
		for _, a := range albums {
			args = append(args, "--search", a.Name)
			most = max(most, a.Count)
		}
		if most > 50 {
			source += "?limit=200"
		}
		return exec.Command(binary(b), append(args, source, dir)...)
	},
	path: func(a Album, i int) string {
		return filepath.Join(a.Name, fmt.Sprintf("%s - %03d.m4a", a.Name, i))
	},
}

var rclone = mounter{
	name: "rclone",
	command: func(_ *testing.B, o *origin, _ []Album, dir, cache string) *exec.Cmd {
		return exec.Command("rclone", "mount", ":http:", dir, "--http-url", o.at.Files,
			"--vfs-cache-mode", "full", "--cache-dir", cache, "--config", filepath.Join(cache, "none"))
	},
	path: Album.file,
}

var httpdirfs = mounter{
	name: "httpdirfs",
	command: func(_ *testing.B, o *origin, _ []Album, dir, cache string) *exec.Cmd {
		return exec.Command("httpdirfs", "-f", "--cache", "--cache-location", cache, o.at.Files, dir)
	},
	path: Album.file,
}

// mounters are tunesfs and those to compare it with that are installed, and can
// show files of the origin.
func mounters(b *testing.B) []mounter {
	b.Helper()
	return append([]mounter{tunesfs}, usable(b)...)
}

// A mount is a mounter at work.
type mount struct {
	mounter
	b    *testing.B
	dir  string
	cmd  *exec.Cmd
	said bytes.Buffer
	gone bool
}

// start mounts albums with a cache folder, and returns once the mount is there.
func (m mounter) start(b *testing.B, o *origin, cache string, albums ...Album) *mount {
	b.Helper()
	needMount(b)
	dir := b.TempDir()
	t := &mount{mounter: m, b: b, dir: dir, cmd: m.command(b, o, albums, dir, cache)}
	t.cmd.Stdout, t.cmd.Stderr = &t.said, &t.said
	if err := t.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(t.unmount)
	t.await()
	return t
}

// mountOn mounts albums with a cache folder, and returns when they are listed.
func (m mounter) mountOn(b *testing.B, o *origin, cache string, albums ...Album) *mount {
	b.Helper()
	t := m.start(b, o, cache, albums...)
	for _, a := range albums {
		if got := len(t.list(a)); got < a.Count {
			b.Fatalf("%s lists %d of %d files\n%s", m.name, got, a.Count, t.said.Bytes())
		}
	}
	return t
}

// mount mounts albums with a cache folder of its own.
func (m mounter) mount(b *testing.B, o *origin, albums ...Album) *mount {
	b.Helper()
	return m.mountOn(b, o, b.TempDir(), albums...)
}

// await returns when the mount is there.
func (t *mount) await() {
	t.b.Helper()
	ctx, cancel := context.WithTimeout(t.b.Context(), 20*time.Second)
	defer cancel()
	if err := awaitMount(ctx, t.dir); err != nil {
		t.b.Fatalf("%s does not mount: %v: %s", t.name, err, t.said.Bytes())
	}
}

// awaitMount returns when the kernel's table of mounts, which can be polled for
// changes (proc_pid_mountinfo(5)), has the folder. An os.File is polled by Go
// as well, and whoever comes first takes the news.
func awaitMount(ctx context.Context, dir string) error {
	const path = "/proc/self/mountinfo"
	table, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(table)
	stop, wake, err := os.Pipe()
	if err != nil {
		return err
	}
	defer stop.Close()
	defer context.AfterFunc(ctx, func() { wake.Close() })()
	for ctx.Err() == nil {
		text, err := os.ReadFile(path)
		if err != nil || strings.Contains(string(text), " "+dir+" ") {
			return err
		}
		fds := []unix.PollFd{{Fd: int32(table), Events: unix.POLLPRI}, {Fd: int32(stop.Fd()), Events: unix.POLLIN}}
		if _, err := unix.Poll(fds, -1); err != nil && err != unix.EINTR {
			return err
		}
	}
	return ctx.Err()
}

// unmount ends the mount. It may be called more than once.
func (t *mount) unmount() {
	if t.gone {
		return
	}
	t.gone = true
	if err := unix.Unmount(t.dir, unix.MNT_DETACH); err != nil {
		t.b.Errorf("%s: unmount: %v", t.name, err)
		_ = t.cmd.Process.Kill()
	}
	if t.name != tunesfs.name { // some take minutes to end
		defer time.AfterFunc(2*time.Second, func() { _ = t.cmd.Process.Kill() }).Stop()
	}
	if err := t.cmd.Wait(); err != nil && t.name == tunesfs.name {
		t.b.Errorf("%s: %v\n%s", t.name, err, t.said.Bytes())
	}
}

// check fails the benchmark if tunesfs failed. Of others it is told.
func (t *mount) check(err error) {
	t.b.Helper()
	switch {
	case err == nil:
	case t.name == tunesfs.name:
		t.b.Fatalf("%v\n%s", err, t.said.Bytes())
	default:
		results.once(t.b, t.name, "failed in "+t.b.Name())
	}
}

// file is the path of file i of the album in the mount.
func (t *mount) file(a Album, i int) string { return filepath.Join(t.dir, t.path(a, i)) }

func (t *mount) list(a Album) []string {
	t.b.Helper()
	names, err := os.ReadDir(filepath.Dir(t.file(a, 0)))
	if err != nil {
		t.b.Fatalf("%s: %v", t.name, err)
	}
	var list []string
	for _, n := range names {
		list = append(list, n.Name())
	}
	return list
}

// cpu is the processor time that the mount's process has had so far
// (proc_pid_stat(5), fields 14 and 15, in hundredths of a second).
func (t *mount) cpu() time.Duration {
	t.b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", t.cmd.Process.Pid))
	if err != nil {
		t.b.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(after)
	ticks := 0
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		if err != nil {
			t.b.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// cat reads a file of the mount from start to end, as a program of its own.
func (t *mount) cat(a Album, i int) cost {
	t.b.Helper()
	return t.startCat(a, i)()
}

// reading is the command line that reads a file.
func (m mounter) reading(path string) []string { return append(slices.Clone(m.as), "cat", path) }

// startCat is cat in the background: what it returns waits for the end.
func (t *mount) startCat(a Album, i int) func() cost {
	t.b.Helper()
	before := t.cpu()
	wait := begin(t.b, t.reading(t.file(a, i))...)
	return func() cost {
		t.b.Helper()
		c := wait()
		c.cpu += t.cpu() - before
		t.check(c.err)
		return c
	}
}
