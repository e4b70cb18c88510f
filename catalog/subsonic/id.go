package subsonic

import (
	"strings"

	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
)

// Identifiers of the catalog are those of the server after what they are of:
// a server may have an artist and an album of one number.
const (
	artistKind   = "artist"
	albumKind    = "album"
	playlistKind = "playlist"
	songKind     = "song"
	coverKind    = "cover"
	lyricsKind   = "lyrics"
)

// Folders that a library always has.
const (
	artistsFolder   = "artists"
	playlistsFolder = "playlists"
)

// maxID is the longest identifier that is taken from a server, in bytes: it
// must fit into an address.
const maxID = 1 << 10

// joinID returns the catalog's identifier of what a server calls id.
func joinID(kind string, id lenient.ID) string { return kind + ":" + string(id) }

// splitID takes apart what joinID made; all else has neither.
func splitID(text string) (kind, id string) {
	kind, id, _ = strings.Cut(text, ":")
	if !isID(lenient.ID(id)) {
		return "", ""
	}
	return kind, id
}

// isID reports whether a server can be asked for what it calls id.
func isID(id lenient.ID) bool { return id != "" && len(id) <= maxID }
