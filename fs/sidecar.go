package fs

import (
	"context"
	"strings"
	"sync"
	"syscall"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/fetch"
)

// A sidecar is a small file beside a track that shows or controls its download.
// It resolves by name at any time, and is listed while it does something.
type sidecar string

const (
	progressCar sidecar = ".progress"
	pauseCar    sidecar = ".pause"
	resumeCar   sidecar = ".resume"
	cancelCar   sidecar = ".cancel"
)

// splitSidecar returns the name of the track that a sidecar is beside.
func splitSidecar(name string) (track string, car sidecar, ok bool) {
	for _, car := range []sidecar{progressCar, pauseCar, resumeCar, cancelCar} {
		if track, ok := strings.CutSuffix(name, string(car)); ok {
			return track, car, true
		}
	}
	return "", "", false
}

// TrackOf returns the name of the track that a sidecar is beside, or false for a name that
// is no sidecar's.
func TrackOf(name string) (track string, ok bool) {
	track, _, ok = splitSidecar(name)
	return track, ok
}

// listedSidecars returns the sidecars that do something in a state.
func listedSidecars(s fetch.State) []sidecar {
	switch s {
	case fetch.Queued, fetch.Downloading:
		return []sidecar{progressCar, pauseCar, cancelCar}
	case fetch.Paused, fetch.Failed:
		return []sidecar{progressCar, resumeCar, cancelCar}
	}
	return nil
}

// command returns what a button does.
func (c sidecar) command() fetch.Command {
	switch c {
	case pauseCar:
		return fetch.Pause
	case resumeCar:
		return fetch.Resume
	default:
		return fetch.Cancel
	}
}

// done reports whether a state is what the button leads to.
func (c sidecar) done(s fetch.State) bool {
	switch c {
	case pauseCar:
		return s == fetch.Paused
	case resumeCar:
		return s == fetch.Queued || s == fetch.Downloading || s == fetch.Complete
	default:
		return s == fetch.Idle
	}
}

// progressText is what .progress reads as: how far the download is and, if the
// last attempt failed, why. A file whose size cannot be had has no attributes to
// read that from with tools that ask for its size first.
func progressText(st fetch.Status) []byte {
	text := st.Progress() + "\n"
	if st.Err != nil {
		text += "error: " + errorText(st.Err) + "\n"
	}
	return []byte(text)
}

// A buttonNode is a sidecar that does something when it is touched or written to.
//
// It acts on SETATTR of the size or of a time to now (see presses), and on a handle's first
// WRITE; never on FLUSH or RELEASE, which come at other times for touch, for
// echo and for a shell's redirection. Those that do more than one of these act
// twice, which is harmless.
type buttonNode struct {
	node
	car      sidecar
	download *fetch.Download
}

var (
	_ gofs.NodeGetattrer = (*buttonNode)(nil)
	_ gofs.NodeAccesser  = (*buttonNode)(nil)
	_ gofs.NodeSetattrer = (*buttonNode)(nil)
	_ gofs.NodeOpener    = (*buttonNode)(nil)
)

// face is what reading a button gives: whether its word is what holds now.
func (b *buttonNode) face() *text {
	if b.car.done(b.download.Status().State) {
		return &text{[]byte("1\n")}
	}
	return &text{[]byte("0\n")}
}

func (b *buttonNode) fill(out *fuse.Attr) { b.fs.fill(out, fileMode, int64(len("0\n")), b.fs.started) }

func (b *buttonNode) Getattr(_ context.Context, _ gofs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	b.fill(&out.Attr)
	out.SetTimeout(attrTimeout)
	return 0
}

// Access grants writing, which presses the button.
func (b *buttonNode) Access(ctx context.Context, mask uint32) syscall.Errno {
	return b.fs.permit(ctx, mask, false)
}

func (b *buttonNode) Setattr(ctx context.Context, _ gofs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	if !presses(in, time.Now()) {
		return syscall.EROFS
	}
	if errno := b.push(ctx); errno != 0 {
		return errno
	}
	b.fill(&out.Attr)
	return 0
}

// nearNow is how far a time that somebody gives may lie from ours and still be now.
// sshfs sends the seconds of its own clock.
const nearNow = 2 * time.Second

// presses reports whether a change of attributes presses a button: one of the size, or of
// the times to now. The time of the change decides where both are set, as by a copy that
// keeps that of its source.
func presses(in *fuse.SetAttrIn, now time.Time) bool {
	if _, ok := in.GetSize(); ok {
		return true
	}
	set, ok := in.GetMTime()
	if !ok {
		set, ok = in.GetATime()
	}
	return ok && now.Sub(set).Abs() <= nearNow
}

func (b *buttonNode) push(ctx context.Context) syscall.Errno {
	if errno := b.fs.permit(ctx, mayWrite, false); errno != 0 {
		return errno
	}
	return toErrno(b.fs.control.Do(ctx, b.download, b.car.command()))
}

func (b *buttonNode) Open(ctx context.Context, flags uint32) (gofs.FileHandle, uint32, syscall.Errno) {
	if flags&syscall.O_ACCMODE != syscall.O_RDONLY {
		if errno := b.fs.permit(ctx, mayWrite, false); errno != 0 {
			return nil, 0, errno
		}
	}
	h := &buttonHandle{button: b}
	if errno := h.open(ctx, b.fs, b.face); errno != 0 {
		return nil, 0, errno
	}
	return h, fuse.FOPEN_DIRECT_IO, 0
}

type buttonHandle struct {
	textHandle
	button *buttonNode
	push   sync.Once
}

var (
	_ gofs.FileReader   = (*buttonHandle)(nil)
	_ gofs.FileWriter   = (*buttonHandle)(nil)
	_ gofs.FileReleaser = (*buttonHandle)(nil)
)

func (h *buttonHandle) Write(ctx context.Context, data []byte, _ int64) (uint32, syscall.Errno) {
	var errno syscall.Errno
	h.push.Do(func() { errno = h.button.push(ctx) })
	if errno != 0 {
		return 0, errno
	}
	return uint32(len(data)), 0
}
