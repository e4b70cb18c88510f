package itunes

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
	"github.com/tunesfs/tunesfs/catalog/internal/skip"
)

// albumID begins the identifiers of albums, before the service's number.
const albumID = "album:"

// albums returns the albums among rows, each once, in order.
func albums(rows []row) ([]catalog.Folder, skip.Count) {
	var folders []catalog.Folder
	skipped := skip.Count{}
	seen := map[string]bool{}
	for _, r := range rows {
		id := albumID + strconv.FormatInt(int64(r.CollectionID), 10)
		switch {
		case r.CollectionID <= 0:
			skipped[skip.Missing]++
			continue
		case seen[id]:
			skipped[skip.Equal]++
			continue
		}
		seen[id] = true
		folders = append(folders, catalog.Folder{
			ID:       id,
			Title:    joined(string(r.ArtistName), string(r.CollectionName)),
			Modified: r.released(),
		})
	}
	return folders, skipped
}

// joined returns what there is of an artist and a title.
func joined(artist, title string) string {
	parts := slices.DeleteFunc([]string{artist, title}, func(s string) bool { return s == "" })
	return strings.Join(parts, " - ")
}

// album returns the songs of an album in their order, and its cover.
func (s *Source) album(ctx context.Context, folder, number string) (catalog.Listing, error) {
	rows, err := s.lookup(ctx, number, url.Values{"entity": {"song"}, "limit": {strconv.Itoa(maxLimit)}})
	if err != nil {
		return catalog.Listing{}, err
	}
	if len(rows) == 0 {
		return catalog.Listing{}, notFound("album", folder)
	}
	tracks, skipped := toTracks(inOrder(rows), s.license)
	skipped.Log(ctx, s.log, folder)
	if cover, ok := coverOf(rows, number, s.license); ok && len(tracks) > 0 {
		tracks = append(tracks, cover)
	}
	return catalog.Listing{Tracks: tracks}, nil
}

// inOrder returns the songs of an album in the order of its discs. Those of
// several discs are numbered through, so that no number is there twice.
func inOrder(rows []row) []row {
	songs := slices.DeleteFunc(slices.Clone(rows), row.isCollection)
	slices.SortStableFunc(songs, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.DiscNumber, b.DiscNumber), cmp.Compare(a.TrackNumber, b.TrackNumber))
	})
	for i := range songs {
		if songs[len(songs)-1].DiscNumber > max(songs[0].DiscNumber, 1) {
			songs[i].placed, songs[i].TrackNumber = songs[i].TrackNumber, lenient.Number(i+1)
		}
	}
	return songs
}

// isCollection reports whether a row is an album, and not what it holds.
func (r row) isCollection() bool { return r.WrapperType == "collection" }
