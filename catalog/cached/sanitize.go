package cached

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// sanitize returns a copy of a listing that is safe to show: every identifier
// once, text fit for a line, addresses only of http and https. A bad field
// costs the field, not the track. It fails if the listing is beyond its bounds, or if
// ctx ends.
func sanitize(ctx context.Context, l catalog.Listing) (catalog.Listing, error) {
	if len(l.Folders)+len(l.Tracks) > catalog.MaxRows {
		return catalog.Listing{}, catalog.ErrTooManyRows
	}
	if len(l.Next) > catalog.MaxID {
		return catalog.Listing{}, fmt.Errorf("%w: the next page has too long a name", catalog.ErrBadResponse)
	}
	var bounds catalog.Bounds
	folders := make([]catalog.Folder, 0, len(l.Folders))
	seen := make(map[string]bool, len(l.Folders))
	for i, f := range l.Folders {
		if err := interrupted(ctx, i); err != nil {
			return catalog.Listing{}, err
		}
		if !isID(f.ID) || seen[f.ID] {
			continue
		}
		seen[f.ID] = true
		f.Title, f.Name, f.Modified = catalog.SanitizeText(f.Title), "", sanitizeTime(f.Modified)
		if err := bounds.Folder(f); err != nil {
			return catalog.Listing{}, err
		}
		folders = append(folders, f)
	}
	tracks := make([]catalog.Track, 0, len(l.Tracks))
	seen = make(map[string]bool, len(l.Tracks))
	for i, t := range l.Tracks {
		if err := interrupted(ctx, i); err != nil {
			return catalog.Listing{}, err
		}
		if !isID(t.ID) || seen[t.ID] {
			continue
		}
		seen[t.ID] = true
		t = sanitizeTrack(t)
		if err := bounds.Track(t); err != nil {
			return catalog.Listing{}, err
		}
		tracks = append(tracks, t)
	}
	return catalog.Listing{Folders: folders, Tracks: tracks, Next: l.Next}, nil
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
	if !isDigest(t.Digest) {
		t.Digest = ""
	}
	t.Released, t.Modified = sanitizeTime(t.Released), sanitizeTime(t.Modified)
	t.Type, t.Ext = t.Media()
	t.Number = max(t.Number, 0)
	t.Duration = max(t.Duration, 0)
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

func isDigest(s string) bool {
	kind, sum, _ := strings.Cut(s, ":")
	_, err := hex.DecodeString(sum)
	return err == nil && sum == strings.ToLower(sum) &&
		(kind == "md5" && len(sum) == 32 || kind == "sha1" && len(sum) == 40)
}
