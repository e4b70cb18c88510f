package source

import (
	"fmt"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/index"
)

var indexScheme = scheme{
	name:    "index",
	server:  true,
	needs:   true,
	options: []string{"all"},
	examples: []example{
		{"index+https://host/music/", "a folder on a web server that lists it"},
		{"index+https://host/music/?all=1", "the same with files that are no audio"},
	},
	open: openIndex,
}

func openIndex(s Source, env Environment) (catalog.Source, func() error, error) {
	opt, err := index.ParseOptions(s.Options)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	opt.Base = s.base.String()
	opt.Client, opt.UserAgent, opt.Logger = env.Client, env.Agent, env.Log
	src, err := index.New(opt)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return src, endless, nil
}
