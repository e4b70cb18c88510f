package fs

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// A paged library finds three albums with any search, one on each page. An album holds
// a track and, as collections may, itself.
type paged struct {
	refuse atomic.Bool // no further page can be had

	mu    sync.Mutex
	found map[string]int64 // how many albums each search has so far
}

const albums = 3

func (p *paged) search(found int64) catalog.Listing {
	l := catalog.Listing{Fetched: time.Now(), Sequence: uint64(found)}
	for n := range min(found, albums) {
		name := fmt.Sprint("Album ", n+1)
		l.Folders = append(l.Folders, catalog.Folder{ID: name, Title: name, Name: name})
	}
	if found < albums {
		l.Next = fmt.Sprint(found)
	}
	return l
}

func (p *paged) Search(_ context.Context, query string) (catalog.Listing, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found[query] = max(p.found[query], 1)
	return p.search(p.found[query]), nil
}

func (p *paged) SearchMore(_ context.Context, query string) (catalog.Listing, error) {
	if p.refuse.Load() {
		return catalog.Listing{}, catalog.ErrDenied
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found[query]++
	return p.search(p.found[query]), nil
}

func (p *paged) Refresh(ctx context.Context, query string) (catalog.Listing, error) {
	return p.Search(ctx, query)
}

func (*paged) List(_ context.Context, folder string) (catalog.Listing, error) {
	l := catalog.Listing{Fetched: time.Now()}
	if folder != "" {
		l.Folders = []catalog.Folder{{ID: folder, Title: folder, Name: folder}}
		l.Tracks = []catalog.Track{{ID: folder, Title: "song", Name: "song.m4a", Size: 5}}
	}
	return l, nil
}

func (p *paged) ListMore(ctx context.Context, folder string) (catalog.Listing, error) {
	return p.List(ctx, folder)
}

func (p *paged) RefreshFolder(ctx context.Context, folder string) (catalog.Listing, error) {
	return p.List(ctx, folder)
}

func (*paged) Locate(context.Context, string) (catalog.Location, error) {
	return catalog.Location{}, catalog.ErrNotFound
}

func newPaged(t *testing.T) (*world, *paged) {
	w, library := newWorld(t, 1000), &paged{found: map[string]int64{}}
	w.cfg.Library = library
	w.mount()
	return w, library
}

// A folder that two searches find, or that holds itself, is a folder at each place: a
// program that is in one stays there whatever others look at, and has no errors of it.
func TestFolderInTwoPlaces(t *testing.T) {
	need(t, "getfattr")
	w, _ := newPaged(t)
	w.sh(`mkdir "$M/one" "$M/two"; ls "$M/one" "$M/two" >/dev/null`)
	w.expect(`cd "$M/one/Album 1"; ls "$M/two/Album 1"; pwd -P | sed "s:.*/one:one:"`, "Album 1\nsong.m4a\none/Album 1")
	w.expect(`cd "$M/one/Album 1/Album 1"; ls; pwd -P | sed "s:.*/one:one:"`, "Album 1\nsong.m4a\none/Album 1/Album 1")
	w.expect(`cd "$M/one/Album 1/Album 1/Album 1"; ls 2>/dev/null; pwd -P | sed "s:.*/one:one:"`, // where it is a loop
		"song.m4a\none/Album 1/Album 1/Album 1")
	w.expect(`cd "$M/one/Album 1/Album 1/Album 1"; getfattr -n user.tunesfs.error --only-values . | grep -o "a loop"
		getfattr -d .. | grep -c tunesfs.error || true`, "a loop\n0")
	w.expect(`cd "$M"; stat -c %i one/Album\ 1 two/Album\ 1 one/Album\ 1/Album\ 1 | sort -u | wc -l
		test "$(ls -i one | sed -n "s/ *\([0-9]*\) Album 1/\1/p")" = "$(stat -c %i "one/Album 1")"
		stat -c %i */*/song.m4a | sort -u | wc -l`, "3\n3")
	before := w.sh(`cd "$M"; stat -c %i one/Album\ 1 two/Album\ 1`)
	w.unmount()
	w.mount()
	w.expect(`cd "$M"; stat -c %i two/Album\ 1 one/Album\ 1 | tac`, before)
	w.expect(`cd "$M"; for i in 1 2 3 4; do for s in one two; do
			(for n in $(seq 300); do stat -c %F "$s/Album 1/Album 1" || exit; done | sort -u) & done; done; wait`,
		"directory\ndirectory\ndirectory\ndirectory\ndirectory\ndirectory\ndirectory\ndirectory")
}

// What was removed from a folder is removed at all its places.
func TestRemovedInTwoPlaces(t *testing.T) {
	w, _ := newPaged(t)
	w.sh(`mkdir "$M/one" "$M/two"; ls "$M"/*/Album* >/dev/null`)
	w.expect(`cd "$M"; rm "one/Album 1/song.m4a"; ls "one/Album 1" "two/Album 1"`,
		"one/Album 1:\nAlbum 1\n\ntwo/Album 1:\nAlbum 1")
	w.expect(`cd "$M"; setfattr -n user.tunesfs.control -v refresh "two/Album 1"; stat -c %F "one/Album 1/song.m4a"; rmdir "one/Album 1"
		ls one; ls two`, "regular file\nAlbum 2\nAlbum 3\nAlbum 1\nAlbum 2\nAlbum 3")
}

// A lookup of a name that the pages so far do not have waits for the others. Where they
// cannot be had it fails for that reason, and the names that are there are found.
func TestLookupOnALaterPage(t *testing.T) {
	w, library := newPaged(t)
	library.refuse.Store(true)
	w.expect(`mkdir "$M/one"; stat -c %F "$M/one/Album 1"; stat -c %F "$M/one/Album 3" 2>&1 | sed "s/.*: //"`,
		"directory\nPermission denied")
	library.refuse.Store(false)
	w.expect(`mkdir "$M/two"; stat -c %F "$M/two/Album 3/Album 3/song.m4a"; stat "$M/two/Album 4" 2>&1 | sed "s/.*: //"`,
		"regular file\nNo such file or directory")
}

// The first open of a folder shows all its pages.
func TestFolderOfPages(t *testing.T) {
	w, _ := newPaged(t)
	w.expect(`mkdir "$M/one"; ls "$M/one"`, "Album 1\nAlbum 2\nAlbum 3")
}
