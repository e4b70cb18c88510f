package disk

import (
	"context"
	"os"
	"path/filepath"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"
)

// A node is a file or a folder of the disk.
type node struct {
	*gofs.LoopbackNode
	disk *volume
}

// A volume is what all nodes share.
type volume struct {
	journal *journal
	faults  faults
}

// WrapChild makes a node of what LoopbackNode finds.
func (n *node) WrapChild(_ context.Context, found gofs.InodeEmbedder) gofs.InodeEmbedder {
	below, ok := found.(*gofs.LoopbackNode)
	if !ok {
		return found
	}
	return &node{LoopbackNode: below, disk: n.disk}
}

// path returns where the node lies, below the mount.
func (n *node) path() string {
	return filepath.Join(n.disk.journal.root, n.Path(n.Root()))
}

// at returns the place of a name in a folder.
func (n *node) at(name string) spot {
	path := n.path()
	var st unix.Stat_t
	_ = unix.Lstat(path, &st) // or the operation itself fails
	return spot{folder: st.Ino, path: filepath.Join(path, name)}
}

// Mkdir makes a folder.
func (n *node) Mkdir(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (child *gofs.Inode, errno syscall.Errno) {
	if errno := n.disk.faults.fails("mkdir"); errno != 0 {
		return nil, errno
	}
	err := n.disk.journal.change(func() error {
		child, errno = n.LoopbackNode.Mkdir(ctx, name, mode, out)
		return errOf(errno)
	}, nil, n.at(name))
	return child, gofs.ToErrno(err)
}

// Rmdir removes a folder, which then waits in the attic.
func (n *node) Rmdir(_ context.Context, name string) syscall.Errno {
	if errno := n.disk.faults.fails("unlink"); errno != 0 {
		return errno
	}
	at := n.at(name)
	return gofs.ToErrno(n.disk.journal.change(func() error { return nil }, &at, at))
}

// Unlink removes a file.
func (n *node) Unlink(_ context.Context, name string) syscall.Errno {
	if errno := n.disk.faults.fails("unlink"); errno != 0 {
		return errno
	}
	at := n.at(name)
	return gofs.ToErrno(n.disk.journal.change(func() error { return unix.Unlink(at.path) }, &at, at))
}

// Rename moves a file or a folder.
func (n *node) Rename(_ context.Context, name string, to gofs.InodeEmbedder, newName string, flags uint32) syscall.Errno {
	folder, ok := to.(*node)
	if !ok {
		return syscall.EXDEV
	}
	if errno := n.disk.faults.fails("rename"); errno != 0 {
		return errno
	}
	from, target := n.at(name), folder.at(newName)
	gone := &target
	switch inodes := inodesAt([]spot{from, target}); {
	case inodes[0] == inodes[1]: // rename(2) then does nothing
		gone = nil
	case flags&(unix.RENAME_EXCHANGE|unix.RENAME_NOREPLACE) != 0:
		gone = nil
	}
	return gofs.ToErrno(n.disk.journal.change(func() error {
		return unix.Renameat2(unix.AT_FDCWD, from.path, unix.AT_FDCWD, target.path, uint(flags))
	}, gone, from, target))
}

// Link gives a file another name.
func (n *node) Link(
	ctx context.Context, target gofs.InodeEmbedder, name string, out *fuse.EntryOut,
) (child *gofs.Inode, errno syscall.Errno) {
	if errno := n.disk.faults.fails("create"); errno != 0 {
		return nil, errno
	}
	err := n.disk.journal.change(func() error {
		child, errno = n.LoopbackNode.Link(ctx, target, name, out)
		return errOf(errno)
	}, nil, n.at(name))
	return child, gofs.ToErrno(err)
}

// Symlink makes a symbolic link.
func (n *node) Symlink(ctx context.Context, target, name string, out *fuse.EntryOut) (child *gofs.Inode, errno syscall.Errno) {
	if errno := n.disk.faults.fails("create"); errno != 0 {
		return nil, errno
	}
	err := n.disk.journal.change(func() error {
		child, errno = n.LoopbackNode.Symlink(ctx, target, name, out)
		return errOf(errno)
	}, nil, n.at(name))
	return child, gofs.ToErrno(err)
}

// Mknod is not supported: programs make files by Create.
func (n *node) Mknod(context.Context, string, uint32, uint32, *fuse.EntryOut) (*gofs.Inode, syscall.Errno) {
	return nil, syscall.EPERM
}

// Tmpfile is not supported.
func (n *node) Tmpfile(context.Context, uint32, uint32, *fuse.EntryOut) (*gofs.Inode, gofs.FileHandle, uint32, syscall.Errno) {
	return nil, nil, 0, syscall.EOPNOTSUPP
}

// CopyFileRange is not supported, so the kernel reads and writes instead.
func (n *node) CopyFileRange(
	context.Context, gofs.FileHandle, uint64, *gofs.Inode, gofs.FileHandle, uint64, uint64, uint64,
) (uint32, syscall.Errno) {
	return 0, syscall.EOPNOTSUPP
}

// Create makes a file and opens it.
func (n *node) Create(
	ctx context.Context, name string, _, mode uint32, out *fuse.EntryOut,
) (*gofs.Inode, gofs.FileHandle, uint32, syscall.Errno) {
	if errno := n.disk.faults.fails("create"); errno != 0 {
		return nil, nil, 0, errno
	}
	at := n.at(name)
	var f *os.File
	err := n.disk.journal.change(func() (err error) {
		f, err = os.OpenFile(at.path, os.O_RDWR|os.O_CREATE|os.O_EXCL, os.FileMode(mode)&os.ModePerm)
		if caller, ok := fuse.FromContext(ctx); ok && err == nil && os.Geteuid() == 0 {
			err = f.Chown(int(caller.Uid), int(caller.Gid))
		}
		return err
	}, nil, at)
	if err == nil {
		err = n.disk.journal.created(f)
	}
	if err != nil {
		return nil, nil, 0, gofs.ToErrno(err)
	}
	child, errno := n.Lookup(ctx, name, out)
	if errno != 0 {
		_ = f.Close()
		return nil, nil, 0, errno
	}
	return child, n.disk.handle(f), fuse.FOPEN_DIRECT_IO, 0
}

// Open opens a file. One that is opened for writing can be read, too: the journal
// reads what is about to change.
func (n *node) Open(_ context.Context, flags uint32) (gofs.FileHandle, uint32, syscall.Errno) {
	if errno := n.disk.faults.fails("open"); errno != 0 {
		return nil, 0, errno
	}
	how := os.O_RDONLY
	if flags&syscall.O_ACCMODE != syscall.O_RDONLY {
		how = os.O_RDWR
	}
	f, err := os.OpenFile(n.path(), how|unix.O_NOFOLLOW, 0)
	if err == nil && flags&syscall.O_TRUNC != 0 {
		err = n.disk.journal.truncate(f, 0)
	}
	if err != nil {
		return nil, 0, gofs.ToErrno(err)
	}
	return n.disk.handle(f), fuse.FOPEN_DIRECT_IO, 0
}

// Setattr changes a size through the journal, and all else as it is.
func (n *node) Setattr(ctx context.Context, fh gofs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	size, sized := in.GetSize()
	if !sized {
		return n.LoopbackNode.Setattr(ctx, fh, in, out)
	}
	if errno := n.disk.faults.fails("truncate"); errno != 0 {
		return errno
	}
	if errno := n.resize(fh, int64(size)); errno != 0 {
		return errno
	}
	rest := *in
	rest.Valid &^= fuse.FATTR_SIZE
	return n.LoopbackNode.Setattr(ctx, fh, &rest, out)
}

// resize changes the size of a file, which may be open.
func (n *node) resize(fh gofs.FileHandle, size int64) syscall.Errno {
	if open, ok := fh.(*handle); ok {
		return gofs.ToErrno(n.disk.journal.truncate(open.file, size))
	}
	f, err := os.OpenFile(n.path(), os.O_RDWR|unix.O_NOFOLLOW, 0)
	if err != nil {
		return gofs.ToErrno(err)
	}
	defer f.Close()
	return gofs.ToErrno(n.disk.journal.truncate(f, size))
}

// OpendirHandle opens a folder.
func (n *node) OpendirHandle(ctx context.Context, flags uint32) (gofs.FileHandle, uint32, syscall.Errno) {
	fh, how, errno := n.LoopbackNode.OpendirHandle(ctx, flags)
	if errno != 0 {
		return nil, 0, errno
	}
	list, ok := fh.(listing)
	if !ok {
		return nil, 0, syscall.ENOTSUP
	}
	return &folder{listing: list, disk: n.disk, ino: n.at("").folder}, how, 0
}

func errOf(errno syscall.Errno) error {
	if errno == 0 {
		return nil
	}
	return errno
}
