package fs

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs/internal/upnext"
	"github.com/tunesfs/tunesfs/fs/internal/waiting"
)

// A trackNode is a track that was looked up. The first open binds it to a version
// of the file, and to a way of being open: whole, and so read from the cache file,
// or partial, and so read through its download.
type trackNode struct {
	node
	row      atomic.Pointer[catalog.Track] // of the last listing that has it
	download *fetch.Download
	size     atomic.Int64 // bytes; -1 while unknown

	mu       sync.Mutex // guards what follows
	revision uint64     // of the status when looked up or, once bound, opened
	modified time.Time  // when the file of that revision was changed; zero unknown
	bound    bool
	whole    bool                       // how it is open, once bound
	readers  map[*fetch.Reader]struct{} // of its open handles
	sizeless error                      // why its size was last shown as 0, if it was
}

var (
	_ gofs.NodeGetattrer     = (*trackNode)(nil)
	_ gofs.NodeOpener        = (*trackNode)(nil)
	_ gofs.NodeGetxattrer    = (*trackNode)(nil)
	_ gofs.NodeSetxattrer    = (*trackNode)(nil)
	_ gofs.NodeListxattrer   = (*trackNode)(nil)
	_ gofs.NodeRemovexattrer = (*trackNode)(nil)
)

// staleFor is how long an open that gave ESTALE counts as recent.
const staleFor = time.Second

// wasStale reports whether an open of a track gave ESTALE a moment ago.
func (f *FS) wasStale(id string) bool {
	at, ok := f.recentlyStale.Get(id)
	return ok && time.Since(at) <= staleFor
}

// openedStale notes that an open of a track gives ESTALE.
func (f *FS) openedStale(id string) { f.recentlyStale.Put(id, time.Now()) }

// modified is the release date, else when the newest listing says that the file was
// changed or, where it does not tell, what the server says.
func (t trackInfo) modified() time.Time {
	if !t.track.Released.IsZero() {
		return t.track.Released
	}
	return t.status.Modified
}

// timeout is how long the attributes hold: not until the time is known too.
func (t trackInfo) timeout() time.Duration {
	if t.modified().IsZero() {
		return attrTimeout
	}
	return entryTimeout
}

// Getattr waits for the size if it must.
func (t *trackNode) Getattr(ctx context.Context, _ gofs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	size, err := t.waitSize(ctx)
	switch {
	case err != nil && t.showEmpty(err):
		t.fs.fill(&out.Attr, unsizedMode, 0, t.info().modified()) // for no time at all
		return 0
	case err != nil:
		return toErrno(err)
	}
	info := t.steadyInfo()
	t.fs.fill(&out.Attr, fileMode, size, info.modified())
	out.SetTimeout(info.timeout())
	t.show(info, size)
	return 0
}

// show notes what the kernel is told of the node, unless the node is of a file that was:
// then its name leads elsewhere.
func (t *trackNode) show(info trackInfo, size int64) {
	t.mu.Lock()
	current := t.revision == info.status.Revision
	t.mu.Unlock()
	if now := info.shown(); current {
		now.Size = size
		t.fs.show(t.download, now)
	}
}

// steadyInfo is info with the time of the version that the node shows: its size and
// the bytes of its handles are of that one, too.
func (t *trackNode) steadyInfo() trackInfo {
	info := t.info()
	t.mu.Lock()
	defer t.mu.Unlock()
	if info.status.Revision == t.revision || t.modified.IsZero() && info.status.Size == t.size.Load() {
		t.modified = info.status.Modified
	}
	info.status.Modified = t.modified
	return info
}

func (t *trackNode) waitSize(ctx context.Context) (int64, error) {
	if size := t.size.Load(); size >= 0 {
		return size, nil
	}
	size, bound := t.openSize()
	if size < 0 {
		size = t.download.Status().Size
	}
	if size < 0 {
		if !bound { // fstat(2) of an open file is no listing
			t.fs.sizesWanted(t.row.Load())
		}
		var err error
		if size, err = t.fs.askSize(ctx, t.download); err != nil {
			return 0, err
		}
	}
	return t.promise(size), nil
}

