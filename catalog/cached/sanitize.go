package cached

import (
	"context"
	"encoding/hex"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
)

// maxID is the longest identifier of a track, a folder or a page that is kept, in
// bytes. It has room for an address beside a word.
const maxID = 16 << 10

// isID reports whether a service may call something so.
func isID(id string) bool { return id != "" && len(id) <= maxID }

// sanitize returns a copy of a listing that is safe to show: every identifier
// once, text fit for a line, addresses only of http and https. A bad field
// costs the field, not the track. What has no identifier that can be kept is left out. It
// fails only if ctx ends.
func sanitize(ctx context.Context, l catalog.Listing) (catalog.Listing, error) {
	folders := make([]catalog.Folder, 0, len(l.Folders))
	seen := make(map[string]bool, len(l.Folders))
	for i, f := range l.Folders {
		if err := interrupted(ctx, i); err != nil {
			return catalog.Listing{}, err
		}
		if isID(f.ID) && !seen[f.ID] {
			seen[f.ID] = true
			f.Title, f.Name, f.Modified = catalog.SanitizeText(f.Title), "", sanitizeTime(f.Modified)
			folders = append(folders, f)
		}
	}
	tracks := make([]catalog.Track, 0, len(l.Tracks))
	seen = make(map[string]bool, len(l.Tracks))
	for i, t := range l.Tracks {
		if err := interrupted(ctx, i); err != nil {
			return catalog.Listing{}, err
		}
		if isID(t.ID) && !seen[t.ID] {
			seen[t.ID] = true
			tracks = append(tracks, sanitizeTrack(t))
		}
	}
	if !isID(l.Next) {
		l.Next = ""
	}
	return catalog.Listing{Folders: folders, Tracks: tracks, Next: l.Next}, nil
}

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
