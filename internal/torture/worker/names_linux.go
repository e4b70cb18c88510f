package worker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/internal/torture/history"
)

const controlName = "user.tunesfs.control"

func (w *worker) stat() error {
	var st unix.Stat_t
	if err := unix.Lstat(w.path(), &st); err != nil {
		return w.fail("stat", err)
	}
	w.answer.Stat = statOf(&st)
	return nil
}

func (w *worker) list() error {
	dir, err := os.Open(w.path())
	if err != nil {
		return w.fail("opendir", err)
	}
	defer dir.Close()
	all, err := dir.ReadDir(-1)
	if err != nil {
		return w.fail("readdir", err)
	}
	for _, e := range all {
		w.answer.Entries = append(w.answer.Entries, history.Entry{Name: e.Name(), Dir: e.IsDir()})
	}
	switch w.step.How {
	case "long":
		return w.statAll()
	case "seekdir":
		return w.again(dir)
	}
	return nil
}

// statAll adds a stat of each entry.
func (w *worker) statAll() error {
	for i := range w.answer.Entries {
		e := &w.answer.Entries[i]
		var st unix.Stat_t
		if err := unix.Lstat(w.path()+"/"+e.Name, &st); err != nil {
			return w.fail("stat "+e.Name, err)
		}
		e.Stat = statOf(&st)
	}
	return nil
}

// again reads an open folder from its start once more: the same names have to come.
func (w *worker) again(dir *os.File) error {
	if _, err := dir.Seek(0, 0); err != nil {
		return w.fail("seekdir", err)
	}
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return w.fail("readdir", err)
	}
	same := slices.EqualFunc(names, w.answer.Entries, func(a string, b history.Entry) bool { return a == b.Name })
	if !same {
		w.answer.Text = "after seekdir: " + strings.Join(names, ", ")
	}
	return nil
}

func (w *worker) get() error {
	b := make([]byte, 64<<10)
	n, err := unix.Getxattr(w.path(), w.step.Name, b)
	if err != nil {
		return w.fail("getxattr", err)
	}
	w.answer.Text = string(b[:n])
	return nil
}

func (w *worker) attrs() error {
	b := make([]byte, 64<<10)
	n, err := unix.Listxattr(w.path(), b)
	if err != nil {
		return w.fail("listxattr", err)
	}
	var lines []string
	for name := range strings.SplitSeq(strings.TrimSuffix(string(b[:n]), "\x00"), "\x00") {
		value := make([]byte, 64<<10)
		n, err := unix.Getxattr(w.path(), name, value)
		if err != nil && !errors.Is(err, unix.ENODATA) { // it may be gone by now
			return w.fail("getxattr "+name, err)
		}
		lines = append(lines, fmt.Sprintf("%s=%q", name, value[:max(n, 0)]))
	}
	w.answer.Text = strings.Join(lines, "\n")
	return nil
}

// control gives a verb, in one of the ways.
func (w *worker) control() error {
	defer func() { w.ruled = time.Now() }()
	switch w.step.How {
	case "sidecar":
		return w.fail("utimensat", unix.UtimesNanoAt(unix.AT_FDCWD, w.path()+"."+w.step.Verb,
			[]unix.Timespec{{Nsec: unix.UTIME_NOW}, {Nsec: unix.UTIME_NOW}}, 0))
	case "write":
		return w.fail("write", os.WriteFile(w.path()+"."+w.step.Verb, []byte("1\n"), 0o644))
	case "command":
		return w.command()
	}
	return w.fail("setxattr", unix.Setxattr(w.path(), controlName, []byte(w.step.Verb), 0))
}

// command gives a verb by the program's own command.
func (w *worker) command() error {
	ctx, cancel := context.WithTimeout(context.Background(), settleTimeout)
	defer cancel()
	out, err := exec.CommandContext(ctx, w.binary, w.step.Verb, w.path()).CombinedOutput()
	if err != nil {
		w.answer.Text = string(out)
		w.answer.Call = "command"
		return fmt.Errorf("command: %w: %.300s", err, out)
	}
	return nil
}

// settle waits until a folder has carried out its verbs.
func (w *worker) settle() error {
	b := make([]byte, 16)
	for end := time.Now().Add(settleTimeout); ; {
		n, err := unix.Getxattr(w.path(), "user.tunesfs.settled", b)
		if err != nil {
			return w.fail("getxattr", err)
		}
		if w.answer.Text = string(b[:n]); w.answer.Text == "1" {
			return nil
		}
		if time.Now().After(end) {
			return w.fail("settle", unix.ETIME)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (w *worker) mkdir() error { return w.fail("mkdir", unix.Mkdir(w.path(), 0o755)) }
func (w *worker) rmdir() error { return w.fail("rmdir", unix.Rmdir(w.path())) }

func (w *worker) remove() error { return w.fail("unlink", unix.Unlink(w.path())) }

func (w *worker) rename() error {
	return w.fail("rename", unix.Rename(w.path(), w.path()+" other"))
}

func (w *worker) moveSearch() error {
	return w.fail("rename", unix.Rename(w.path(), w.root+"/"+w.step.Name))
}

func (w *worker) button() error {
	b, err := textOf(w.path() + "." + w.step.Name)
	w.answer.Text = string(b)
	return w.fail("sidecar", err)
}

func (w *worker) downs() error {
	b, err := textOf(w.root + "/.tunesfs/downloads")
	w.answer.Text = string(b)
	return w.fail("downloads", err)
}

// maxEvents is how many bytes of events a step returns.
const maxEvents = 256 << 10

// events reads the stream for as long as the step says.
func (w *worker) events() error {
	fd, err := unix.Open(w.root+"/.tunesfs/events", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return w.fail("open events", err)
	}
	defer unix.Close(fd)
	defer w.interrupt()()
	b := make([]byte, 64<<10)
	var text []byte
	for end := time.Now().Add(w.step.Signal); time.Now().Before(end) && len(text) < maxEvents; {
		n, err := unix.Read(fd, b)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return w.fail("read events", err)
		}
		text = append(text, b[:n]...)
		if w.step.How == "slow" {
			time.Sleep(w.step.Signal / 4)
		}
	}
	w.answer.Text = string(text)
	return nil
}
