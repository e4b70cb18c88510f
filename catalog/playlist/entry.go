package playlist

import (
	"cmp"
	"math"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/document"
	"github.com/tunesfs/tunesfs/catalog/internal/skip"
)

// An entry is one line of a list, as it stands there.
type entry struct {
	address              string
	title, artist, album string
	artwork, page        string // addresses
	duration             time.Duration
}

// row makes an entry a track, or says why it is none.
func (l list) row(e entry) (row document.Row, why skip.Reason) {
	u, why := l.resolve(e.address)
	if why != "" {
		return row, why
	}
	address := u.String()
	switch {
	case catalog.CheckURL(address) != nil:
		return row, skip.NotHTTP
	case isList(u):
		return row, skip.Nested
	case catalog.IsPicture(u.Path):
		return row, skip.NotAudio
	}
	t := catalog.Track{
		Title: e.title, Artist: e.artist, Album: e.album, Duration: e.duration,
		Size: -1, URL: address, Artwork: l.page(e.artwork), Store: l.page(e.page),
	}
	t.Type, t.Ext = catalog.MediaOf("", address)
	if t.Title == "" {
		t.Title = strings.TrimSuffix(path.Base(cmp.Or(strings.Trim(u.Path, "/"), u.Host)), path.Ext(u.Path))
	}
	return document.Row{Track: t, Marks: []string{document.Plain(address), address}}, ""
}

// resolve returns the absolute address that an entry names. An entry need not be
// a URL: lists hold names of files as they are.
func (l list) resolve(raw string) (*url.URL, skip.Reason) {
	u, err := url.Parse(raw)
	switch {
	case raw == "":
		return nil, skip.Missing
	case err == nil && u.Scheme != "" && !strings.HasPrefix(u.Opaque, " "):
		return u, ""
	case err != nil && strings.Contains(raw, "://"):
		return nil, skip.NotHTTP
	case l.at == nil && (err != nil || u.Host == ""): // also "Artist: Title.mp3", which begins with no scheme
		return nil, skip.Local
	case err != nil || u.Scheme != "" || !isAudio(u) && isAudio(&url.URL{Path: raw}): // a name with % or #
		u = &url.URL{Path: raw}
	}
	if l.at == nil { // of a file, without a scheme
		return u, skip.NotHTTP
	}
	return l.at.ResolveReference(u), ""
}

func isAudio(u *url.URL) bool {
	_, ext := catalog.MediaOf("", (&url.URL{Path: u.Path}).String())
	return ext != ""
}

// page returns an address beside an entry that may be shown, or "".
func (l list) page(raw string) string {
	u, why := l.resolve(raw)
	if why != "" || catalog.CheckURL(u.String()) != nil {
		return ""
	}
	return u.String()
}

// label takes apart what most programs write: "Artist - Title".
func (e *entry) label(text string) {
	text = strings.TrimSpace(text)
	if artist, title, ok := strings.Cut(text, " - "); ok {
		e.artist, e.title = strings.TrimSpace(artist), strings.TrimSpace(title)
		return
	}
	e.title = text
}

// duration returns a duration in a number of some unit; unknown, which lists
// write as -1 or 0, is 0.
func duration(text string, unit time.Duration) time.Duration {
	const week = 7 * 24 * time.Hour
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if d := n * float64(unit); err == nil && d > 0 && d < float64(week) {
		return time.Duration(math.Round(d))
	}
	return 0
}
