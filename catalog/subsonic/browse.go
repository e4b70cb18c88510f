package subsonic

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
)

// top returns the folders that a library always has.
func top() catalog.Listing {
	return catalog.Listing{Folders: []catalog.Folder{
		{ID: artistsFolder, Title: "Artists"},
		{ID: playlistsFolder, Title: "Playlists"},
	}}
}

func (s *Source) artists(ctx context.Context) (catalog.Listing, error) {
	r, err := s.call(ctx, "getArtists", nil)
	if err != nil {
		return catalog.Listing{}, err
	}
	if !r.Artists.Sent {
		return catalog.Listing{}, missing("artists")
	}
	var all collector
	index := r.Artists.Value.Index
	none := len(index.rows) > 0 // letters alone are no list
	for _, i := range index.rows {
		all.artists(i.Artist)
		none = none && i.Artist.isNone()
	}
	if none {
		return catalog.Listing{}, missing("artist")
	}
	all.odd += index.odd
	return all.listing(ctx, s.log, artistsFolder)
}

func (s *Source) artist(ctx context.Context, id string) (catalog.Listing, error) {
	r, err := s.call(ctx, "getArtist", url.Values{"id": {id}})
	if err != nil {
		return catalog.Listing{}, err
	}
	if a := r.Artist; !a.Set || a.Value.ID == "" && a.Value.Album.isNone() {
		return catalog.Listing{}, missing("artist")
	}
	var all collector
	all.albums(r.Artist.Value.Album, album.ofArtist)
	return all.listing(ctx, s.log, id)
}

func (s *Source) album(ctx context.Context, id string) (catalog.Listing, error) {
	r, err := s.call(ctx, "getAlbum", url.Values{"id": {id}})
	if err != nil {
		return catalog.Listing{}, err
	}
	if a := r.Album; !a.Set || a.Value.ID == "" && a.Value.Song.isNone() {
		return catalog.Listing{}, missing("album")
	}
	var all collector
	a := &r.Album.Value
	all.songs(a.Song, s.albumTrack(a))
	words, err := s.lyricsBeside(ctx, all.tracks)
	if err != nil {
		return catalog.Listing{}, fmt.Errorf("subsonic: %w", err)
	}
	all.tracks = append(all.tracks, words...)
	if cover, ok := a.cover(); ok {
		all.tracks = append(all.tracks, cover)
	}
	return all.listing(ctx, s.log, id)
}

func (s *Source) playlists(ctx context.Context) (catalog.Listing, error) {
	r, err := s.call(ctx, "getPlaylists", nil)
	if err != nil {
		return catalog.Listing{}, err
	}
	if !r.Playlists.Sent {
		return catalog.Listing{}, missing("playlists")
	}
	var all collector
	all.odd = r.Playlists.Value.Playlist.odd
	for _, p := range r.Playlists.Value.Playlist.rows {
		all.folder(playlistKind, p.ID, string(p.Name), when(p.Changed))
	}
	return all.listing(ctx, s.log, playlistsFolder)
}

func (s *Source) playlist(ctx context.Context, id string) (catalog.Listing, error) {
	r, err := s.call(ctx, "getPlaylist", url.Values{"id": {id}})
	if err != nil {
		return catalog.Listing{}, err
	}
	if p := r.Playlist; !p.Set || p.Value.ID == "" && p.Value.Entry.isNone() {
		return catalog.Listing{}, missing("playlist")
	}
	var all collector
	all.songs(r.Playlist.Value.Entry, s.looseTrack)
	return all.listing(ctx, s.log, id)
}

// missing is the error for a response without what was asked for. Without rows, an
// object that does not even say which it is, is none.
func missing(what string) error {
	return fmt.Errorf("subsonic: %w: no %s in it", catalog.ErrBadResponse, what)
}

// ofArtist returns the title of an album among those of its artist.
func (a album) ofArtist() string {
	if y := year(a.Year); !y.IsZero() {
		return fmt.Sprintf("%04d - %s", y.Year(), a.name())
	}
	return a.name()
}

// anywhere returns the title of an album among those of other artists.
func (a album) anywhere() string {
	if catalog.SanitizeText(string(a.Artist)) == "" {
		return a.name()
	}
	return string(a.Artist) + " - " + a.name()
}

func (a album) name() string {
	for _, name := range []string{string(a.Name), string(a.Title)} {
		if strings.TrimSpace(name) != "" {
			return name
		}
	}
	return "Untitled"
}

// when returns the time of a server's word for it, zero where that is none.
func when(word lenient.Text) time.Time {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(form, string(word)); err == nil && t.Year() > 0 {
			return t.UTC()
		}
	}
	return time.Time{}
}
