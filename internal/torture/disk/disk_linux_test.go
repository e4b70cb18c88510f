package disk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/internal/durable"
)

// TestMain is the process of the disk, too.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == "disk" {
		if err := Serve(os.Args[2], os.Args[3], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// start mounts a disk.
func start(t *testing.T) *Disk {
	t.Helper()
	if f, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0); err != nil {
		t.Skipf("skipped: it needs /dev/fuse: %v", err)
	} else {
		_ = f.Close()
	}
	top := t.TempDir()
	below, dir := filepath.Join(top, "below"), filepath.Join(top, "disk")
	for _, path := range []string{below, dir} {
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	d, err := Start(ctx, []string{os.Args[0], "disk"}, below, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Stop(); err != nil {
			t.Error(err)
		}
		if left, err := filepath.Glob(below + ".*"); err != nil || len(left) > 0 {
			t.Errorf("%q is left, %v", left, err)
		}
	})
	return d
}

// A program uses a disk. Each of its methods is one operation.
type program struct {
	t   *testing.T
	dir string
}

func (p program) path(name string) string { return filepath.Join(p.dir, name) }

func (p program) check(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p program) write(name, text string) {
	p.t.Helper()
	p.check(os.WriteFile(p.path(name), []byte(text), 0o600))
}

func (p program) put(name string, off int64, text string) {
	p.t.Helper()
	f, err := os.OpenFile(p.path(name), os.O_WRONLY, 0)
	p.check(err)
	defer f.Close()
	_, err = f.WriteAt([]byte(text), off)
	p.check(err)
}

func (p program) sync(name string) {
	p.t.Helper()
	f, err := os.Open(p.path(name))
	p.check(err)
	defer f.Close()
	p.check(f.Sync())
}

func (p program) mkdir(name string)      { p.t.Helper(); p.check(os.Mkdir(p.path(name), 0o700)) }
func (p program) remove(name string)     { p.t.Helper(); p.check(os.Remove(p.path(name))) }
func (p program) rename(from, to string) { p.t.Helper(); p.check(os.Rename(p.path(from), p.path(to))) }
func (p program) link(from, to string)   { p.t.Helper(); p.check(os.Link(p.path(from), p.path(to))) }

// state lists all files and what they hold.
func (p program) state() string {
	p.t.Helper()
	var all []string
	p.check(filepath.WalkDir(p.dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || path == p.dir {
			return err
		}
		name, _ := filepath.Rel(p.dir, path)
		if e.IsDir() {
			all = append(all, name+"/")
			return nil
		}
		b, err := os.ReadFile(path)
		all = append(all, name+"="+short(string(b)))
		return err
	}))
	return strings.Join(all, " ")
}

