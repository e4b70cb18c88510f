//go:build linux

package peers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// indexed is tunesfs with an album as the origin's own page, which may be of any
// length and tells sizes.
var indexed = mounter{
	name: tunesfs.name,
	command: func(b *testing.B, o *origin, albums []Album, dir, cache string) *exec.Cmd {
		return exec.Command(binary(b), "mount", "--cache-dir", cache, "index+"+o.at.Files+albums[0].Name+"/", dir)
	},
	path: func(_ Album, i int) string { return fmt.Sprintf("%03d.m4a", i) },
}

// ordinary is tunesfs mounted by who may not have the kernel read files itself.
var ordinary = mounter{
	name: tunesfs.name,
	command: func(b *testing.B, o *origin, albums []Album, dir, cache string) *exec.Cmd {
		cmd := tunesfs.command(b, o, albums, dir, cache)
		nobody := &syscall.Credential{Uid: 65534, Gid: 65534}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: nobody}
		cmd.Env = append(os.Environ(), "HOME="+cache, "XDG_RUNTIME_DIR=")
		open(b, dir, nobody)
		open(b, cache, nobody)
		open(b, binary(b), nil)
		return cmd
	},
	path: tunesfs.path,
	as:   []string{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"},
}

// open lets everybody reach a folder of the test's, and gives it to owner.
func open(b *testing.B, dir string, owner *syscall.Credential) {
	b.Helper()
	if owner != nil {
		if err := os.Chown(dir, int(owner.Uid), int(owner.Gid)); err != nil {
			b.Skip(err)
		}
	}
	for dir = filepath.Dir(dir); dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			b.Fatal(err)
		}
	}
}

// readerEnv makes the test's binary a program that opens every file of a folder,
// reads 4 KiB, closes it, and prints how long that took, in nanoseconds.
const readerEnv = "TUNESFS_PEERS_READER"

func readHeads(dir string) (time.Duration, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	page, began := make([]byte, 4<<10), time.Now()
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".m4a") {
			continue
		}
		fd, err := unix.Open(filepath.Join(dir, e.Name()), unix.O_RDONLY, 0)
		if err != nil {
			return 0, err
		}
		if n, err := unix.Read(fd, page); n != len(page) {
			return 0, fmt.Errorf("%s: %d bytes, %w", e.Name(), n, err)
		}
		unix.Close(fd)
	}
	return time.Since(began), nil
}

// openEach runs that program.
func openEach(b *testing.B, dir string) float64 {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), readerEnv+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatal(err)
	}
	ns, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return time.Duration(ns).Seconds()
}

// loopback shows a folder by go-fuse's own example.
func loopback(b *testing.B, dir string) *mount {
	b.Helper()
	program := filepath.Join(b.TempDir(), "loopback")
	if out, err := exec.Command("go", "build", "-o", program, "github.com/hanwen/go-fuse/v2/example/loopback").CombinedOutput(); err != nil {
		b.Skipf("%v: %s", err, out)
	}
	m := mounter{name: "loopback", command: func(_ *testing.B, _ *origin, _ []Album, at, _ string) *exec.Cmd {
		return exec.Command(program, "-q", at, dir)
	}}
	return m.start(b, nil, "")
}

