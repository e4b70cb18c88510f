package source

import (
	"fmt"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/archive"
)

var archiveScheme = scheme{
	name:        "archive",
	usual:       "https://archive.org/",
	server:      true,
	connections: archive.Downloads,
	options:     []string{"format", "limit"},
	examples: []example{
		{"archive:", "the Internet Archive: concerts and other audio, whole"},
		{"archive:?format=mp3&limit=200", "the same with options"},
	},
	open: openArchive,
}

func openArchive(s Source, env Environment) (catalog.Source, func() error, error) {
	opt, err := archive.ParseOptions(s.Options)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	opt.Base = s.base.String()
	opt.Client, opt.UserAgent, opt.Logger = env.Client, env.Agent, env.Log
	src, err := archive.New(opt)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return src, endless, nil
}
