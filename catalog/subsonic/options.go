package subsonic

import (
	"fmt"
	"net/url"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/option"
)

const (
	defaultLimit = 200
	maxLimit     = 10_000

	// maxBody is the longest response that is taken, in bytes: some 50,000 songs
	// of a playlist.
	maxBody = 32 << 20
)

// How tracks are asked for.
const (
	byDownload = "download"
	byStream   = "stream"
)

// Options say which library is shown and how.
type Options struct {
	Base   string // http or https URL of the server, above its /rest/
	User   string // who has the library; "": Secret is an API key, which tells
	Secret string // the password of User, or an API key

	// Auth is how User signs in: token sends a salted hash of the password,
	// password the password itself. "" is token or, where a server cannot
	// check tokens and nobody can listen, password.
	Auth string

	// Get is how files are asked for: download, or stream, which some servers
	// count as played and allow where they allow no download. "" is download.
	Get string

	// Bitrate is the most that tracks may have, in kbit/s; the server encodes
	// those anew that have more, or that are not in Format already. 0 leaves
	// files as they are.
	Bitrate int
	Format  string // of what is encoded: mp3, opus, ogg or aac; "" is mp3

	// Lyrics lists a file of lyrics beside each song of an album, where the
	// server has the extension songLyrics. Looking at one is a call.
	Lyrics bool

	Limit int // most songs that a search gives, 1 to 10,000; 0 is 200

	catalog.Env
}

// ParseOptions returns the options that the query of a source's address spells:
// auth, get, bitrate, format, lyrics and limit, each at most once. An unknown key or a
// bad value is an error that names it and says what may stand there.
func ParseOptions(query url.Values) (Options, error) {
	var opt Options
	var lyrics string
	err := option.Parse(query, map[string]option.Setter{
		"auth":    option.Choice(&opt.Auth, "auth", authToken, authPassword),
		"get":     option.Choice(&opt.Get, "get", byDownload, byStream),
		"bitrate": option.Int(&opt.Bitrate, "bitrate", 8, 1000),
		"format":  option.Choice(&opt.Format, "format", "mp3", "opus", "ogg", "aac"),
		"lyrics":  option.Choice(&lyrics, "lyrics", "yes", "no"),
		"limit":   option.Int(&opt.Limit, "limit", 1, maxLimit),
	})
	switch {
	case err != nil:
		return Options{}, fmt.Errorf("subsonic: %w", err)
	case opt.Format != "" && opt.Bitrate == 0:
		return Options{}, fmt.Errorf("subsonic: option format needs a bitrate, such as bitrate=128")
	}
	opt.Lyrics = lyrics == "yes"
	return opt, nil
}

func (o Options) withDefaults() Options {
	if o.Get == "" {
		o.Get = byDownload
	}
	if o.Format == "" {
		o.Format = "mp3"
	}
	if o.Limit == 0 {
		o.Limit = defaultLimit
	}
	return o
}