// BenchmarkSmallFiles opens 10,000 complete files of 4 KiB and reads them, beside
// go-fuse's own loopback on a folder of as many.
func BenchmarkSmallFiles(b *testing.B) {
	const count, size = 10_000, 4 << 10
	o := startOrigin(b, fetchtest.Link{})
	a := o.album(count, size)
	t := indexed.start(b, o, b.TempDir(), a)
	run(b, "sh", "-c", "cat "+t.dir+"/*.m4a >/dev/null") // completes them
	plain := b.TempDir()
	for i := range count {
		if err := os.WriteFile(filepath.Join(plain, fmt.Sprintf("%05d.m4a", i)), make([]byte, size), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	other := loopback(b, plain)
	took := set{}
	for range *pairs {
		took.note(tunesfs.name, openEach(b, t.dir))
		took.note("loopback", openEach(b, other.dir))
		took.note("plain file", openEach(b, plain))
	}
	ratio := took[tunesfs.name].over(took["loopback"])
	results.add(b, "native: open, read 4 KiB, close 10,000 small files",
		took.medians("s")+"; x loopback "+ratio.spread(), atMost(ratio.median(), 1.2, "x go-fuse's loopback"))
}

// BenchmarkComplete reads 512 MiB that is complete, by one reader and by sixteen
// at once, with the kernel reading the cache file itself and without.
func BenchmarkComplete(b *testing.B) {
	const crowd = 16
	o := startOrigin(b, fetchtest.Link{})
	a := o.album(1, large)
	plain := filepath.Join(b.TempDir(), "plain")
	curl(b, o.url(a, 0), plain)
	kinds := map[string]*mount{tunesfs.name: tunesfs.mount(b, o, a)}
	if os.Geteuid() == 0 && installed("fusermount3") {
		kinds["without passthrough"] = ordinary.start(b, o, b.TempDir(), a)
	}
	lines := map[string][]string{"plain file": {"cat", plain}}
	for kind, t := range kinds {
		t.cat(a, 0)
		lines[kind] = t.reading(t.file(a, 0))
	}
	one, many := set{}, set{}
	for range *pairs {
		for kind, line := range lines {
			one.note(kind, together(b, 1, line))
			many.note(kind, together(b, crowd, line))
		}
	}
	for kind := range kinds {
		goal := 1.1
		if kind != tunesfs.name {
			goal = 3
		}
		ratio := one[kind].over(one["plain file"])
		results.add(b, "native: complete 512 MiB, "+kind, one.medians("s")+"; x plain "+ratio.spread(), atMost(ratio.median(), goal, "x plain"))
		ratio = many[kind].over(many["plain file"])
		results.add(b, "native: the same by 16 readers, "+kind, many.medians("s")+"; x plain "+ratio.spread(), "as the plain file")
	}
}

// together runs n times the same program at once.
func together(b *testing.B, n int, line []string) float64 {
	b.Helper()
	began := time.Now()
	var ends []func() cost
	for range n {
		ends = append(ends, begin(b, line...))
	}
	for _, end := range ends {
		if c := end(); c.err != nil {
			b.Fatal(c.err)
		}
	}
	return time.Since(began).Seconds()
}

// BenchmarkHugeFolder lists 100,000 tracks by name, and what they take in memory
// then, and once each has been looked up.
func BenchmarkHugeFolder(b *testing.B) {
	const count = 100_000
	o := startOrigin(b, fetchtest.Link{})
	empty := indexed.start(b, o, b.TempDir(), o.album(1, 4<<10))
	run(b, "ls", "-f", empty.dir)
	base := empty.rss()
	a := o.album(count, 4<<10)
	t := indexed.start(b, o, b.TempDir(), a)
	first := run(b, "ls", "-f", t.dir).wall.Seconds()
	if n := len(t.list(a)); n < count {
		b.Fatalf("%d of %d are listed\n%s", n, count, t.said.Bytes())
	}
	var again figures
	for range *pairs {
		again = append(again, run(b, "ls", "-f", t.dir).wall.Seconds())
	}
	results.add(b, "native: ls -f of 100,000 tracks", fmt.Sprintf("%.2f s; listed from the catalog in %.2f s", again.median(), first),
		atMost(again.median(), 0.3, "s"))
	time.Sleep(time.Second) // the runtime gives memory back by and by
	names := (t.rss() - base) / count
	results.add(b, "native: memory of a track after ls -f", fmt.Sprintf("%.0f bytes", names), atMost(names, 1<<10, "bytes"))
	long := run(b, "ls", "-l", t.dir).wall.Seconds()
	time.Sleep(time.Second)
	sizes := (t.rss() - base) / count
	results.add(b, "native: memory of a track after ls -l", fmt.Sprintf("%.0f bytes; ls -l took %.1f s", sizes, long), atMost(sizes, 3<<10, "bytes"))
}

// rss is the memory that the mount's process has, in bytes (proc_pid_statm(5)).
func (t *mount) rss() float64 {
	t.b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", t.cmd.Process.Pid))
	if err != nil {
		t.b.Fatal(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(text))[1])
	if err != nil {
		t.b.Fatal(err)
	}
	return float64(pages * os.Getpagesize())
}
