// Package xattrs owns the names of the extended attributes that a mount has of
// its own: the mount answers to them, and the command line asks for them.
//
// It must never know what their values mean.
//
// Open xattrs.go, the only file. fs/semantics.md says what each is for.
package xattrs

// Prefix begins every name.
const Prefix = "user.tunesfs."

// Names of folders and tracks, of folders alone, and of tracks alone.
const (
	Control  = Prefix + "control"
	State    = Prefix + "state"
	Progress = Prefix + "progress"
	Error    = Prefix + "error"

	Settled = Prefix + "settled"
	Listed  = Prefix + "listed"

	Size       = Prefix + "size"
	Downloaded = Prefix + "downloaded"
	Waiting    = Prefix + "waiting"
	ID         = Prefix + "id"
	Duration   = Prefix + "duration"
	Artwork    = Prefix + "artwork"
	Store      = Prefix + "store"
	License    = Prefix + "license"

	Album       = Prefix + "album"
	AlbumArtist = Prefix + "albumartist"
	Track       = Prefix + "track"
	Disc        = Prefix + "disc"
	Genre       = Prefix + "genre"
	Year        = Prefix + "year"
	BitRate     = Prefix + "bitrate"
	Digest      = Prefix + "digest"
)
