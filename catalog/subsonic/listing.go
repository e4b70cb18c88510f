package subsonic

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
)

// A collector makes a listing of the rows of a response: each thing once, and
// what is left out counted.
type collector struct {
	folders []catalog.Folder
	tracks  []catalog.Track
	seen    map[string]bool
	odd     int // rows that make no sense
	equal   int // rows of what is there already
	over    int // songs that were not asked for
}

// isNew reports whether an identifier comes for the first time, and counts it if not.
func (c *collector) isNew(id string) bool {
	if c.seen == nil {
		c.seen = map[string]bool{}
	}
	was := c.seen[id]
	c.seen[id] = true
	if was {
		c.equal++
	}
	return !was
}

// cut leaves out the songs beyond a limit, which a server sends that counts otherwise.
func (c *collector) cut(limit int) {
	c.over = max(len(c.tracks)-limit, 0)
	c.tracks = c.tracks[:len(c.tracks)-c.over]
}

// listing returns what came together, and tells once of all that did not. Rows of
// which none makes sense are no list, not even an empty one: ErrBadResponse.
func (c *collector) listing(ctx context.Context, log *slog.Logger, of string) (catalog.Listing, error) {
	if c.odd > 0 && len(c.folders)+len(c.tracks) == 0 {
		return catalog.Listing{}, fmt.Errorf("subsonic: %w: none of %d rows makes sense", catalog.ErrBadResponse, c.odd)
	}
	if c.odd > 0 {
		log.Log(ctx, slog.LevelWarn, "rows that make no sense left out", "of", of, "rows", c.odd)
	}
	if c.equal+c.over > 0 {
		log.Log(ctx, slog.LevelDebug, "rows left out", "of", of, "equal", c.equal, "over_limit", c.over)
	}
	return catalog.Listing{Folders: c.folders, Tracks: c.tracks}, nil
}

// folder adds a folder, unless it has no identifier.
func (c *collector) folder(kind string, id lenient.ID, title string, modified time.Time) {
	full := joinID(kind, id)
	switch {
	case !isID(id):
		c.odd++
	case c.isNew(full):
		c.folders = append(c.folders, catalog.Folder{ID: full, Title: title, Modified: modified})
	}
}

func (c *collector) artists(l list[artist]) {
	c.odd += l.odd
	for _, a := range l.rows {
		c.folder(artistKind, a.ID, string(a.Name), time.Time{})
	}
}

func (c *collector) albums(l list[album], title func(album) string) {
	c.odd += l.odd
	for _, a := range l.rows {
		c.folder(albumKind, a.ID, title(a), when(a.Created))
	}
}

// songs adds the songs of a list as track makes them.
func (c *collector) songs(l list[song], track func(song) catalog.Track) {
	c.odd += l.odd
	for _, row := range l.rows {
		switch {
		case !isID(row.ID) || bool(row.IsDir):
			c.odd++
		case c.isNew(joinID(songKind, row.ID)):
			c.tracks = append(c.tracks, track(row))
		}
	}
}
