// Package catalog turns music services into listings of tracks and folders.
//
// A [Source] speaks one service's protocol and nothing else: it has no cache,
// no unique file names and no downloads. The package cached wraps any Source and
// adds what every service needs: results that last, equal calls made once, and
// file names that stay bound to their track for good.
//
// All text from a Source is hostile. Titles and artists are shown only through
// [FileName] and its kin, which keep them within their folder; URLs are only
// http and https (see [CheckURL]); bodies are bounded.
//
// It owns the contract between a service and its users: the types, the kinds of
// errors, the names of files and queries, and the rules for text, URLs and media.
// It must never know a service, a download, the kernel or the command line.
//
// Open catalog.go first, then errors.go. env.go has the options that services
// share; name.go and query.go make file names; text.go, url.go and media.go say
// which data of a service may pass.
//
// To add a service, read the packages archive and catalogtest. The second place to
// touch is cmd/tunesfs/internal/source, which gives the service its scheme.
package catalog

import (
	"context"
	"net/http"
	"time"
)

// A Source is one music service, or one library on it.
//
// Methods may be called concurrently and return soon after ctx ends. They fail
// with an error that wraps one of this package's sentinels where one fits. A
// Source never returns a partial listing together with an error.
type Source interface {
	// Search returns what a query finds, in the service's own order.
	// A query that finds nothing is an empty Listing, not an error.
	Search(ctx context.Context, query string) (Listing, error)

	// List returns what a folder of the catalog holds; "" is the
	// catalog's own top. A service without folders has an empty top.
	List(ctx context.Context, folder string) (Listing, error)

	// Locate returns where the bytes of a track are now. It asks the service
	// where it must; the response may expire.
	Locate(ctx context.Context, id string) (Location, error)
}

// An Explainer is a Source whose service may say why it does not send a track
// with a response that looks as if it did.
type Explainer interface {
	// Explain returns why the service sends what begins with head in place
	// of a track, or nil if that can be one. Nothing is never a track.
	Explain(head []byte) error
}

// A Pager is a Source whose listings may come in pages.
type Pager interface {
	Source

	// More returns the page that follows the one whose Next is given. It
	// fails with ErrNotFound for what was never the Next of a listing.
	More(ctx context.Context, next string) (Listing, error)
}

// A Listing is what a search found or a folder holds.
type Listing struct {
	Folders []Folder `json:"folders,omitempty"`
	Tracks  []Track  `json:"tracks,omitempty"`

	// Next is what a Pager is asked for the page that follows; "" where this
	// is all there is. It holds no secrets.
	Next string `json:"next,omitempty"`

	// Fetched is when the service answered, by the clock of then, which may have
	// been wrong. The package cached sets it.
	Fetched time.Time `json:"fetched,omitzero"`

	// Sequence tells which of two listings of one catalog the service sent later:
	// that with the higher number, also over restarts. The package cached sets it;
	// 0 is one that was not numbered.
	Sequence uint64 `json:"sequence,omitempty"`

	// Expires is when the listing is due to be renewed. One past it has not
	// been, be it that nobody asked or that the service cannot be reached.
	Expires time.Time `json:"-"`
}

// A Folder is a part of a catalog that can be listed.
type Folder struct {
	ID       string    `json:"id"` // UTF-8; what List takes; unique within the catalog
	Title    string    `json:"title"`
	Name     string    `json:"name,omitempty"` // file name within its listing, set by the package cached
	Modified time.Time `json:"modified,omitzero"`
}

// A Track is one piece of audio, or a file that belongs to it: what is known of it without asking again.
// Empty strings and zero times mean unknown.
type Track struct {
	ID       string        `json:"id"` // UTF-8; unique within the catalog, for good
	Title    string        `json:"title"`
	Artist   string        `json:"artist,omitempty"`
	Album    string        `json:"album,omitempty"`
	Genre    string        `json:"genre,omitempty"`
	Number   int           `json:"number,omitempty"` // within the album, from 1; 0 unknown
	Duration time.Duration `json:"duration,omitempty"`
	Released time.Time     `json:"released,omitzero"`
	Modified time.Time     `json:"modified,omitzero"` // when the file was changed

	// Precision is that of Modified, where a service rounds it; 0 is a second.
	Precision time.Duration `json:"precision,omitempty"`

	Type   string `json:"type,omitempty"`   // MIME type, such as audio/mp4
	Ext    string `json:"ext,omitempty"`    // file name extension with its dot, such as .m4a
	Size   int64  `json:"size"`             // exact length in bytes, -1 unknown
	Digest string `json:"digest,omitempty"` // "md5:" or "sha1:" and lower-case hex, of the whole

	Tags Tags `json:"tags,omitzero"`

	URL     string `json:"url,omitempty"`     // where the bytes were when listed, if that needs no secret; saves a Locate
	Artwork string `json:"artwork,omitempty"` // URL of a picture
	Store   string `json:"store,omitempty"`   // URL of the page that sells or shows it
	License string `json:"license,omitempty"` // URL or words of the terms

	// File is set for what is no audio but belongs to it, such as a cover or
	// lyrics: the name that it asks for, such as "cover.jpg". It is in no
	// playlist.
	File string `json:"file,omitempty"`

	// Dated asks for a name by the day of release in place of the artist, so
	// that names sort as what they name came out.
	Dated bool `json:"dated,omitempty"`

	Name string `json:"name,omitempty"` // file name within its listing, set by the package cached

	// Listed is the Sequence of the listing that the service sent the track in, and
	// Refreshed that of the listing that a user asked for by hand, if it was that
	// one. The package cached sets them.
	Listed    uint64 `json:"listed,omitempty"`
	Refreshed uint64 `json:"refreshed,omitempty"`
}

// A Location is where bytes can be had: an http or https URL and the request
// headers that it needs. It may hold secrets and is never logged or stored.
type Location struct {
	URL    string
	Header http.Header

	// Content is the file itself, where asking for it has brought it already.
	// The URL then only says where it is from.
	Content []byte
}
