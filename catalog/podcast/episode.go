package podcast

import (
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/skip"
)

// audio returns the first enclosure that is audio, or why there is none.
func (f *feed) audio(item *gofeed.Item) (address, kind string, why skip.Reason) {
	why = skip.Missing
	for _, e := range item.Enclosures {
		address := f.resolve(e.URL)
		switch {
		case strings.TrimSpace(e.URL) == "":
		case catalog.CheckURL(address) != nil:
			why = skip.NotHTTP
		case !mayBeAudio(e.Type, address):
			why = skip.NotAudio
		default:
			return address, e.Type, ""
		}
	}
	return "", "", why
}

// mayBeAudio reports whether nothing says that an enclosure is something else.
func mayBeAudio(kind, address string) bool {
	if _, ext := catalog.MediaOf(kind, address); ext != "" {
		return true
	}
	class, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(kind)), "/")
	return class == "" || class == "audio" || class == "video"
}

func (f *feed) artwork(item *gofeed.Item) string {
	if item.ITunesExt != nil && item.ITunesExt.Image != "" {
		if address := f.resolve(item.ITunesExt.Image); catalog.CheckURL(address) == nil {
			return address
		}
	}
	return f.picture()
}

// page returns the address of an episode's page, or "".
func (f *feed) page(item *gofeed.Item) string {
	if address := f.resolve(item.Link); item.Link != "" && catalog.CheckURL(address) == nil {
		return address
	}
	return ""
}

// The years in which an episode may have been released: old recordings bear
// their own date in some feeds. Others are nonsense, such as 0000.
const (
	firstYear = 1900
	lastYear  = 2199
)

func released(item *gofeed.Item) time.Time {
	for _, t := range []*time.Time{item.PublishedParsed, item.UpdatedParsed} {
		if t != nil && firstYear <= t.UTC().Year() && t.UTC().Year() <= lastYear {
			return t.UTC()
		}
	}
	return time.Time{}
}

// duration returns what itunes:duration says: seconds, MM:SS or HH:MM:SS.
func duration(item *gofeed.Item) time.Duration {
	if item.ITunesExt == nil {
		return 0
	}
	const week = 7 * 24 * 60 * 60
	seconds := 0.0
	for part := range strings.SplitSeq(strings.TrimSpace(item.ITunesExt.Duration), ":") {
		n, err := strconv.ParseFloat(part, 64)
		if seconds = seconds*60 + n; err != nil || !(0 <= n && seconds <= week) {
			return 0
		}
	}
	return time.Duration(seconds * float64(time.Second)).Round(time.Second)
}
