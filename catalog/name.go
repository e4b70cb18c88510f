package catalog

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	// MaxName is the length of the longest file name, in bytes: NAME_MAX of
	// the usual file systems, so that every name can also be copied to them.
	MaxName = 255

	// MaxTrackName is what a track's name may take of it: the longest name
	// beside it, NAME.progress, must fit too.
	MaxTrackName = MaxName - len(".progress")

	untitled = "Untitled"

	// maxExt is the longest extension that is kept when a name is cut, in bytes.
	maxExt = 16

	// slash stands for the one printable character that no name can hold.
	slash = "∕" // U+2215 DIVISION SLASH
)

// Playlist is the name, in every folder with tracks, of the list of them.
const Playlist = "playlist.m3u8"

// Sidecars are the endings of the names that stand beside each track.
var Sidecars = []string{".progress", ".pause", ".resume", ".cancel"}

// Reserved reports whether a name is kept for a file that the catalog did not
// list: the playlist, and all that could be a track's sidecar.
func Reserved(name string) bool {
	for _, ending := range Sidecars {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return name == Playlist
}

// FileName returns the name that a track asks for: "Artist - Title.ext", or
// "NN - Title.ext" where numbered and the track has a number, or "YYYY-MM-DD -
// Title.ext" (UTC) where it is to be Dated and the day is known. The package cached
// gives it to the first track of a folder that asks for it, if it is not Reserved.
//
// The name is valid UTF-8 in NFC, at most MaxTrackName bytes, cut between runes
// before the extension. A slash becomes U+2215, control characters a space;
// dots and spaces at the start are dropped. The extension is a known one of
// audio or none; that of a track with File is what stands there.
func FileName(t Track, numbered bool) string { return TrackBase(t, numbered).Nth(1) }

// A BaseName is a file name without the number that tells it from equal ones.
type BaseName struct {
	stem string
	Ext  string // with its dot, or ""
}

// TrackBase returns the base of the name that a track asks for; see [FileName].
func TrackBase(t Track, numbered bool) BaseName {
	if t.File != "" {
		return fileBase(t.File)
	}
	ext := knownExt(t.Ext)
	if ext == "" {
		_, ext = MediaOf(t.Type, t.URL)
	}
	stem := t.Title
	if SanitizeText(stem) == "" {
		stem = untitled
	}
	switch artist := SanitizeText(t.Artist); {
	case t.Dated && !t.Released.IsZero():
		stem = t.Released.UTC().Format(time.DateOnly) + " - " + stem
	case numbered && t.Number > 0:
		stem = fmt.Sprintf("%02d - %s", t.Number, stem)
	case artist != "":
		stem = artist + " - " + stem
	}
	return BaseName{safeStem(stem), ext}
}

// fileBase takes the name of a file apart. What is too long for an extension is
// none, nor is the ending of a sidecar, with which no name would ever be free.
func fileBase(name string) BaseName {
	name = safeStem(name)
	ext := path.Ext(name)
	if len(ext) > maxExt || ext == name || slices.Contains(Sidecars, ext) {
		ext = ""
	}
	return BaseName{strings.TrimSuffix(name, ext), ext}
}

// FolderBase returns the base of the name that a folder asks for, made as that of a
// track.
func FolderBase(f Folder) BaseName { return BaseName{stem: safeStem(f.Title)} }

// safeStem makes text a name, but for its length.
func safeStem(s string) string {
	s = strings.ReplaceAll(SanitizeText(s), "/", slash)
	s = strings.TrimLeftFunc(s, func(r rune) bool { return r == '.' || unicode.IsSpace(r) })
	if s == "" {
		return untitled
	}
	return norm.NFC.String(s)
}

// Nth returns the n-th name with this base, from 1. Those after the first end in
// " (n)" before the extension.
func (b BaseName) Nth(n int) string {
	ending := b.Ext
	if n > 1 {
		ending = " (" + strconv.Itoa(n) + ")" + b.Ext
	}
	return b.trimmed(len(ending)) + ending
}

// Cut returns the base whose names of n digits are the same as those of b, with a
// stem that is no longer than in these names: bases that differ only in text that
// is cut off are equal then, and share their numbers.
func (b BaseName) Cut(digits int) BaseName {
	return BaseName{b.trimmed(len(" ()") + digits + len(b.Ext)), b.Ext}
}

// trimmed returns as much of the stem as fits before an ending of some bytes.
func (b BaseName) trimmed(ending int) string {
	return strings.TrimRightFunc(cut(b.stem, MaxTrackName-ending), unicode.IsSpace)
}