// openSize reports whether the node was opened, and the size that its handles keep to,
// if any: what is known now may be of another version.
func (t *trackNode) openSize() (size int64, bound bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	size = -1
	for r := range t.readers {
		size = max(size, r.Size())
	}
	return size, t.bound
}

// Open waits for the server's word where that has to be had, where the size was shown as
// 0, and for a cache that another program changed, and else for nothing: see
// [fetch.Download.Validate] and [fetch.Reader.Ready]. A node that cannot be what its
// name should open now gives ESTALE, and the kernel looks the name up again.
func (t *trackNode) Open(ctx context.Context, flags uint32) (gofs.FileHandle, uint32, syscall.Errno) {
	if flags&syscall.O_ACCMODE != syscall.O_RDONLY {
		return nil, 0, syscall.EROFS
	}
	if t.fs.life.Closing() {
		return nil, 0, toErrno(fetch.ErrClosed)
	}
	if err := t.askAgain(ctx); err != nil {
		return nil, 0, toErrno(err)
	}
	reader, st, errno := t.steadyReader(ctx)
	if errno != 0 {
		return nil, 0, errno
	}
	whole, ok := t.bind(st, reader)
	if !ok {
		reader.Close()
		t.fs.openedStale(t.download.Key())
		return nil, 0, syscall.ESTALE
	}
	t.fs.show(t.download, trackInfo{track: t.row.Load(), status: st}.shown())
	// It has nothing to flush: closing need not ask.
	h := &trackHandle{fs: t.fs, node: t, reader: reader, log: t.fs.logOpened(ctx, t.download)}
	h.upnext = t.fs.players.Open(t.played(ctx, reader))
	if h.leave, ok = t.fs.enterShare(ctx, h); !ok {
		h.upnext.Close()
		t.unbind(reader)
		reader.Close()
		return nil, 0, syscall.EMFILE
	}
	t.fs.readers.Add(reader)
	if !whole {
		// Pages, which a mapping may have brought, are kept: dropping them
		// would wait for those that are being read.
		return h, fuse.FOPEN_DIRECT_IO | fuse.FOPEN_KEEP_CACHE | fuse.FOPEN_NOFLUSH, 0
	}
	h.file = reader.File()
	return h, fuse.FOPEN_KEEP_CACHE | fuse.FOPEN_NOFLUSH, 0
}

// steadyReader opens a reader that is ready, and returns the status that it was opened
// in. A version that came in between is validated, too.
func (t *trackNode) steadyReader(ctx context.Context) (*fetch.Reader, fetch.Status, syscall.Errno) {
	d := t.download
	var last *fetch.Reader // open until the next one is, so that a stream goes on
	for {
		before := d.Status().Revision
		errno := t.fs.validate(ctx, d)
		r := d.NewReader()
		if last != nil {
			_ = last.Close() // which never fails
		}
		if errno == 0 {
			errno = toErrno(r.Ready(ctx))
		}
		if errno != 0 {
			_ = r.Close()
			return nil, fetch.Status{}, errno
		}
		if st := d.Status(); st.Revision == before {
			return r, st, 0
		}
		last = r
	}
}

// bind decides whether the node can be opened in a status in which the whole
// file can be had or not, and how. A node that was never opened still can be
// anything, as long as the size that the kernel may have been told holds; a
// bound one only what it was, since the kernel may have kept pages of it.
func (t *trackNode) bind(st fetch.Status, r *fetch.Reader) (openWhole, ok bool) {
	whole := r.File() != nil
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.bound {
		reported := t.size.Load()
		if st.Revision != t.revision && reported >= 0 && reported != st.Size {
			return false, false
		}
		t.bound, t.revision, t.modified, t.whole = true, st.Revision, st.Modified, whole
		if reported < 0 {
			t.size.Store(st.Size)
		}
	}
	if ok = st.Revision == t.revision && (whole || !t.whole); ok {
		if t.readers == nil {
			t.readers = make(map[*fetch.Reader]struct{})
		}
		t.readers[r] = struct{}{}
		r.Promise(t.size.Load())
	}
	return t.whole, ok
}

