package client

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/internal/xattrs"
)

const (
	// listTimeout is how long the next names may take: a mount gives its catalog a minute.
	listTimeout = 70 * time.Second

	// firstBatch is a screen; laterBatch is as many names as are worth one more picture.
	firstBatch = 100
	laterBatch = 1000
)

// List calls take with the names of a folder, in batches as they come, from the calling
// goroutine. Sidecars, playlists and .tunesfs are left out. The batches before an error
// stay good.
func (m *Mount) List(ctx context.Context, folder string, take func(batch []Entry)) error {
	full, err := m.path(folder)
	if err != nil {
		return err
	}
	ctx, leave := m.until(ctx)
	defer leave()
	slot, err := m.listings.enter(ctx, listTimeout)
	if errors.Is(err, ErrHung) && !m.listings.stuck() {
		return ErrManyListings
	}
	if err != nil {
		return err
	}
	batches, ended := make(chan []Entry), make(chan error, 1)
	go func() {
		defer slot.leave()
		_, err := recovered(func() (struct{}, error) {
			if err := m.check(); err != nil {
				return struct{}{}, err
			}
			filter := &nameFilter{folder: folder, left: MaxNames}
			return struct{}{}, readNames(full, filter, func(batch []Entry) error {
				select {
				case batches <- batch:
					return nil
				case <-ctx.Done():
					return context.Cause(ctx)
				}
			})
		})
		ended <- err
	}()
	timer := time.NewTimer(listTimeout)
	defer timer.Stop()
	for {
		select {
		case batch := <-batches:
			take(batch)
			timer.Reset(listTimeout)
		case err := <-ended:
			return m.explainListing(ctx, full, err)
		case <-timer.C:
			slot.late()
			return ErrHung
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// explainListing puts the error of a listing into the mount's own words, where it has any.
func (m *Mount) explainListing(ctx context.Context, full string, err error) error {
	plain := explain(err)
	var number plainError
	if !errors.As(plain, &number) && !errors.Is(plain, ErrDenied) {
		return plain
	}
	text, err := call(ctx, m.attributes, attributeTimeout, func() (string, error) {
		return mounted.ReadXattr(full, xattrs.Error)
	})
	switch {
	case err == nil && text != "":
		return &saidError{text, plain}
	case errors.Is(plain, ErrDenied):
		return &saidError{mounted.ExplainDead(m.dir, unix.EACCES).Error(), plain}
	}
	return plain
}

// A saidError is an error in the words of the mount.
type saidError struct {
	text string
	err  error
}

// Error implements error.
func (e *saidError) Error() string { return e.text }

// Unwrap implements the interface of package errors.
func (e *saidError) Unwrap() error { return e.err }

// readNames sends the names of a folder that filter shows.
func readNames(full string, filter *nameFilter, send func([]Entry) error) error {
	dir, err := os.Open(full)
	if err != nil {
		return err
	}
	defer dir.Close()
	for size := firstBatch; ; size = laterBatch {
		list, err := dir.ReadDir(size)
		batch := filter.shown(list)
		if len(batch) > 0 {
			if err := send(batch); err != nil {
				return err
			}
		}
		switch {
		case filter.full:
			return ErrTooMany
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// A nameFilter leaves out the files that are there for tools.
type nameFilter struct {
	folder string
	left   int    // how many more may be shown
	full   bool   // there are more than that
	last   string // the last file that is shown
}

// shown returns the entries that users see.
func (f *nameFilter) shown(list []fs.DirEntry) []Entry {
	batch := make([]Entry, 0, len(list))
	for _, one := range list {
		name, folder := one.Name(), one.IsDir()
		if f.hides(name, folder) {
			continue
		}
		if f.left == 0 {
			f.full = true
			return batch
		}
		f.left--
		batch = append(batch, Entry{Name: name, Path: path.Join(f.folder, name), Folder: folder})
	}
	return batch
}

// hides reports whether a name is left out. The mount lists the sidecars of a track right
// behind it: other files may end like them.
func (f *nameFilter) hides(name string, folder bool) bool {
	if strings.HasPrefix(name, ".") || !folder && name == catalog.Playlist {
		return true
	}
	if folder {
		return false
	}
	for _, end := range []string{".progress", ".pause", ".resume", ".cancel"} {
		if track, ok := strings.CutSuffix(name, end); ok && track == f.last {
			return true
		}
	}
	f.last = name
	return false
}
