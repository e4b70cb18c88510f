// Package podcast is the catalog of one podcast: the episodes of a feed in
// RSS or Atom, newest first and named by date, with its cover.
//
// It owns the meaning of a feed. The package document makes a Source of it. It
// must never know a cache, a mount or a directory of podcasts.
//
// Open podcast.go first, then feed.go, which reads a feed and makes its items rows,
// and episode.go, which reads the fields of an item.
//
// Formats: https://www.rssboard.org/rss-specification,
// https://datatracker.ietf.org/doc/html/rfc4287 and
// https://help.apple.com/itc/podcasts_connect/#/itcb54353390
package podcast

import (
	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/document"
)

// maxBody is the longest feed that is taken, in bytes: some 10,000 episodes with
// all their show notes.
const maxBody = 32 << 20

// accept is what a feed is asked for as. Servers that have only one form of it
// pay no attention.
const accept = "application/rss+xml, application/atom+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"

// Options say which podcast it is.
type Options struct {
	URL string // http or https address of the feed; its query may be a secret

	catalog.Env
}

// A Source is the catalog of one podcast. It holds nothing open, so one may be
// made for a single call: List of "" reads the feed and returns its episodes,
// whose URL is empty where only Locate may tell it.
type Source struct{ *document.Source }

var _ catalog.Source = Source{}

// New returns the catalog of the feed that opt names. It makes no call.
func New(opt Options) (Source, error) {
	s, err := document.FromWeb(document.WebOptions{
		Kind: "podcast", URL: opt.URL, Accept: accept, MaxBody: maxBody, Read: read, Env: opt.Env,
	})
	return Source{s}, err
}
