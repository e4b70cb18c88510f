package itunes

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/skip"
)

// Identifiers of podcasts and their episodes. A podcast is known by the address
// of its feed, an episode by that, a space, and what its feed knows it by.
const (
	podcastID = "podcast:"
	episodeID = "episode:"
)

// podcasts returns the podcasts among rows, each feed once, in order.
func podcasts(rows []row) ([]catalog.Folder, skip.Count) {
	var folders []catalog.Folder
	skipped := skip.Count{}
	seen := map[string]bool{}
	for _, r := range rows {
		feed := string(r.FeedURL)
		switch {
		case !isFeed(feed):
			skipped[cmp.Or(unusable(feed), skip.Missing)]++
			continue
		case seen[feed]:
			skipped[skip.Equal]++
			continue
		}
		seen[feed] = true
		title := cmp.Or(string(r.CollectionName), string(r.TrackName))
		folders = append(folders, catalog.Folder{ID: podcastID + feed, Title: title, Modified: r.released()})
	}
	return folders, skipped
}

// isFeed reports whether an address can be one of a feed.
func isFeed(address string) bool { return unusable(address) == "" && !strings.Contains(address, " ") }

// parseEpisode takes the identifier of an episode apart.
func parseEpisode(id string) (feed, episode string, ok bool) {
	rest, ok := strings.CutPrefix(id, episodeID)
	feed, episode, more := strings.Cut(rest, " ")
	return feed, episode, ok && more && isFeed(feed)
}

// podcast returns the episodes of a feed.
func (s *Source) podcast(ctx context.Context, address string) (catalog.Listing, error) {
	if !isFeed(address) {
		return catalog.Listing{}, notFound("podcast", podcastID)
	}
	feed, err := s.feed(address)
	if err != nil {
		return catalog.Listing{}, fmt.Errorf("itunes: %w", err)
	}
	listing, err := feed.List(ctx, "")
	if err != nil {
		return catalog.Listing{}, fmt.Errorf("itunes: %w", err)
	}
	var bounds catalog.Bounds
	for i := range listing.Tracks {
		t := &listing.Tracks[i]
		t.ID = episodeID + address + " " + t.ID
		if err := bounds.Track(catalog.Track{ID: t.ID}); err != nil {
			return catalog.Listing{}, fmt.Errorf("itunes: %w", err)
		}
	}
	return listing, nil
}

// locateEpisode returns where the feed says that an episode is.
func (s *Source) locateEpisode(ctx context.Context, address, episode string) (catalog.Location, error) {
	feed, err := s.feed(address)
	if err != nil {
		return catalog.Location{}, fmt.Errorf("itunes: %w", err)
	}
	at, err := feed.Locate(ctx, episode)
	if err != nil {
		return catalog.Location{}, fmt.Errorf("itunes: %w", err)
	}
	return at, nil
}
