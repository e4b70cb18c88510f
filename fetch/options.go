package fetch

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/claim"
	"github.com/tunesfs/tunesfs/fetch/internal/origin"
	"github.com/tunesfs/tunesfs/internal/durable"
	"github.com/tunesfs/tunesfs/internal/panics"
)

const (
	defaultConnections = 16
	defaultNoProgress  = 60 * time.Second
)

// Options are what a Store needs from outside. The zero value of every field
// but Locate has a sane meaning.
type Options struct {
	// Locate says where the bytes of a key are now. It is asked when no
	// location is known, and again when a URL that worked has expired (401,
	// 403, 404, 410). An error that matches ErrNotFound, ErrDenied or
	// ErrBadResponse is final; any other is tried again for a while. Required.
	Locate func(ctx context.Context, key string) (Location, error)

	// Refuse returns why what a server sends cannot be the file, whatever its
	// status: a page of a portal or a login, or an error in a service's own
	// words. Its errors are taken as those of Locate are. nil refuses nothing.
	Refuse func(Offer) error

	// Changed is called after a download's Status changed in anything but
	// Held, from one goroutine of the store that no transfer depends on. Of one
	// download it is told of every State in order; was is the one before, equal
	// to now.State where something else changed.
	Changed func(now Status, was State)

	// Recall returns the number that a listing's number counts for which a record
	// tells: one of an earlier process is below all that this one gives, though its
	// count may have gone back. nil: as it is.
	Recall func(listing uint64) uint64

	// Layout tells which parts of a file are structure. held gives those of its bytes
	// that are held, and fails for others; size is -1 while it is not known. It is
	// asked when bytes came, and again when those came that it lacked. What a
	// reader reads of the structure is no wish for the file. nil knows no structure.
	Layout func(key string, held io.ReaderAt, size int64) Layout

	// Transport makes the requests; nil: one of the store's own, which opens
	// its connections with Dial and through the proxies that Proxy names. Nil
	// for these two is a net.Dialer, and http.ProxyFromEnvironment. An error
	// of theirs that matches ErrDenied is final.
	Transport http.RoundTripper
	Dial      func(ctx context.Context, network, address string) (net.Conn, error)
	Proxy     func(*http.Request) (*url.URL, error)

	// TTL is how long a complete file of which no listing tells size, time or digest
	// counts as the one that the server has; the next Open asks. 0 means for ever.
	TTL time.Duration

	Connections int           // per host; 0 means 16
	LimitRate   int64         // bytes a second of all downloads together; 0 means no limit
	MaxBytes    int64         // bytes the store may hold, beside what its connections are just writing; 0 means no limit
	MinFree     int64         // bytes to leave free on its file system; 0 means none
	NoProgress  time.Duration // how long a read may wait without a byte arriving, unless told to; 0 means 60 s
	Session     bool          // drop complete files at Close
	UserAgent   string
	Logger      *slog.Logger // nil: slog.Default

	files   durable.Files // how files are changed; a test sets its hook
	maxOpen int           // data files to have open at once, where a test wants few
}

func (opt Options) withDefaults() Options {
	if opt.Connections == 0 {
		opt.Connections = defaultConnections
	}
	if opt.NoProgress == 0 {
		opt.NoProgress = defaultNoProgress
	}
	if opt.Logger == nil {
		opt.Logger = slog.Default()
	}
	if opt.Recall == nil {
		opt.Recall = func(listing uint64) uint64 { return listing }
	}
	opt.Locate = opt.guardedLocate(opt.Locate)
	return opt
}

// guardedLocate returns locate with a panic as an error: it reads what a catalog sends.
func (opt Options) guardedLocate(locate func(context.Context, string) (Location, error)) func(context.Context, string) (Location, error) {
	return func(ctx context.Context, key string) (loc Location, err error) {
		defer panics.Recover(opt.Logger, "where a file is", ErrBadResponse, &err)
		return locate(ctx, key)
	}
}

// A Location is where bytes can be had: an http or https URL and the request
// headers that it needs, or the bytes themselves.
type Location = origin.Location

// An Offer is what a server sends, before a byte of it is kept.
type Offer = origin.Offer

// A Remote names a remote file.
type Remote struct {
	Key      string   // names the file for good; its record's name is a hash of it
	Location Location // where it was last seen; without URL, Options.Locate is asked
	Size     int64    // exact length in bytes if the catalog knows it, else -1
	Type     string   // media type that the catalog expects, for Offer; "" unknown
	Digest   string   // "md5:" or "sha1:" and hex of the whole, or ""

	Modified  time.Time     // when the file was changed, if the catalog knows it, else zero
	Precision time.Duration // of Modified; 0 is a second

	// Listing is the number of the listing that says all this: of two that contradict
	// each other the one with the greater number counts. Refreshed is the number of
	// the last listing that a user asked for by hand: the server is asked again
	// about files that were confirmed before. Both are 0 where nothing is known of it.
	Listing, Refreshed uint64
}

func (r Remote) claim() claim.Claim {
	return claim.Claim{Size: max(r.Size, -1), Modified: r.Modified, Precision: r.Precision, Digest: r.Digest,
		Listing: r.Listing, Refreshed: r.Refreshed}
}
