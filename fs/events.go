package fs

import (
	"context"
	"errors"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/events"
)

// An eventsNode is .tunesfs/events: a stream of lines as those of downloads, of
// which every handle has its own. At the unmount the stream ends.
type eventsNode struct{ node }

var (
	_ gofs.NodeGetattrer = (*eventsNode)(nil)
	_ gofs.NodeOpener    = (*eventsNode)(nil)
)

func (e *eventsNode) Getattr(_ context.Context, _ gofs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	e.fs.fill(&out.Attr, fileMode, 0, e.fs.started)
	out.SetTimeout(entryTimeout)
	return 0
}

// Open gives a handle without a position: with one, whoever shares a handle with
// a blocked reader would wait for it and not hear signals.
func (e *eventsNode) Open(ctx context.Context, flags uint32) (gofs.FileHandle, uint32, syscall.Errno) {
	if flags&syscall.O_ACCMODE != syscall.O_RDONLY {
		return nil, 0, syscall.EROFS
	}
	h := &eventsHandle{fs: e.fs}
	var ok bool
	if h.memory, ok = e.fs.enterMemory(ctx, h, eventsBytes); !ok {
		return nil, 0, syscall.EMFILE
	}
	h.stream = e.fs.events.Subscribe(e.fs.listSearches, e.fs.downloadLines)
	return h, fuse.FOPEN_DIRECT_IO | fuse.FOPEN_STREAM | fuse.FOPEN_NONSEEKABLE, 0
}

// An eventsHandle is a reader of the events.
type eventsHandle struct {
	fs     *FS
	memory *memoryShare
	stream *events.Stream
}

// eventsBytes is about what a reader of the events keeps of 10,000 active downloads that it
// was told of, the lines that it did not read yet, and its backlog.
const eventsBytes = 4 << 20

var (
	_ gofs.FileReader   = (*eventsHandle)(nil)
	_ gofs.FileReleaser = (*eventsHandle)(nil)
)

// Read waits for news and gives as many whole lines as fit.
func (h *eventsHandle) Read(ctx context.Context, dest []byte, _ int64) (fuse.ReadResult, syscall.Errno) {
	ctx, leave := h.fs.life.Until(ctx)
	defer leave()
	n, err := h.stream.Read(ctx, dest)
	if err != nil && !errors.Is(err, fetch.ErrClosed) {
		return nil, toErrno(err)
	}
	return fuse.ReadResultData(dest[:n]), 0
}

// Release ends the stream.
func (h *eventsHandle) Release(context.Context) syscall.Errno {
	h.stream.Close()
	h.memory.leave()
	return 0
}
