package fs

import (
	"context"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
)

// probing is how many sizes of a folder are asked for at a time; the store
// bounds its connections.
const probing = 128

// probed is more than asking for a size brings of a file where the server tells,
// in bytes.
const probed = 64 << 10

// askSize waits for the size of a download.
func (f *FS) askSize(ctx context.Context, d *fetch.Download) (int64, syscall.Errno) {
	ctx, cancel := f.until(ctx)
	defer cancel()
	size, err := d.Size(ctx)
	if err != nil && f.closing() {
		err = fetch.ErrClosed
	}
	return size, toErrno(err)
}

// sizesWanted is called when the size of one track is waited for. If a folder
// that shows it was opened a moment ago, somebody like ls -l is about to ask for
// those of all its tracks one by one, so they are asked for together, once for
// each listing.
func (f *FS) sizesWanted(one *catalog.Track) {
	for _, d := range f.listed() {
		if time.Since(time.Unix(0, d.opened.Load())) > justOpened || d.shows(one.ID) == nil {
			continue
		}
		v, _ := d.lister.current()
		if v.sized.CompareAndSwap(false, true) {
			f.tasks.start(func() { f.askSizes(one, d.visible()) })
		}
	}
}

// askSizes asks for one size first: where a server does not tell, asking makes
// it a download, and nobody has asked for all of those.
func (f *FS) askSizes(one *catalog.Track, tracks []*catalog.Track) {
	f.learnSize(one)
	if f.store.Download(remote(one)).Status().Held > probed {
		return
	}
	var all errgroup.Group
	all.SetLimit(probing)
	for _, t := range tracks {
		if f.closing() {
			break
		}
		all.Go(func() error {
			f.learnSize(t)
			return nil
		})
	}
	_ = all.Wait() // each has logged what it could not learn
}

// learnSize asks for a size that is not known. The download keeps it.
func (f *FS) learnSize(t *catalog.Track) {
	d := f.store.Download(remote(t))
	if d.Status().Size >= 0 {
		return
	}
	if _, err := d.Size(f.ctx); err != nil {
		f.log.Debug("cannot learn a size", "id", t.ID, "error", err)
	}
}
