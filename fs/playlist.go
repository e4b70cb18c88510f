package fs

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
)

// playlistText returns an extended M3U of the audio among tracks in their order, with
// names relative to the folder: https://en.wikipedia.org/wiki/M3U#Extended_M3U
func playlistText(tracks []*catalog.Track) []byte {
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
		fmt.Fprintf(&b, "#EXTINF:%d,%s\n%s\n", seconds, playlistLabel(t), playlistName(t.Name))
	}
	return b.Bytes()
}

// playlistLabel is what a player shows for a track, on one line.
func playlistLabel(t *catalog.Track) string {
	artist, title := catalog.SanitizeText(t.Artist), catalog.SanitizeText(t.Title)
	if artist == "" || title == "" {
		return artist + title
	}
	return artist + " - " + title
}

// playlistName keeps a name from being read as a comment, and its leading space.
func playlistName(name string) string {
	if strings.HasPrefix(name, "#") || strings.HasPrefix(name, " ") {
		return "./" + name
	}
	return name
}
