package subsonic

import (
	"path"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
)

// looseTrack returns a song as it stands among those of other albums: without
// the number that it has in its own.
func (s *Source) looseTrack(row song) catalog.Track {
	t := catalog.Track{
		ID:       joinID(songKind, row.ID),
		Title:    row.title(),
		Artist:   first(row.DisplayArtist, row.Artist),
		Album:    string(row.Album),
		Genre:    string(row.Genre),
		Duration: duration(row.Seconds),
		Released: year(row.Year),
		Size:     max(int64(row.Size), -1),
	}
	if t.Size == 0 {
		t.Size = -1
	}
	t.Tags = catalog.Tags{
		AlbumArtist: string(row.AlbumArtist),
		Track:       catalog.Position(int64(row.Track)),
		Disc:        catalog.Position(int64(row.Disc)),
		BitRate:     catalog.BitRate(float64(row.BitRate)),
	}
	t.Type, t.Ext = catalog.MediaOf(string(row.ContentType), "/x."+string(row.Suffix))
	if s.opt.Bitrate > 0 {
		t.Size, t.Tags.BitRate = -1, 0 // what the server encodes anew may have less
		t.Type, t.Ext = catalog.MediaOf("", "/x."+s.opt.Format)
	}
	return t
}

// albumTrack returns how a song of an album stands in it: with its number, which
// in an album of several discs begins with that of the disc.
func (s *Source) albumTrack(a *album) func(song) catalog.Track {
	discs := a.discs()
	return func(row song) catalog.Track {
		t := s.looseTrack(row)
		if t.Artist == "" {
			t.Artist = string(a.Artist)
		}
		if t.Tags.AlbumArtist == "" {
			t.Tags.AlbumArtist = string(a.Artist)
		}
		if 0 < row.Track && row.Track < 10_000 {
			t.Number = int(row.Track)
		}
		if discs > 1 && t.Number > 0 && 0 < row.Disc && row.Disc < 1000 {
			t.Number += 100 * int(row.Disc)
		}
		return t
	}
}

// discs counts the discs of an album.
func (a *album) discs() int {
	discs := map[lenient.Number]bool{}
	for _, row := range a.Song.rows {
		if row.Disc > 0 {
			discs[row.Disc] = true
		}
	}
	return len(discs)
}

// cover returns the picture of an album, if the server has one of it or of one
// of its songs.
func (a *album) cover() (catalog.Track, bool) {
	id := a.CoverArt
	for _, row := range a.Song.rows {
		if id == "" {
			id = row.CoverArt
		}
	}
	return catalog.Track{
		ID:       joinID(coverKind, id),
		Title:    a.name(),
		Artist:   string(a.Artist),
		Album:    a.name(),
		Released: year(a.Year),
		Type:     "image/jpeg",
		Size:     -1,
		File:     "cover.jpg",
	}, isID(id)
}

// title returns the name of a song or, where it has none, of its file.
func (row song) title() string {
	if catalog.SanitizeText(string(row.Title)) != "" {
		return string(row.Title)
	}
	file := path.Base(string(row.Path))
	return strings.TrimSuffix(file, path.Ext(file))
}

// first returns the first of some words that says something.
func first(words ...lenient.Text) string {
	for _, word := range words {
		if catalog.SanitizeText(string(word)) != "" {
			return string(word)
		}
	}
	return ""
}

func duration(seconds lenient.Number) time.Duration {
	const week = 7 * 24 * 60 * 60
	if seconds < 0 || seconds > week {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// year returns the start of a year, zero for one that makes no sense.
func year(y lenient.Number) time.Time {
	if y < 1 || y > 9999 {
		return time.Time{}
	}
	return time.Date(int(y), time.January, 1, 0, 0, 0, 0, time.UTC)
}
