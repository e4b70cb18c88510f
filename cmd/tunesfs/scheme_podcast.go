package main

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

func openPodcast(s source, env environment) (catalog.Source, func() error, error) {
	src, err := podcast.New(podcast.Options{URL: s.address(), Env: catalog.Env{Client: env.client, UserAgent: env.agent, Logger: env.log}})
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errSource, err)
	}
	return src, endless, nil
}