// What no sync has reached is gone after a power cut, and all else is as it was.
func TestCut(t *testing.T) {
	d := start(t)
	tests := []struct {
		name string
		do   func(p program)
		want string
	}{
		{"nothing", func(program) {}, "a=old sub/ sub/b=old"},
		{"a file is written", func(p program) { p.write("new", "x") }, "a=old sub/ sub/b=old"},
		{"its bytes alone are synced", func(p program) { p.write("new", "x"); p.sync("new") }, "a=old sub/ sub/b=old"},
		{"its name alone is synced", func(p program) { p.write("new", "x"); p.sync(".") }, "a=old new= sub/ sub/b=old"},
		{"both are synced", func(p program) { p.write("new", "x"); p.sync("new"); p.sync(".") }, "a=old new=x sub/ sub/b=old"},
		{"bytes change", func(p program) { p.put("a", 1, "xx") }, "a=old sub/ sub/b=old"},
		{"bytes change and are synced", func(p program) { p.put("a", 1, "xx"); p.sync("a"); p.put("a", 0, "later") }, "a=oxx sub/ sub/b=old"},
		{"a file is written over", func(p program) { p.write("a", "longer than it was") }, "a=old sub/ sub/b=old"},
		{"a file is cut", func(p program) { p.check(os.Truncate(p.path("a"), 1)) }, "a=old sub/ sub/b=old"},
		{"a file is removed", func(p program) { p.remove("a") }, "a=old sub/ sub/b=old"},
		{"a file is removed, and the folder synced", func(p program) { p.remove("a"); p.sync(".") }, "sub/ sub/b=old"},
		{"a file moves over another", func(p program) { p.write("tmp", "new"); p.sync("tmp"); p.rename("tmp", "a") }, "a=old sub/ sub/b=old"},
		{"it does, and the folder is synced", func(p program) { p.write("tmp", "new"); p.sync("tmp"); p.rename("tmp", "a"); p.sync(".") },
			"a=new sub/ sub/b=old"},
		{"it does, unsynced, and the folder is synced", func(p program) { p.write("tmp", "new"); p.rename("tmp", "a"); p.sync(".") },
			"a= sub/ sub/b=old"},
		{"a folder is made", func(p program) { p.mkdir("dir"); p.write("dir/f", "x"); p.sync("dir/f"); p.sync("dir") }, "a=old sub/ sub/b=old"},
		{"a folder is made and synced above", func(p program) { p.mkdir("dir"); p.write("dir/f", "x"); p.sync("dir/f"); p.sync("dir"); p.sync(".") },
			"a=old dir/ dir/f=x sub/ sub/b=old"},
		{"a folder is removed", func(p program) { p.remove("sub/b"); p.remove("sub") }, "a=old sub/ sub/b=old"},
		{"a folder is removed, and its emptiness synced", func(p program) { p.remove("sub/b"); p.sync("sub"); p.remove("sub") }, "a=old sub/"},
		{"a folder is removed and synced above", func(p program) { p.remove("sub/b"); p.remove("sub"); p.sync(".") }, "a=old"},
		{"a folder moves", func(p program) { p.rename("sub", "moved"); p.remove("moved/b") }, "a=old sub/ sub/b=old"},
		{"a folder moves and is synced", func(p program) { p.rename("sub", "moved"); p.sync(".") }, "a=old moved/ moved/b=old"},
		{"a file moves to a folder", func(p program) { p.rename("a", "sub/a") }, "a=old sub/ sub/b=old"},
		{"a file moves to a folder that is synced", func(p program) { p.rename("a", "sub/a"); p.sync("sub") }, "sub/ sub/a=old sub/b=old"},
		{"a file has two names", func(p program) { p.link("a", "c"); p.remove("a") }, "a=old sub/ sub/b=old"},
		{"a name is used again and again", func(p program) {
			for range 5 {
				p.remove("a")
				p.write("a", "new")
				p.sync("a")
			}
		}, "a=old sub/ sub/b=old"},
		{"a name is used again, and synced", func(p program) { p.remove("a"); p.write("a", "new"); p.sync("a"); p.sync(".") }, "a=new sub/ sub/b=old"},
		{"names are exchanged", func(p program) {
			p.write("sub/b", "other")
			p.sync("sub/b")
			p.check(unix.Renameat2(unix.AT_FDCWD, p.path("a"), unix.AT_FDCWD, p.path("sub/b"), unix.RENAME_EXCHANGE))
		}, "a=old sub/ sub/b=other"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := program{t, filepath.Join(d.Dir(), strings.ReplaceAll(tt.name, " ", "_"))}
			p.check(os.Mkdir(p.dir, 0o700))
			p.write("a", "old")
			p.mkdir("sub")
			p.write("sub/b", "old")
			for _, name := range []string{"a", "sub/b", "sub", ".", ".."} {
				p.sync(name)
			}
			tt.do(p)
			before := p.state()
			if err := d.Cut(0); err != nil {
				t.Fatal(err)
			}
			if got := p.state(); got != tt.want {
				t.Errorf("after a power cut there is %q, want %q; it was %q", got, tt.want, before)
			}
			if err := d.Cut(1); err != nil {
				t.Fatal(err)
			}
			if got := p.state(); got != tt.want {
				t.Errorf("after another there is %q, want %q", got, tt.want)
			}
		})
	}
}

