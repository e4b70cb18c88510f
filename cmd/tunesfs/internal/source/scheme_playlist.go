package source

import (
	"fmt"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/playlist"
)

var playlistScheme = scheme{
	name:     "playlist",
	server:   true,
	needs:    true,
	document: true,
	local:    true,
	examples: []example{
		{"playlist+https://host/x.m3u8", "what a playlist lists: M3U, PLS or XSPF"},
		{"playlist:/home/me/x.m3u8", "the same from a file, as far as it names web servers"},
	},
	open: openPlaylist,
}

func openPlaylist(s Source, env Environment) (catalog.Source, func() error, error) {
	opt := playlist.Options{Env: catalog.Env{Client: env.Client, UserAgent: env.Agent, Logger: env.Log}}
	if s.base.Scheme == "file" {
		opt.File = s.base.Path
	} else {
		opt.URL = s.address()
	}
	src, err := playlist.New(opt)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return src, endless, nil
}
