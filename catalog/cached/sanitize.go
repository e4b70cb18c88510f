package cached

import (
	"context"
	"fmt"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// A sanitizer makes of pages one listing that is safe to show: every identifier once,
// text fit for a line, addresses only of http and https. It looks at each row once, so
// that pages do not cost the square of their number.
type sanitizer struct {
	listing catalog.Listing // so far; it shares no rows with another one
	bounds  catalog.Bounds
	folders map[string]bool // identifiers in listing
	tracks  map[string]bool
}

// newSanitizer returns one that goes on after a listing that is sanitized.
func newSanitizer(l catalog.Listing) *sanitizer {
	s := &sanitizer{
		listing: catalog.Listing{
			Folders: make([]catalog.Folder, 0, len(l.Folders)),
			Tracks:  make([]catalog.Track, 0, len(l.Tracks)),
			Next:    l.Next,
		},
		folders: make(map[string]bool, len(l.Folders)),
		tracks:  make(map[string]bool, len(l.Tracks)),
	}
	for _, f := range l.Folders {
		f.Name = ""
		_ = s.addFolder(f) // beyond the bounds, the next row fails as well
	}
	for _, t := range l.Tracks {
		t.Name = ""
		_ = s.addTrack(t)
	}
	return s
}

// add adds a copy of a page, and takes Next from it. A bad field costs the field, not
// the track. add fails if the listing is beyond its bounds, or if ctx ends; the
// sanitizer is of no use then.
func (s *sanitizer) add(ctx context.Context, page catalog.Listing) error {
	if count(page) > catalog.MaxRows {
		return catalog.ErrTooManyRows
	}
	if len(page.Next) > catalog.MaxID {
		return fmt.Errorf("%w: the next page has too long a name", catalog.ErrBadResponse)
	}
	for i, f := range page.Folders {
		if err := interrupted(ctx, i); err != nil {
			return err
		}
		if !isID(f.ID) || s.folders[f.ID] {
			continue
		}
		f.Title, f.Name, f.Modified = catalog.SanitizeText(f.Title), "", sanitizeTime(f.Modified)
		if err := s.addFolder(f); err != nil {
			return err
		}
	}
	for i, t := range page.Tracks {
		if err := interrupted(ctx, i); err != nil {
			return err
		}
		if !isID(t.ID) || s.tracks[t.ID] {
			continue
		}
		if err := s.addTrack(sanitizeTrack(t)); err != nil {
			return err
		}
	}
	s.listing.Next = page.Next
	return nil
}

// addFolder adds a folder that is sanitized. It fails if there are too many rows or
// there is too much text.
func (s *sanitizer) addFolder(f catalog.Folder) error {
	s.folders[f.ID] = true
	s.listing.Folders = append(s.listing.Folders, f)
	return s.bounds.Folder(f)
}

// addTrack is addFolder for a track.
func (s *sanitizer) addTrack(t catalog.Track) error {
	s.tracks[t.ID] = true
	s.listing.Tracks = append(s.listing.Tracks, t)
	return s.bounds.Track(t)
}

// isID reports whether a track or a folder may have an identifier.
func isID(id string) bool { return id != "" && len(id) <= catalog.MaxID }

// sanitizeTrack does for one track as sanitize says.
func sanitizeTrack(t catalog.Track) catalog.Track {
	for _, text := range []*string{&t.Title, &t.Artist, &t.Album, &t.Genre, &t.License, &t.File} {
		*text = catalog.SanitizeText(*text)
	}
	for _, address := range []*string{&t.URL, &t.Artwork, &t.Store} {
		if catalog.CheckURL(*address) != nil {
			*address = ""
		}
	}
	if t.Size <= 0 {
		t.Size = -1
	}
	if !catalog.IsDigest(t.Digest) {
		t.Digest = ""
	}
	t.Released, t.Modified = sanitizeTime(t.Released), sanitizeTime(t.Modified)
	t.Type, t.Ext = t.Media()
	t.Number = max(t.Number, 0)
	t.Duration = max(t.Duration, 0)
	t.Tags = t.Tags.Sanitized()
	t.Name = ""
	return t
}

// sanitizeTime returns t in UTC if JSON can hold it, else zero. A time in the
// year 10000 would keep the whole listing from the disk.
func sanitizeTime(t time.Time) time.Time {
	if t = t.UTC(); t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}
	}
	return t
}
