// Package wall owns the wall clock of the program under test: no namespace and no
// library moves that of a Go program, so the program is built with a time package whose
// clock is moved by a file.
//
// It must never change the clock of the machine, nor the program's own files: a release
// has nothing of it. Open build.go first; clock.go moves the clock.
package wall

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Env names the file by which the clock of a program is moved.
const Env = "TORTURE_CLOCK"

// The change of time.Now. The monotonic clock, by which a program waits, stays.
const (
	now   = "func Now() Time {\n	sec, nsec, mono := runtimeNow()\n"
	moved = now + "	sec += tortureOffset()\n"
)

// added is a file of package time.
const added = `package time

import (
	"sync/atomic"
	"syscall"
	"unsafe"
)

// tortureSeconds is how far the wall clock is moved, in a file that others write.
var tortureSeconds = func() *int64 {
	name, ok := syscall.Getenv("` + Env + `")
	if !ok {
		return new(int64)
	}
	fd, err := syscall.Open(name, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		panic(err)
	}
	defer syscall.Close(fd)
	b, err := syscall.Mmap(fd, 0, 8, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		panic(err)
	}
	return (*int64)(unsafe.Pointer(&b[0]))
}()

func tortureOffset() int64 { return atomic.LoadInt64(tortureSeconds) }
`

// ErrNotThere is the error of a time package that has another Now than the one that is
// known here.
var ErrNotThere = errors.New("wall: time.Now is not the one that is known")

// IsIn reports whether the clock of a program can be moved.
func IsIn(program string) (bool, error) {
	text, err := os.ReadFile(program)
	return bytes.Contains(text, []byte(Env)), err
}

// Replace writes what package time gets into dir. It returns the files that go build has
// to take, by the name that each replaces: the Replace of an -overlay.
func Replace(ctx context.Context, dir string) (map[string]string, error) {
	root, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	src := filepath.Join(strings.TrimSpace(string(root)), "src", "time")
	text, err := os.ReadFile(filepath.Join(src, "time.go"))
	if err != nil {
		return nil, err
	}
	if strings.Count(string(text), now) != 1 {
		return nil, ErrNotThere
	}
	replace := map[string]string{}
	for name, text := range map[string]string{
		"time.go":    strings.Replace(string(text), now, moved, 1),
		"torture.go": added,
	} {
		changed := filepath.Join(dir, name)
		replace[filepath.Join(src, name)] = changed
		if err := os.WriteFile(changed, []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	return replace, nil
}
