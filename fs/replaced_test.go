package fs

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// A replacing library has one folder, Sub, which can become another.
type replacing struct{ id atomic.Pointer[string] }

func (*replacing) Search(context.Context, string) (catalog.Listing, error) {
	return catalog.Listing{Fetched: time.Now()}, nil
}

func (r *replacing) List(_ context.Context, folder string) (catalog.Listing, error) {
	listing := catalog.Listing{Fetched: time.Now()}
	if folder == "" {
		listing.Folders = []catalog.Folder{{ID: *r.id.Load(), Title: "Sub", Name: "Sub"}}
	} else {
		listing.Tracks = []catalog.Track{{ID: folder, Title: folder, Name: folder + ".m4a", Size: -1}}
	}
	return listing, nil
}

func (r *replacing) SearchMore(ctx context.Context, query string) (catalog.Listing, error) {
	return r.Search(ctx, query)
}

func (r *replacing) ListMore(ctx context.Context, folder string) (catalog.Listing, error) {
	return r.List(ctx, folder)
}

func (r *replacing) Refresh(ctx context.Context, query string) (catalog.Listing, error) {
	return r.Search(ctx, query)
}

func (r *replacing) RefreshFolder(ctx context.Context, folder string) (catalog.Listing, error) {
	return r.List(ctx, folder)
}

func (*replacing) Locate(context.Context, string) (catalog.Location, error) {
	return catalog.Location{}, catalog.ErrNotFound
}

// A sub-folder that another has replaced under its name is the other one, though
// the kernel keeps names for an hour.
func TestFolderReplaced(t *testing.T) {
	need(t, "setfattr")
	first, second := "first", "second"
	library := &replacing{}
	library.id.Store(&first)
	w := newWorld(t, 1000)
	w.cfg.Library = library
	w.mount()
	w.expect(`ls "$M"; ls "$M/Sub"`, "Sub\nfirst.m4a")
	before := w.sh(`stat -c %i "$M/Sub"`)
	library.id.Store(&second)
	w.expect(`setfattr -n user.tunesfs.control -v refresh "$M"
		n=0; until ls "$M/Sub" | grep -q second || test $n = 500; do n=$((n+1)); sleep 0.01; done
		ls "$M/Sub"; ls "$M"`, "second.m4a\nSub")
	if after := w.sh(`stat -c %i "$M/Sub"`); after == before {
		t.Errorf("both have the inode number %s", after)
	}
}
