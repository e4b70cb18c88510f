package fs

import (
	"context"
	"log/slog"
	"path"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/fetch"
)

// A readLog logs the reads of an open track for who debugs a mount. A nil one logs
// nothing.
type readLog struct{ log *slog.Logger }

// logOpened logs that a program opens a track, and returns the log of the handle.
func (f *FS) logOpened(ctx context.Context, d *fetch.Download) *readLog {
	if !f.log.Enabled(ctx, slog.LevelDebug) {
		return nil
	}
	var thread uint32
	if caller, ok := fuse.FromContext(ctx); ok {
		thread = caller.Pid
	}
	shown, ok := pathOf(d.Key(), f.tree.places())
	if !ok {
		shown = d.Key()
	}
	l := &readLog{f.log.With("handle", f.opened.Add(1))}
	l.log.Debug("a track is opened", "path", path.Join("/", shown), "thread", thread)
	return l
}

// read logs a read that began at a time, asked for some bytes at off and got some.
func (l *readLog) read(began time.Time, off int64, asked, got int) {
	if l != nil {
		l.log.Debug("a track is read", "off", off, "asked", asked, "got", got, "took", time.Since(began))
	}
}

// closed logs that the handle is closed.
func (l *readLog) closed() {
	if l != nil {
		l.log.Debug("a track is closed")
	}
}