// promise notes the size that the kernel is told, and returns it: the first one, on
// which the users of all open handles may rely from then on. A node that was never
// opened is of that version then: another may have come while its size was waited for.
func (t *trackNode) promise(size int64) int64 {
	st := t.download.Status()
	t.mu.Lock()
	defer t.mu.Unlock()
	if first := t.size.Load(); first >= 0 {
		return first
	}
	t.size.Store(size)
	if !t.bound && st.Size == size {
		t.revision, t.modified = st.Revision, st.Modified
	}
	for r := range t.readers {
		r.Promise(size)
	}
	return size
}

// A trackHandle is an open track. There is one type for both ways of being
// open, because go-fuse asks a handle's type for passthrough.
type trackHandle struct {
	fs     *FS
	node   *trackNode
	reader *fetch.Reader
	file   *os.File // the whole file; nil where reads go through the reader
	upnext *upnext.Handle
	leave  func() // gives back the share of the user who opened it
	log    *readLog
	logged atomic.Bool // that a read of it waits for a paused track
}

var (
	_ gofs.FileReader          = (*trackHandle)(nil)
	_ gofs.FileReleaser        = (*trackHandle)(nil)
	_ gofs.FilePassthroughFder = (*trackHandle)(nil)
)

// PassthroughFd lets the kernel read the cache file itself.
func (h *trackHandle) PassthroughFd() (int, bool) {
	if h.file == nil || !h.fs.conn.passthrough {
		return 0, false
	}
	return int(h.file.Fd()), true
}

// Read gives the full count, except at the end of the file and, where the kernel keeps
// no pages of what it reads, before bytes that fail. The bytes of a whole file pass through this
// process, too: a splice from its file that the disk cuts short would look like the end.
func (h *trackHandle) Read(ctx context.Context, dest []byte, off int64) (fuse.ReadResult, syscall.Errno) {
	h.fs.life.CheckAborted()
	if h.file == nil {
		defer h.enter(ctx)()
	}
	began := time.Now()
	n, err := h.reader.ReadAt(ctx, dest, off)
	h.log.read(began, off, len(dest), n)
	h.upnext.Noticed()
	result := fuse.ReadResultVector([][]byte{dest[:n]}) // by writev; of other data go-fuse tries a splice first
	switch {
	case err == nil, errors.Is(err, io.EOF):
		return result, 0
	case n > 0 && h.file == nil:
		return partRead{result, toErrno(err)}, 0
	}
	return nil, toErrno(err)
}

// enter notes who reads, until leave is called, and logs that a read waits long for a
// paused track, once a handle.
func (h *trackHandle) enter(ctx context.Context) (leave func()) {
	var thread uint32
	if caller, ok := fuse.FromContext(ctx); ok {
		thread = caller.Pid
	}
	return h.fs.reads.Enter(h.reader.Key(), thread, func(by waiting.Program) {
		h.fs.logPaused(h.node.download, by, &h.logged)
	})
}

// Release gives the handle up.
func (h *trackHandle) Release(context.Context) syscall.Errno {
	h.log.closed()
	h.node.unbind(h.reader)
	h.upnext.Close()
	defer h.fs.readers.Remove(h.reader)
	defer h.leave()
	return toErrno(h.reader.Close())
}

// unbind forgets a reader of bind. The node keeps to the size that it gave out.
func (t *trackNode) unbind(r *fetch.Reader) {
	if size := r.Size(); size >= 0 {
		t.promise(size)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.readers, r)
}

// closeForgotten closes the handles that were closed just before the mount went:
// what the kernel had not told of by then it forgets. No request may come any
// more.
func (f *FS) closeForgotten() {
	f.readers.Each(func(r *fetch.Reader) { _ = r.Close() }) // which never fails
}

// trackInfo is all that the attributes of a track speak of.
type trackInfo struct {
	track  *catalog.Track
	status fetch.Status

	waiting string // which programs wait for bytes of it; of described alone
}

// size returns the track's size in bytes, or -1.
func (t trackInfo) size() int64 { return t.status.Size }

func (t *trackNode) info() trackInfo {
	return trackInfo{track: t.row.Load(), status: t.download.Status()}
}
