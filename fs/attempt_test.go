package fs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// attempts are the system calls that the client attempt can make on a path, by
// the names that the shell's tools have for them.
var attempts = map[string]func(path string, args []string) error{
	"open":               func(path string, _ []string) error { return opened(path, os.O_RDONLY) },
	"openAll":            openAll,
	"openDirs":           openDirs,
	"openMany":           openMany,
	"rewound":            rewound,
	"write":              func(path string, _ []string) error { return opened(path, os.O_WRONLY) },
	"access for writing": func(path string, _ []string) error { return unix.Access(path, unix.W_OK) },
	"access for reading": func(path string, _ []string) error { return unix.Access(path, unix.R_OK) },
	"create":             func(path string, _ []string) error { return opened(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL) },
	"read":               readOnce,
	"list":               list,
	"stat":               func(path string, _ []string) error { return unix.Stat(path, new(unix.Stat_t)) },
	"truncate":           func(path string, _ []string) error { return unix.Truncate(path, 0) },
	"touch":              func(path string, _ []string) error { return unix.Utimes(path, nil) },
	"chmod":              func(path string, _ []string) error { return unix.Chmod(path, 0o600) },
	"chown":              func(path string, _ []string) error { return unix.Chown(path, 7, 7) },
	"rename":             func(path string, _ []string) error { return unix.Rename(path, path+".new") },
	"renameTo":           renameTo,
	"link":               func(path string, _ []string) error { return unix.Link(path, path+".new") },
	"symlink":            func(path string, _ []string) error { return unix.Symlink("elsewhere", path+".new") },
	"mknod":              func(path string, _ []string) error { return unix.Mkfifo(path, 0o644) },
	"mkdir":              func(path string, _ []string) error { return unix.Mkdir(path, 0o755) },
	"rmdir":              func(path string, _ []string) error { return unix.Rmdir(path) },
	"unlink":             func(path string, _ []string) error { return unix.Unlink(path) },
	"fsync":              fsync,
	"execute":            func(path string, _ []string) error { return exec.Command(path).Run() },
	"getxattr": func(path string, args []string) error {
		return ignored(unix.Getxattr(path, args[0], make([]byte, 4096)))
	},
	"setxattr":    func(path string, args []string) error { return unix.Setxattr(path, args[0], []byte(args[1]), 0) },
	"fill":        fill,
	"removexattr": func(path string, args []string) error { return unix.Removexattr(path, args[0]) },
}

// attempt makes one system call and prints the name of its error number, or -
// where there is none: CALL PATH ARGS... AS=UID in the environment makes it do so
// as another user.
func attempt(args []string) error {
	if uid, err := strconv.Atoi(os.Getenv("AS")); err == nil {
		if err := errors.Join(syscall.Setgroups(nil), syscall.Setgid(uid), syscall.Setuid(uid)); err != nil {
			return err
		}
	}
	call, ok := attempts[args[0]]
	if !ok {
		return fmt.Errorf("no call %s", args[0])
	}
	name, err := errnoName(call(args[1], args[2:]))
	fmt.Println(name)
	return err
}

// errnoName returns the name of an error number as the semantics write it.
func errnoName(err error) (string, error) {
	var errno syscall.Errno
	switch {
	case err == nil:
		return "-", nil
	case !errors.As(err, &errno):
		return "", err
	case errno == unix.EOPNOTSUPP:
		return "EOPNOTSUPP", nil
	}
	return unix.ErrnoName(errno), nil
}

func ignored(_ int, err error) error { return err }

func opened(path string, flags int) error {
	file, err := os.OpenFile(path, flags, 0o644)
	if err == nil {
		err = file.Close()
	}
	return err
}

// openAll opens files, keeps them open, and reads each once they all are or one failed.
func openAll(path string, names []string) (failed error) {
	var files []*os.File
	for _, name := range names {
		file, err := os.Open(filepath.Join(filepath.Dir(path), name))
		if failed = err; err != nil {
			break
		}
		defer file.Close()
		files = append(files, file)
	}
	for _, file := range files {
		if _, err := file.ReadAt(make([]byte, 1000), 0); err != nil {
			return fmt.Errorf("a read: %w", syscall.EIO)
		}
	}
	return failed
}

// openMany opens a file so many times, keeps it open, and reads the start of each once it
// is open.
func openMany(path string, args []string) error {
	times, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	for range times {
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		if len(args) > 1 {
			continue // of which no read is asked
		}
		if _, err := file.ReadAt(make([]byte, 10), 0); err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("a read: %w", syscall.EIO)
		}
	}
	return nil
}

// rewound opens a folder so many times and reads each from its start again once there is
// input: the first error is that of a rewind.
func rewound(path string, args []string) error {
	times, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	var dirs []*os.File
	for range times {
		dir, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("an open: %w", syscall.EIO)
		}
		defer dir.Close()
		if _, err := dir.Readdirnames(-1); err != nil {
			return fmt.Errorf("a first read: %w", syscall.EIO)
		}
		dirs = append(dirs, dir)
	}
	fmt.Println("open")
	if _, err := os.Stdin.Read(make([]byte, 1)); err != nil {
		return err
	}
	for _, dir := range dirs {
		if _, err := dir.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if _, err := dir.Readdirnames(-1); err != nil {
			return err
		}
	}
	return nil
}

// openDirs opens folders, and keeps them open until one failed or they all are.
func openDirs(path string, names []string) error {
	for _, name := range names {
		dir, err := os.Open(filepath.Join(filepath.Dir(path), name))
		if err != nil {
			return err
		}
		defer dir.Close()
	}
	return nil
}

// readOnce reads a little at an offset; of - it is standard input.
func readOnce(path string, args []string) error {
	off, err := strconv.ParseInt(args[0], 10, 64)
	if err != nil {
		return err
	}
	file := os.Stdin
	if path != "-" {
		if file, err = os.Open(path); err != nil {
			return err
		}
		defer file.Close()
	}
	_, err = file.ReadAt(make([]byte, 1000), off)
	return err
}

func list(path string, _ []string) error {
	_, err := os.ReadDir(path)
	return err
}

func fsync(path string, _ []string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// fill sets an attribute to so many bytes.
func fill(path string, args []string) error {
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	return unix.Setxattr(path, args[0], []byte(strings.Repeat("x", n)), 0)
}

// self is the user whom the test runs as.
const self = -1

// tries makes an attempt on a path below the mount, as a user, and returns the
// name of its error number, or - for none.
func (w *world) tries(uid int, call, path string, args ...string) string {
	w.t.Helper()
	cmd := w.asClient("attempt", append([]string{call, w.mnt + "/" + path}, args...)...)
	cmd.WaitDelay = time.Second
	if uid != self {
		cmd.Env = append(cmd.Env, "AS="+strconv.Itoa(uid))
	}
	var failure strings.Builder // no part of the answer: with -coverprofile other users fail to write the profile
	cmd.Stderr = &failure
	out, err := cmd.Output()
	if err != nil {
		w.t.Errorf("%s %s: %v: %s%s", call, path, err, out, failure.String())
	}
	return strings.TrimSpace(string(out))
}

// opens is tries of what opens files, again for as long as it should succeed and is over a
// user's share: the kernel tells of a close after close has returned.
func (w *world) opens(want string, uid int, call, path string, args ...string) string {
	w.t.Helper()
	for until := time.Now().Add(testTimeout); ; {
		got := w.tries(uid, call, path, args...)
		if want != "-" || got != "EMFILE" || time.Now().After(until) {
			return got
		}
	}
}
