package source

import (
	"fmt"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/subsonic"
)

var subsonicScheme = scheme{
	name:    "subsonic",
	server:  true,
	needs:   true,
	signsIn: true,
	options: []string{"auth", "bitrate", "format", "get", "limit", "lyrics"},
	examples: []example{
		{"subsonic+https://user@host/", "your library on a Subsonic server; with an API key leave out user@"},
		{"subsonic+https://user@host/?bitrate=128", "the same, encoded anew by the server"},
	},
	open: openSubsonic,
}

func openSubsonic(s Source, env Environment) (catalog.Source, func() error, error) {
	opt, err := subsonic.ParseOptions(s.Options)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	base := *s.base
	base.User = nil
	opt.Base, opt.User, opt.Secret = base.String(), s.user(), env.Secret
	opt.Client, opt.UserAgent, opt.Logger = env.Client, env.Agent, env.Log
	src, err := subsonic.New(opt)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return src, endless, nil
}
