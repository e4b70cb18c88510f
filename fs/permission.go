package fs

import (
	"context"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// The bits of access(2).
const (
	mayExecute = 1
	mayWrite   = 2
)

// permit is the one check of who may do what. Everybody who gets as far as us
// may read; only the owner and root may write, which is to say control. Nobody
// executes a file.
func (f *FS) permit(ctx context.Context, mask uint32, dir bool) syscall.Errno {
	if mask&mayExecute != 0 && !dir {
		return syscall.EACCES
	}
	if mask&mayWrite == 0 {
		return 0
	}
	caller, ok := fuse.FromContext(ctx)
	if !ok || caller.Uid != 0 && caller.Uid != f.cfg.UID {
		return syscall.EACCES
	}
	return 0
}
