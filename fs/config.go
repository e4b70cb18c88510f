package fs

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// Reasons why a folder cannot be mounted on. Mount wraps them with the folder's
// name.
var (
	ErrNotDirectory   = errors.New("not a folder")
	ErrNotEmpty       = errors.New("the folder is not empty")
	ErrAlreadyMounted = errors.New("already mounted")
	ErrNotYours       = errors.New("an ordinary user may mount only on a folder of their own")
	ErrNoDevice       = errors.New("cannot open /dev/fuse")
	ErrDeviceDenied   = errors.New("may not use /dev/fuse")
	ErrNoHelper       = errors.New("mounting as an ordinary user needs fusermount3")
	ErrUnmounted      = errors.New("somebody unmounted at once")
)

// ErrTooNew says that the saved searches were written by a newer version.
var ErrTooNew = errors.New("written by a newer version")

// A Library is the catalog as a mount needs it: listings that last, and ways
// to ask for more of them and for new ones. The Source of catalog/cached is one.
type Library interface {
	catalog.Source

	// SearchMore and ListMore return what Search and List do, with the next
	// page added if there is one.
	SearchMore(ctx context.Context, query string) (catalog.Listing, error)
	ListMore(ctx context.Context, folder string) (catalog.Listing, error)

	// Refresh and RefreshFolder ask again, whatever is kept.
	Refresh(ctx context.Context, query string) (catalog.Listing, error)
	RefreshFolder(ctx context.Context, folder string) (catalog.Listing, error)
}

// A renewer is a Library that renews in the background what it keeps, and says why it
// could not when it last tried.
type renewer interface {
	SearchFailure(query string) error
	ListFailure(folder string) error
}

// Config is what a mount is made of.
type Config struct {
	Library  Library
	Catalog  string   // names the catalog for good; inode numbers depend on it
	Source   string   // shown as the mount's source; without secrets
	StateDir string   // where saved searches are kept; made if need be
	CacheDir string   // the folder of the store; statfs shows its file system
	Searches []string // queries to show besides the saved ones, and to list at once

	AllowOther   bool // let other users read
	UID, GID     uint32
	NoPrefetch   bool // fetch nothing of the track after the one that is played
	HideSidecars bool // list no .progress, .pause, .resume, .cancel; they still resolve
	ShowPlaylist bool // list a playlist in each folder with audio; without it, it still resolves
	Logger       *slog.Logger

	// LongListing is called in a goroutine of its own after a listing of 20,000
	// tracks or more has come: its bytes, as they came and as they were put away,
	// are garbage worth giving back at once. It may be nil.
	LongListing func()
}

// How long things last.
const (
	// entryTimeout is how long the kernel may keep names and attributes. It is told
	// when they change before that.
	entryTimeout = time.Hour

	// attrTimeout is how long it may keep the attributes of what changes by itself.
	attrTimeout = time.Second

	// firstListingTimeout is how long what is done to a name waits for the first
	// listing of its folder.
	firstListingTimeout = 10 * time.Second

	// topListingTimeout is how long a lookup waits for the first listing of the
	// catalog's own top: it holds the lock of the root meanwhile.
	topListingTimeout = time.Second

	// justOpened is how long after a folder was opened asking for one track's
	// size is taken as asking for those of all.
	justOpened = 10 * time.Second
)
