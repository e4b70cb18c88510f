package fs

import (
	"context"
	"sync"
	"syscall"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
)

// A button is a sidecar that does something when it is touched or written to.
//
// It acts on SETATTR of the size or of a time to now, and on a handle's first
// WRITE; never on FLUSH or RELEASE, which come at other times for touch, for
// echo and for a shell's redirection. Those that do more than one of these act
// twice, which is harmless.
type button struct {
	node
	car      sidecar
	download *fetch.Download
}

var (
	_ gofs.NodeGetattrer = (*button)(nil)
	_ gofs.NodeSetattrer = (*button)(nil)
	_ gofs.NodeOpener    = (*button)(nil)
)

// lookupSidecar answers a lookup with a sidecar of a track.
func (f *folder) lookupSidecar(ctx context.Context, t *catalog.Track, car sidecar, out *fuse.EntryOut) *gofs.Inode {
	d := f.fs.store.Download(remote(t))
	id := gofs.StableAttr{Mode: syscall.S_IFREG, Ino: f.fs.ino(sidecarKind, t.ID+string(car))}
	if car == progressCar {
		progress := func() []byte { return progressText(d.Status()) }
		return f.lookupText(ctx, &text{content: progress, modified: time.Now}, id, out)
	}
	b := &button{node: node{fs: f.fs}, car: car, download: d}
	b.fill(&out.Attr)
	out.SetEntryTimeout(brief)
	out.SetAttrTimeout(brief)
	return f.NewInode(ctx, b, id)
}

// face is what reading a button gives: whether its word is what holds now.
func (b *button) face() []byte {
	if b.car.done(b.download.Status().State) {
		return []byte("1\n")
	}
	return []byte("0\n")
}

func (b *button) fill(out *fuse.Attr) { b.fs.fill(out, fileMode, int64(len("0\n")), b.fs.started) }

func (b *button) Getattr(_ context.Context, _ gofs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	b.fill(&out.Attr)
	out.SetTimeout(brief)
	return 0
}

func (b *button) Setattr(ctx context.Context, _ gofs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	if in.Valid&(fuse.FATTR_SIZE|fuse.FATTR_MTIME_NOW|fuse.FATTR_ATIME_NOW) == 0 {
		return syscall.EROFS
	}
	if errno := b.press(ctx); errno != 0 {
		return errno
	}
	b.fill(&out.Attr)
	return 0
}

func (b *button) press(ctx context.Context) syscall.Errno {
	if errno := b.fs.permit(ctx, mayWrite, false); errno != 0 {
		return errno
	}
	return toErrno(b.fs.control.Do(ctx, b.download, b.car.command()))
}

func (b *button) Open(ctx context.Context, flags uint32) (gofs.FileHandle, uint32, syscall.Errno) {
	if flags&syscall.O_ACCMODE != syscall.O_RDONLY {
		if errno := b.fs.permit(ctx, mayWrite, false); errno != 0 {
			return nil, 0, errno
		}
	}
	return &buttonHandle{textHandle: textHandle{content: b.face}, button: b}, fuse.FOPEN_DIRECT_IO, 0
}

type buttonHandle struct {
	textHandle
	button *button
	press  sync.Once
}

var (
	_ gofs.FileReader = (*buttonHandle)(nil)
	_ gofs.FileWriter = (*buttonHandle)(nil)
)

func (h *buttonHandle) Write(ctx context.Context, data []byte, _ int64) (uint32, syscall.Errno) {
	var errno syscall.Errno
	h.press.Do(func() { errno = h.button.press(ctx) })
	if errno != 0 {
		return 0, errno
	}
	return uint32(len(data)), 0
}
