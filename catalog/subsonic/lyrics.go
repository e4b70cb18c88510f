package subsonic

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
)

// lyricsBeside returns a file of lyrics for each song of an album, if they were
// asked for and the server has any. Whether it has some of a song nobody knows
// before the file is looked at: asking is a request for each.
func (s *Source) lyricsBeside(ctx context.Context, songs []catalog.Track) ([]catalog.Track, error) {
	if !s.opt.Lyrics {
		return nil, nil
	}
	offered, err := s.has(ctx, extensionLyrics)
	if !offered || err != nil {
		return nil, err
	}
	var all []catalog.Track
	for _, t := range songs {
		_, id, _ := strings.Cut(t.ID, ":")
		name := catalog.FileName(t, true)
		all = append(all, catalog.Track{
			ID: lyricsKind + ":" + id, Title: t.Title, Artist: t.Artist, Album: t.Album, Released: t.Released,
			Type: "text/plain", Size: -1, File: strings.TrimSuffix(name, path.Ext(name)) + ".lrc",
		})
	}
	return all, nil
}

// locateLyrics asks for the lyrics of a song. One that has none has an empty
// line: a file that was listed can be opened.
func (s *Source) locateLyrics(ctx context.Context, id string) (catalog.Location, error) {
	const method = "getLyricsBySongId"
	r, err := s.call(ctx, method, url.Values{"id": {id}})
	if err != nil {
		return catalog.Location{}, err
	}
	text := best(r.Lyrics.Value.Structured.rows).text()
	if len(text) > maxLyrics {
		return catalog.Location{}, fmt.Errorf("subsonic: %w: lyrics of more than %d bytes", catalog.ErrBadResponse, maxLyrics)
	}
	return catalog.Location{URL: s.base.JoinPath(method).String(), Content: []byte(text)}, nil
}

// maxLyrics is the longest text of a song that is taken, in bytes: it stays in memory
// while the song is known.
const maxLyrics = 256 << 10

// best returns the first lyrics that tell when each line is sung or, where none
// do, the first.
func best(all []lyrics) lyrics {
	for _, l := range all {
		if l.Synced {
			return l
		}
	}
	if len(all) > 0 {
		return all[0]
	}
	return lyrics{}
}

// text returns lyrics in the form of a file .lrc, as players read it:
// https://en.wikipedia.org/wiki/LRC_(file_format).
func (l lyrics) text() string {
	var b strings.Builder
	if l.Offset != 0 {
		fmt.Fprintf(&b, "[offset:%+d]\n", l.Offset)
	}
	for _, line := range l.Line.rows {
		if l.Synced {
			ms := max(line.Start, 0)
			fmt.Fprintf(&b, "[%02d:%02d.%02d]", ms/60_000, ms/1000%60, ms/10%100)
		}
		b.WriteString(catalog.SanitizeText(string(line.Value)) + "\n")
	}
	if b.Len() == 0 {
		return "\n"
	}
	return b.String()
}
