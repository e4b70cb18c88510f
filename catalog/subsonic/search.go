package subsonic

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
)

// How many rows of a kind one call asks for.
const (
	artistsFound = 50
	albumsFound  = 100
	songsFound   = 500
)

// Search returns the artists and albums that a query finds, as folders, and the
// songs, in the server's order. It fails with ErrBadQuery for a query without
// words, by which servers mean everything there is.
func (s *Source) Search(ctx context.Context, query string) (catalog.Listing, error) {
	words := catalog.SanitizeText(query)
	if strings.Trim(words, `"'* `) == "" {
		return catalog.Listing{}, fmt.Errorf("subsonic: %w: no words to search for", catalog.ErrBadQuery)
	}
	var all collector
	for asked := 0; asked < s.opt.Limit; {
		page := min(songsFound, s.opt.Limit-asked)
		r, err := s.call(ctx, "search3", searchParams(words, asked, page))
		if err != nil {
			return catalog.Listing{}, err
		}
		if !r.Found.Sent {
			return catalog.Listing{}, missing("search result")
		}
		got := r.Found.Value
		if asked == 0 {
			all.artists(got.Artist)
			all.albums(got.Album, album.anywhere)
		}
		all.songs(got.Song, s.looseTrack)
		asked += page
		if len(got.Song.rows)+got.Song.odd < page {
			break
		}
	}
	all.cut(s.opt.Limit)
	return all.listing(ctx, s.log, words)
}

// searchParams asks for artists and albums on the first page only.
func searchParams(words string, offset, songs int) url.Values {
	artists, albums := artistsFound, albumsFound
	if offset > 0 {
		artists, albums = 0, 0
	}
	return url.Values{
		"query":       {words},
		"artistCount": {strconv.Itoa(artists)},
		"albumCount":  {strconv.Itoa(albums)},
		"songCount":   {strconv.Itoa(songs)},
		"songOffset":  {strconv.Itoa(offset)},
	}
}
