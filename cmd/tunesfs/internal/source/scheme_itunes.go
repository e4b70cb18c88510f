package source

import (
	"fmt"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/itunes"
	"github.com/tunesfs/tunesfs/catalog/podcast"
)

// appleBase is where "itunes:" leads.
const appleBase = "https://itunes.apple.com/"

var itunesScheme = scheme{
	name:    "itunes",
	usual:   appleBase,
	server:  true,
	options: []string{"country", "entity", "explicit", "lang", "limit", "media"},
	examples: []example{
		{"itunes:", "iTunes Search; its tracks are 30 second previews"},
		{"itunes:?entity=album&country=de", "the same with options: albums, of another store"},
		{"itunes+http://host:8080/", "any server that answers like it"},
	},
	open: openITunes,
}

func openITunes(s Source, env Environment) (catalog.Source, func() error, error) {
	opt, err := itunes.ParseOptions(s.Options)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	opt.Base = s.base.String()
	opt.Client, opt.UserAgent, opt.Logger = env.Client, env.Agent, env.Log
	opt.Feed = func(address string) (catalog.Source, error) {
		return podcast.New(podcast.Options{URL: address, Env: opt.Env})
	}
	src, err := itunes.New(opt)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return src, endless, nil
}
