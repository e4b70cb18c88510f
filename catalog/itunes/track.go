package itunes

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
	"github.com/tunesfs/tunesfs/catalog/internal/skip"
)

// Identifiers of rows without trackId, which Locate must still find again: an
// audiobook is known by its collection, anything else by its address.
const (
	collectionID = "collection:"
	addressID    = "url:"
)

// toTracks returns the tracks among rows, each once, in order.
func toTracks(rows []row, license string) ([]catalog.Track, skip.Count) {
	skipped := skip.Count{}
	tracks := make([]catalog.Track, 0, len(rows))
	seen := make(map[string]bool, len(rows))
	for _, r := range rows {
		if why := unusable(string(r.PreviewURL)); why != "" {
			skipped[why]++
			continue
		}
		t := r.track()
		t.License = license
		if seen[t.ID] {
			skipped[skip.Equal]++
			continue
		}
		seen[t.ID] = true
		tracks = append(tracks, t)
	}
	return tracks, skipped
}

// unusable says why an address of the service's is none to fetch; "" if it is one.
func unusable(address string) skip.Reason {
	switch {
	case address == "":
		return skip.Missing
	case catalog.CheckURL(address) != nil:
		return skip.NotHTTP
	}
	return ""
}

// track returns what a row says, which has a preview.
func (r row) track() catalog.Track {
	audio := secured(string(r.PreviewURL))
	t := catalog.Track{
		ID:       r.id(),
		Title:    string(r.TrackName),
		Artist:   string(r.ArtistName),
		Album:    string(r.CollectionName),
		Genre:    string(r.Genre),
		Duration: r.duration(audio),
		Released: r.released(),
		Size:     -1,
		URL:      audio,
		Artwork:  artwork(string(r.ArtworkURL)),
		Store:    page(string(r.TrackViewURL), string(r.CollectionURL)),
	}
	t.Type, t.Ext = catalog.MediaOf("", audio)
	t.Tags = catalog.Tags{
		AlbumArtist: string(r.AlbumArtist),
		Track:       catalog.Position(int64(cmp.Or(r.placed, r.TrackNumber))),
		Disc:        catalog.Position(int64(r.DiscNumber)),
	}
	if t.Title == "" {
		t.Title = t.Album
	}
	if 0 < r.TrackNumber && r.TrackNumber < 10_000 {
		t.Number = int(r.TrackNumber)
	}
	return t
}

func (r row) id() string {
	switch {
	case r.TrackID > 0:
		return strconv.FormatInt(int64(r.TrackID), 10)
	case r.CollectionID > 0 && r.WrapperType == "audiobook":
		return collectionID + strconv.FormatInt(int64(r.CollectionID), 10)
	}
	return addressID + secured(string(r.PreviewURL))
}

// parseID returns the number to look up for an identifier that id made, or the
// address that it holds; neither if it made no such identifier.
func parseID(id string) (number, address string) {
	if raw, ok := strings.CutPrefix(id, addressID); ok {
		if catalog.CheckURL(raw) == nil {
			return "", raw
		}
		return "", ""
	}
	if number, ok := parseNumber(id, collectionID); ok {
		return number, ""
	}
	number, _ = parseNumber(id, "")
	return number, ""
}

// parseNumber returns the number that follows a prefix, as the service has it.
func parseNumber(id, prefix string) (number string, ok bool) {
	digits, ok := strings.CutPrefix(id, prefix)
	n, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || n <= 0 || strconv.FormatInt(n, 10) != digits {
		return "", false
	}
	return digits, true
}

// duration returns how long the audio is. The service tells the length of the
// song; Apple's hosts serve only an excerpt, whose length nobody tells.
func (r row) duration(audio string) time.Duration {
	const week = 7 * 24 * time.Hour
	u, err := url.Parse(audio)
	if err != nil || IsApple(u.Hostname()) || r.TrackMillis < 0 || r.TrackMillis > lenient.Number(week.Milliseconds()) {
		return 0
	}
	return time.Duration(r.TrackMillis) * time.Millisecond
}

func (r row) released() time.Time {
	t, err := time.Parse(time.RFC3339, string(r.ReleaseDate))
	if t = t.UTC(); err != nil || t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}
	}
	return t
}

// page returns the first of some addresses that may be shown, or "".
func page(addresses ...string) string {
	for _, raw := range addresses {
		if catalog.CheckURL(raw) == nil {
			return secured(raw)
		}
	}
	return ""
}
