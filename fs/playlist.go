package fs

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
)

// playlist returns an extended M3U of the audio among tracks in their order, with
// names relative to the folder: https://en.wikipedia.org/wiki/M3U#Extended_M3U
func playlist(tracks []*catalog.Track) []byte {
	var b bytes.Buffer
	b.WriteString("#EXTM3U\n")
	for _, t := range tracks {
		if t.File != "" {
			continue
		}
		seconds := -1
		if t.Duration > 0 {
			seconds = int(math.Round(t.Duration.Seconds()))
		}
		fmt.Fprintf(&b, "#EXTINF:%d,%s\n%s\n", seconds, label(t), relative(t.Name))
	}
	return b.Bytes()
}

// label is what a player shows for a track, on one line.
func label(t *catalog.Track) string {
	artist, title := catalog.CleanText(t.Artist), catalog.CleanText(t.Title)
	if artist == "" || title == "" {
		return artist + title
	}
	return artist + " - " + title
}

// relative keeps a name from being read as a comment, and its leading space.
func relative(name string) string {
	if strings.HasPrefix(name, "#") || strings.HasPrefix(name, " ") {
		return "./" + name
	}
	return name
}
