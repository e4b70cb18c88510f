package fs

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	gofs "github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"github.com/tunesfs/tunesfs/catalog"
)

// A trackText writes a text about tracks.
type trackText func([]*catalog.Track) []byte

// lookupFolderText answers a lookup with a text about the tracks. Its times never change:
// by those of the listing a backup would find it changed at each mount.
func (f *folderNode) lookupFolderText(ctx context.Context, name string, content trackText, out *fuse.EntryOut) *gofs.Inode {
	t := &textNode{
		modified: func() time.Time { return time.Time{} },
		hold:     func() (release func()) { return f.hold(f.fs.life.Context(), f.fs.firstListing) },
		content:  func() []byte { return content(f.visible()) },
	}
	ino := f.fs.ino(playlistKind, f.key())
	if name != catalog.Playlist {
		ino = f.fs.ino(sumsKind, name+"\x00"+f.key())
	}
	return f.lookupText(ctx, t, gofs.StableAttr{Ino: ino, Gen: f.gen}, out)
}

// text returns how to write the text about the tracks that has a name, or nil if there is
// none.
func (f *folderNode) text(name string) trackText {
	if name == catalog.Playlist {
		return playlistText
	}
	kind, ok := sumsNames[name]
	if !ok || !hasSums(f.visible(), kind) {
		return nil
	}
	return func(tracks []*catalog.Track) []byte { return sumsText(tracks, kind) }
}

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
