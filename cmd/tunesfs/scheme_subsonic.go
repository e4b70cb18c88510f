package main

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
	examples: []example{
		{"subsonic+https://user@host/", "your library on a Subsonic server; with an API key leave out user@"},
		{"subsonic+https://user@host/?bitrate=128", "the same, encoded anew by the server"},
	},
	open: openSubsonic,
}

func openSubsonic(s source, env environment) (catalog.Source, func() error, error) {
	opt, err := subsonic.ParseOptions(s.options)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errSource, err)
	}
	base := *s.base
	base.User = nil
	opt.Base, opt.User, opt.Secret = base.String(), s.user(), env.secret
	opt.Client, opt.UserAgent, opt.Logger = env.client, env.agent, env.log
	src, err := subsonic.New(opt)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errSource, err)
	}
	return src, endless, nil
}