// What package durable writes is there, whole, after any power cut; and what is
// written without a sync is not, or the disk would show nothing.
func TestCutOfDurableFiles(t *testing.T) {
	d := start(t)
	torn := map[bool]int{}
	for seed := range uint64(60) {
		for _, synced := range []bool{true, false} {
			path := filepath.Join(d.Dir(), fmt.Sprint("file-", synced))
			old, want := bytes.Repeat([]byte{byte(seed)}, 5*blockSize), bytes.Repeat([]byte{byte(seed + 1)}, 7*blockSize)
			if err := (durable.Files{}).Write(path, old); err != nil {
				t.Fatal(err)
			}
			if err := d.Cut(seed); err != nil {
				t.Fatal(err)
			}
			write := durable.Files{}.Write
			if !synced {
				write = func(path string, b []byte) error {
					return errors.Join(os.WriteFile(path+".tmp", b, 0o600), os.Rename(path+".tmp", path))
				}
			}
			if err := write(path, want); err != nil {
				t.Fatal(err)
			}
			if err := d.Cut(seed + 1); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(got, want) && !bytes.Equal(got, old) {
				torn[synced]++
			}
			if synced && !bytes.Equal(got, want) {
				t.Errorf("seed %d: the file is lost: %d bytes, %v", seed, len(got), err)
			}
		}
	}
	if torn[false] < 10 || torn[true] > 0 {
		t.Errorf("torn files: %v of 60, by whether they were synced", torn)
	}
}

func TestFail(t *testing.T) {
	tests := []struct {
		op string
		do func(p program, f *os.File) error
	}{
		{"read", func(_ program, f *os.File) error { _, err := f.ReadAt(make([]byte, 1), 0); return err }},
		{"write", func(_ program, f *os.File) error { _, err := f.WriteAt([]byte("x"), 0); return err }},
		{"fsync", func(_ program, f *os.File) error { return f.Sync() }},
		{"fsync", func(_ program, f *os.File) error { return unix.Fdatasync(int(f.Fd())) }},
		{"fsync", func(p program, _ *os.File) error { return durable.Files{}.SyncDir(p.dir) }},
		{"rename", func(p program, _ *os.File) error { return os.Rename(p.path("a"), p.path("a2")) }},
		{"unlink", func(p program, _ *os.File) error { return os.Remove(p.path("c")) }},
		{"unlink", func(p program, _ *os.File) error { return unix.Rmdir(p.path("sub")) }},
		{"truncate", func(_ program, f *os.File) error { return f.Truncate(1) }},
		{"truncate", func(p program, _ *os.File) error { return os.Truncate(p.path("b"), 1) }},
		{"open", func(p program, _ *os.File) error { f, err := os.Open(p.path("b")); _ = f.Close(); return err }},
		{"create", func(p program, _ *os.File) error { f, err := os.Create(p.path("new")); _ = f.Close(); return err }},
		{"mkdir", func(p program, _ *os.File) error { return os.Mkdir(p.path("newdir"), 0o700) }},
		{"fallocate", func(_ program, f *os.File) error { return unix.Fallocate(int(f.Fd()), 0, 0, 9000) }},
	}
	d := start(t)
	for i, tt := range tests {
		t.Run(tt.op, func(t *testing.T) {
			p := program{t, filepath.Join(d.Dir(), fmt.Sprint(i))}
			p.check(os.Mkdir(p.dir, 0o700))
			for _, name := range []string{"a", "b", "c"} {
				p.write(name, "text")
			}
			p.mkdir("sub")
			f, err := os.OpenFile(p.path("b"), os.O_RDWR, 0)
			p.check(err)
			defer f.Close()
			p.check(d.FailAs(tt.op, 0, 1, "ENOSPC"))
			if err := tt.do(p, f); !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("the first time: %v, want ENOSPC", err)
			}
			if err := tt.do(p, f); err != nil {
				t.Errorf("the second time: %v", err)
			}
			p.check(d.Fail(tt.op, 0, -1))
			p.check(d.Heal())
		})
	}
	if err := d.Fail("dance", 0, 1); err == nil || !strings.Contains(err.Error(), "truncate") {
		t.Errorf("an unknown operation: %v", err)
	}
}

