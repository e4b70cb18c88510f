package fs

import (
	"bytes"
	"context"
	"errors"
	"syscall"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/fetch"
)

// An eventsFile is .tunesfs/events: a stream of lines as those of downloads, of
// which every handle is a follower. It begins with a line for every download
// that downloads lists. From then on there is one for every change of a state,
// and while a download moves one every half a second. Whoever reads so slowly
// that changes were not kept gets lostLine, and begins anew. At the unmount the
// stream ends.
type eventsFile struct{ node }

// lostLine says that changes are missing here.
const lostLine = `{"lost":true}` + "\n"

var (
	_ gofs.NodeGetattrer = (*eventsFile)(nil)
	_ gofs.NodeOpener    = (*eventsFile)(nil)
)

func (e *eventsFile) Getattr(_ context.Context, _ gofs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	e.fs.fill(&out.Attr, fileMode, 0, e.fs.started)
	out.SetTimeout(kept)
	return 0
}

// Open gives a handle without a position: with one, whoever shares a handle with
// a blocked reader would wait for it and not hear signals.
func (e *eventsFile) Open(_ context.Context, flags uint32) (gofs.FileHandle, uint32, syscall.Errno) {
	if flags&syscall.O_ACCMODE != syscall.O_RDONLY {
		return nil, 0, syscall.EROFS
	}
	h := &eventsHandle{fs: e.fs, follower: newFollower(e.fs.activeDownloads), turn: make(chan struct{}, 1)}
	e.fs.followers.Add(h.follower)
	return h, fuse.FOPEN_DIRECT_IO | fuse.FOPEN_STREAM | fuse.FOPEN_NONSEEKABLE, 0
}

// An eventsHandle is a reader of the events.
type eventsHandle struct {
	fs       *FS
	follower *follower
	turn     chan struct{} // holds one element while a read is served
	rest     []byte        // lines that were not read yet
	begun    bool
}

var (
	_ gofs.FileReader   = (*eventsHandle)(nil)
	_ gofs.FileReleaser = (*eventsHandle)(nil)
)

// Read waits for news and gives as many whole lines as fit, or a part of one
// that fits in no case.
func (h *eventsHandle) Read(ctx context.Context, dest []byte, _ int64) (fuse.ReadResult, syscall.Errno) {
	ctx, leave := h.fs.life.Until(ctx)
	defer leave()
	n, err := h.read(ctx, dest)
	if err != nil && !errors.Is(err, fetch.ErrClosed) {
		return nil, toErrno(err)
	}
	return fuse.ReadResultData(dest[:n]), 0
}

func (h *eventsHandle) read(ctx context.Context, dest []byte) (int, error) {
	select {
	case h.turn <- struct{}{}:
		defer func() { <-h.turn }()
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	if len(h.rest) == 0 {
		if err := h.fill(ctx); err != nil {
			return 0, err
		}
	}
	n := copy(dest, h.rest)
	if end := bytes.LastIndexByte(h.rest[:n], '\n'); end >= 0 {
		n = end + 1
	}
	h.rest = h.rest[n:]
	return n, nil
}

// fill waits for news and puts them into lines.
func (h *eventsHandle) fill(ctx context.Context) error {
	if !h.begun {
		h.fs.listSearches()
		h.begun = true
	}
	news, lost, err := h.follower.next(ctx)
	if err != nil {
		return err
	}
	if lost {
		h.rest = []byte(lostLine)
	}
	h.rest = append(h.rest, h.fs.downloadLines(news)...)
	return nil
}

func (h *eventsHandle) Release(context.Context) syscall.Errno {
	h.fs.followers.Remove(h.follower)
	return 0
}
