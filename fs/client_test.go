package fs

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// clientEnv names what this binary does as a client of a mount.
const clientEnv = "TUNESFS_TEST_CLIENT"

// noSleep keeps a client that was built with the race detector from sleeping
// for a second at its end.
const noSleep = "GORACE=atexit_sleep_ms=0"

// clients are what the system's tools cannot do.
var clients = map[string]func(args []string) error{
	"signals": readUnderSignals,
	"tumult":  tumult,
	"attempt": attempt,
	"failing": serveFailing,
	"play":    playFiles,
}

func runClient(name string, args []string) int {
	do, ok := clients[name]
	if !ok {
		fmt.Fprintln(os.Stderr, "no client", name)
		return 2
	}
	if err := do(args); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// client returns this binary as a client.
func (w *world) asClient(name string, args ...string) *exec.Cmd {
	w.t.Helper()
	self, err := os.Executable()
	w.must(err)
	cmd := exec.CommandContext(w.ctx(), self, args...)
	cmd.Dir = w.tmp
	cmd.Env = append(os.Environ(), clientEnv+"="+name, noSleep)
	return cmd
}

// readUnderSignals copies a file to another while the process is sent signals,
// as Go sends itself all the time.
func readUnderSignals(args []string) error {
	done := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
				_ = syscall.Kill(os.Getpid(), syscall.SIGURG)
			}
		}
	}()
	data, err := os.ReadFile(args[0])
	close(done)
	<-stopped
	if err != nil {
		return err
	}
	return os.WriteFile(args[1], data, 0o600)
}

// tumult opens, reads, seeks in, maps and closes files at random for a while,
// and compares every byte. Each file may have any of several versions, which
// args name: seconds, then FILE=VERSION,VERSION...
func tumult(args []string) error {
	seconds, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	files := map[string][][]byte{}
	for _, arg := range args[1:] {
		path, versions, _ := strings.Cut(arg, "=")
		for v := range strings.SplitSeq(versions, ",") {
			data, err := os.ReadFile(v)
			if err != nil {
				return err
			}
			files[path] = append(files[path], data)
		}
	}
	opened := 0
	for end := time.Now().Add(time.Duration(seconds) * time.Second); time.Now().Before(end); {
		for path, versions := range files {
			if err := glance(path, versions); err != nil {
				return err
			}
			opened++
		}
	}
	fmt.Println(opened)
	return nil
}

// glance opens a file once and reads some of it.
func glance(path string, versions [][]byte) error {
	file, err := openSteadily(path)
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer file.Close()
	for range rand.IntN(8) {
		off, n := rand.Int64N(int64(len(versions[0]))), rand.IntN(200_000)
		read := readAt
		if rand.IntN(4) == 0 {
			read = mapAt
		}
		got, err := read(file, off, n)
		if allowed(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		// One handle gives one version: the others are out from here on.
		versions = slices.DeleteFunc(slices.Clone(versions), func(v []byte) bool { return !bytes.Equal(got, part(v, off, n)) })
		if len(versions) == 0 {
			return fmt.Errorf("%s: %d wrong bytes at %d", path, len(got), off)
		}
	}
	return nil
}

// openSteadily opens a file. The kernel tries again once after ESTALE; where
// files change hundreds of times a second that may not be enough.
func openSteadily(path string) (file *os.File, err error) {
	for range 3 {
		if file, err = os.Open(path); !errors.Is(err, syscall.ESTALE) {
			break
		}
	}
	return file, err
}

// allowed reports whether err is what the semantics say of a handle whose
// download was canceled or whose remote has changed.
func allowed(err error) bool {
	return errors.Is(err, syscall.ECANCELED) || errors.Is(err, syscall.ESTALE)
}

func part(data []byte, off int64, n int) []byte {
	off = min(off, int64(len(data)))
	return data[off:min(off+int64(n), int64(len(data)))]
}

func readAt(file *os.File, off int64, n int) ([]byte, error) {
	buf := make([]byte, n)
	got, err := file.ReadAt(buf, off)
	if got < n && err != nil && err.Error() == "EOF" {
		err = nil
	}
	return buf[:got], err
}

// mapAt reads by a mapping too. A page that cannot be had is a fault, which is
// what ECANCELED and ESTALE look like to those who map.
func mapAt(file *os.File, off int64, n int) (got []byte, err error) {
	got, err = readAt(file, off, n)
	if err != nil || len(got) == 0 {
		return got, err
	}
	flags := []int{syscall.MAP_PRIVATE, syscall.MAP_SHARED}[rand.IntN(2)]
	page := off / 4096 * 4096
	mapped, err := syscall.Mmap(int(file.Fd()), page, int(off-page)+len(got), syscall.PROT_READ, flags)
	if err != nil {
		return nil, fmt.Errorf("mmap: %w", err)
	}
	defer syscall.Munmap(mapped)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if fault, ok := recover().(interface{ Addr() uintptr }); ok && fault.Addr() != 0 {
			err = syscall.ECANCELED
		}
	}()
	if !bytes.Equal(mapped[off-page:], got) {
		return nil, errors.New("what is mapped is not what was read")
	}
	return got, nil
}