// Bytes whose sync failed do not survive, though a later sync succeeds.
func TestFailedSync(t *testing.T) {
	d := start(t)
	p := program{t, d.Dir()}
	p.write("a", "old")
	p.sync("a")
	p.sync(".")
	p.put("a", 0, "new")
	p.check(d.Fail("fsync", 0, 1))
	f, err := os.Open(p.path("a"))
	p.check(err)
	defer f.Close()
	if err := f.Sync(); !errors.Is(err, syscall.EIO) {
		t.Errorf("the first sync: %v, want EIO", err)
	}
	p.check(f.Sync())
	p.check(f.Close())
	p.check(d.Cut(0))
	if got := p.state(); got != "a=old" {
		t.Errorf("after a power cut there is %q", got)
	}
}

// Programs see through the disk what they see on others: locks, sparse files, bytes
// in memory, free space.
func TestPrograms(t *testing.T) {
	d := start(t)
	p := program{t, d.Dir()}
	p.write("a", "some text")
	f, err := os.OpenFile(p.path("a"), os.O_RDWR|os.O_APPEND, 0)
	p.check(err)
	defer f.Close()
	other, err := os.Open(p.path("a"))
	p.check(err)
	defer other.Close()
	p.check(unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB))
	if err := unix.Flock(int(other.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != unix.EWOULDBLOCK {
		t.Errorf("a second lock: %v", err)
	}
	b, err := unix.Mmap(int(other.Fd()), 0, 9, unix.PROT_READ, unix.MAP_SHARED)
	p.check(err)
	if string(b) != "some text" {
		t.Errorf("in memory: %q", b)
	}
	p.check(unix.Munmap(b))
	_, err = f.WriteString(" and more")
	p.check(err)
	p.check(f.Truncate(1 << 30))
	var st unix.Stat_t
	p.check(unix.Fstat(int(f.Fd()), &st))
	if st.Size != 1<<30 || st.Blocks > 64 {
		t.Errorf("%d bytes in %d blocks", st.Size, st.Blocks)
	}
	p.check(unix.Fallocate(int(f.Fd()), unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, 0, 4))
	got := make([]byte, 18)
	_, err = f.ReadAt(got, 0)
	p.check(err)
	if string(got) != "\x00\x00\x00\x00 text and more" {
		t.Errorf("after a hole: %q", got)
	}
	var fs unix.Statfs_t
	p.check(unix.Statfs(d.Dir(), &fs))
	if fs.Bavail == 0 || fs.Namelen == 0 {
		t.Errorf("%d blocks free, names of %d bytes", fs.Bavail, fs.Namelen)
	}
}

// Stop ends a disk that is in use.
func TestStop(t *testing.T) {
	d := start(t)
	p := program{t, d.Dir()}
	p.write("a", "text")
	f, err := os.Open(p.path("a"))
	p.check(err)
	defer f.Close()
	p.check(d.Stop())
	if err := d.Heal(); err == nil {
		t.Error("Heal of a stopped disk is no error")
	}
}

// A process that is killed takes its mount along.
func TestKilled(t *testing.T) {
	d := start(t)
	p := program{t, d.Dir()}
	p.write("a", "text")
	p.check(d.cmd.Process.Kill())
	if err := d.Cut(0); err == nil {
		t.Error("Cut of a killed disk is no error")
	}
	p.check(d.Stop())
	if entries, err := os.ReadDir(d.Dir()); err != nil || len(entries) > 0 {
		t.Errorf("%v, %v, after Stop", entries, err)
	}
	p.check(os.RemoveAll(filepath.Join(filepath.Dir(d.Dir()), "below.unsynced")))
}

// TestCutOfAFolder has a folder of the inode that a file had.
func TestCutOfAFolder(t *testing.T) {
	if err := restoreBytes(t.TempDir(), newImage(1), newLuck(1)); err != nil {
		t.Error(err)
	}
}
