package source

import (
	"fmt"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/podcast"
)

var podcastScheme = scheme{
	name:     "podcast",
	server:   true,
	needs:    true,
	document: true,
	examples: []example{{"podcast+https://host/feed.xml", "the episodes of a podcast, named by date"}},
	open:     openPodcast,
}

func openPodcast(s Source, env Environment) (catalog.Source, func() error, error) {
	src, err := podcast.New(podcast.Options{URL: s.address(), Env: catalog.Env{Client: env.Client, UserAgent: env.Agent, Logger: env.Log}})
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return src, endless, nil
}
