package fs

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"sync"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// A failing file system shows a folder as it is, but for operations that were
// made to fail with EIO. Nothing of it stays in the page cache.
type failing struct {
	fuse.RawFileSystem

	mu   sync.Mutex
	op   string
	skip int // operations that succeed first
	left int // operations that fail then
}

func (f *failing) fails(op string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case op != f.op || f.left == 0:
		return false
	case f.skip > 0:
		f.skip--
		return false
	}
	f.left--
	return true
}

func (f *failing) Read(cancel <-chan struct{}, in *fuse.ReadIn, buf []byte) (fuse.ReadResult, fuse.Status) {
	if f.fails("read") {
		return nil, fuse.EIO
	}
	return f.RawFileSystem.Read(cancel, in, buf)
}

func (f *failing) Write(cancel <-chan struct{}, in *fuse.WriteIn, data []byte) (uint32, fuse.Status) {
	if f.fails("write") {
		return 0, fuse.EIO
	}
	return f.RawFileSystem.Write(cancel, in, data)
}

func (f *failing) Fsync(cancel <-chan struct{}, in *fuse.FsyncIn) fuse.Status {
	if f.fails("fsync") {
		return fuse.EIO
	}
	return f.RawFileSystem.Fsync(cancel, in)
}

func (f *failing) Rename(cancel <-chan struct{}, in *fuse.RenameIn, from, to string) fuse.Status {
	if f.fails("rename") {
		return fuse.EIO
	}
	return f.RawFileSystem.Rename(cancel, in, from, to)
}

func (f *failing) Unlink(cancel <-chan struct{}, in *fuse.InHeader, name string) fuse.Status {
	if f.fails("unlink") {
		return fuse.EIO
	}
	return f.RawFileSystem.Unlink(cancel, in, name)
}

// SetAttr is how a file is truncated.
func (f *failing) SetAttr(cancel <-chan struct{}, in *fuse.SetAttrIn, out *fuse.AttrOut) fuse.Status {
	if _, sized := in.GetSize(); sized && f.fails("truncate") {
		return fuse.EIO
	}
	return f.RawFileSystem.SetAttr(cancel, in, out)
}

func (f *failing) Open(cancel <-chan struct{}, in *fuse.OpenIn, out *fuse.OpenOut) fuse.Status {
	if f.fails("open") {
		return fuse.EIO
	}
	defer func() { out.OpenFlags |= fuse.FOPEN_DIRECT_IO }()
	return f.RawFileSystem.Open(cancel, in, out)
}

func (f *failing) Create(cancel <-chan struct{}, in *fuse.CreateIn, name string, out *fuse.CreateOut) fuse.Status {
	if f.fails("create") {
		return fuse.EIO
	}
	defer func() { out.OpenFlags |= fuse.FOPEN_DIRECT_IO }()
	return f.RawFileSystem.Create(cancel, in, name, out)
}

// serveFailing mounts args[0] at args[1] and does what it is told by lines of
// "OPERATION SKIP LEFT", each of which it answers, until there are no more.
func serveFailing(args []string) error {
	root, err := gofs.NewLoopbackRoot(args[0])
	if err != nil {
		return err
	}
	f := &failing{RawFileSystem: gofs.NewNodeFS(root, &gofs.Options{})}
	server, err := fuse.NewServer(f, args[1], &fuse.MountOptions{FsName: "failing", Name: "failing", DirectMount: os.Geteuid() == 0})
	if err != nil {
		return err
	}
	go server.Serve()
	if err := server.WaitMount(); err != nil {
		return errors.Join(err, server.Unmount())
	}
	fmt.Println("mounted")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		f.mu.Lock()
		_, err := fmt.Sscan(lines.Text(), &f.op, &f.skip, &f.left)
		f.mu.Unlock()
		if err != nil {
			return errors.Join(err, server.Unmount())
		}
		fmt.Println("done")
	}
	return server.Unmount()
}
