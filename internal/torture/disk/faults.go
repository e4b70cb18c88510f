package disk

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"syscall"
)

// Ops are the operations that can be made to fail. "fsync" is that of files and of
// folders.
var Ops = []string{"read", "write", "fsync", "rename", "unlink", "truncate", "open", "create", "mkdir", "fallocate"}

// errnos are the errors with which operations can be made to fail.
var errnos = map[string]syscall.Errno{
	"EIO": syscall.EIO, "ENOSPC": syscall.ENOSPC, "EDQUOT": syscall.EDQUOT, "EROFS": syscall.EROFS, "EACCES": syscall.EACCES,
}

// A fault is how an operation fails.
type fault struct {
	skip  int // operations that succeed first
	left  int // operations that fail then; below 0 all do
	errno syscall.Errno
}

// faults are the operations that fail, by name.
type faults struct {
	mu  sync.Mutex
	set map[string]fault
}

// fails returns with which error the operation has to fail, or 0.
func (f *faults) fails(op string) syscall.Errno {
	f.mu.Lock()
	defer f.mu.Unlock()
	now, armed := f.set[op]
	switch {
	case !armed || now.left == 0:
		return 0
	case now.skip > 0:
		now.skip--
		f.set[op] = now
		return 0
	case now.left > 0:
		now.left--
		f.set[op] = now
	}
	return now.errno
}

// arm makes an operation fail, by the words of a line: OP SKIP LEFT [ERRNO].
func (f *faults) arm(line string) error {
	var op string
	next := fault{}
	name := "EIO"
	if n, err := fmt.Sscan(line, &op, &next.skip, &next.left, &name); n < 3 {
		return fmt.Errorf("disk: fail %s: %w", line, err)
	}
	if !slices.Contains(Ops, op) {
		return fmt.Errorf("disk: fail %s: the operations are %s", line, strings.Join(Ops, " "))
	}
	if next.errno = errnos[name]; next.errno == 0 {
		return fmt.Errorf("disk: fail %s: unknown error", line)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.set == nil {
		f.set = make(map[string]fault)
	}
	f.set[op] = next
	return nil
}

// heal makes all operations succeed.
func (f *faults) heal() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.set)
}
