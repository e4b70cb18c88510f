package catalog

import "fmt"

// The bounds of what a service may send. They hold for every catalog.
const (
	// MaxRows is how many tracks and folders one listing may have.
	MaxRows = 200_000

	// MaxListingText is how many bytes of text one listing may have, in all.
	MaxListingText = 64 << 20

	// MaxDepth is how many folders may lie within each other.
	MaxDepth = 32

	// MaxID is how long an identifier of a track or a folder may be, in bytes.
	MaxID = 16 << 10
)

// What a listing fails with that is beyond its bounds. Both are ErrBadResponse.
var (
	ErrTooManyRows = fmt.Errorf("%w: more than 200,000 entries in one folder", ErrBadResponse)
	ErrTooMuchText = fmt.Errorf("%w: more than 64 MiB of text in one folder", ErrBadResponse)
)

// A Bounds counts what a listing has while it is made. A Source that makes long
// texts of short ones, such as absolute addresses of relative ones, asks it of each
// row. The zero value is an empty listing.
type Bounds struct{ rows, text int }

// Folder counts a folder. It fails with ErrTooManyRows or ErrTooMuchText.
func (b *Bounds) Folder(f Folder) error { return b.add(f.TextLen()) }

// Track counts a track. It fails with ErrTooManyRows or ErrTooMuchText.
func (b *Bounds) Track(t Track) error { return b.add(t.TextLen()) }

func (b *Bounds) add(text int) error {
	b.rows++
	b.text += text
	switch {
	case b.rows > MaxRows:
		return ErrTooManyRows
	case b.text > MaxListingText:
		return ErrTooMuchText
	}
	return nil
}

// TextLen returns how many bytes of text a folder has.
func (f Folder) TextLen() int { return len(f.ID) + len(f.Title) + len(f.Name) }

// TextLen returns how many bytes of text a track has.
func (t Track) TextLen() int {
	return len(t.ID) + len(t.Title) + len(t.Artist) + len(t.Album) + len(t.Genre) + len(t.Type) + len(t.Ext) + len(t.Digest) +
		len(t.URL) + len(t.Artwork) + len(t.Store) + len(t.License) + len(t.File) + len(t.Name) +
		len(t.Tags.AlbumArtist) + len(t.Tags.MD5)
}
