package index

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/skip"
	"github.com/tunesfs/tunesfs/catalog/internal/web"
)

// An entry is what a server says of one thing in a folder.
type entry struct {
	name     string
	isDir    bool
	size     int64 // in bytes; -1 where the server does not tell exactly
	modified time.Time
	rounded  time.Duration // what modified is rounded to; 0 is a second
}

// page asks for what a folder holds.
func (s *Source) page(ctx context.Context, folder string) (catalog.Listing, skip.Count, error) {
	if folder != "" && !isID(folder, true) {
		return catalog.Listing{}, nil, fmt.Errorf("folder %.80q: %w", folder, catalog.ErrNotFound)
	}
	resp, err := s.client.Get(ctx, s.base+folder, accept)
	if err != nil {
		return catalog.Listing{}, nil, err
	}
	skipped := skip.Count{}
	entries, err := decode(resp, skipped)
	if err != nil {
		return catalog.Listing{}, nil, err
	}
	listing, err := s.listing(folder, entries, skipped)
	return listing, skipped, err
}

// decode reads a page, whatever the server calls it.
func decode(resp *web.Response, skipped skip.Count) ([]entry, error) {
	body := bytes.TrimSpace(bytes.TrimPrefix(resp.Body, []byte("\uFEFF")))
	switch {
	case bytes.HasPrefix(body, []byte("[")) || bytes.Equal(body, []byte("null")):
		return decodeJSON(body, skipped)
	case bytes.HasPrefix(body, []byte("<")):
		return decodeHTML(resp.URL, body, skipped)
	}
	return nil, fmt.Errorf("%w: no list of a folder, but Content-Type %.40q", catalog.ErrBadResponse, resp.Type)
}

// listing returns the entries of a folder that are to be shown, each name once. It
// fails if their paths, each of which begins with that of the folder, are too long
// in all.
func (s *Source) listing(folder string, entries []entry, skipped skip.Count) (catalog.Listing, error) {
	var l catalog.Listing
	var bounds catalog.Bounds
	seen := make(map[string]bool, len(entries))
	for _, e := range entries {
		id := childID(folder, e.name, e.isDir)
		if err := bounds.Track(catalog.Track{ID: id, URL: s.base + id}); err != nil {
			return catalog.Listing{}, err
		}
		why := skip.NotAudio
		switch t, ok := s.track(folder, e); {
		case seen[id]:
			why = skip.Equal
		case depth(id) > catalog.MaxDepth || catalog.CheckURL(s.base+id) != nil:
			why = skip.TooDeep
		case e.isDir:
			why = ""
			l.Folders = append(l.Folders, catalog.Folder{ID: id, Title: e.name, Modified: e.modified})
		case ok:
			why = ""
			t.ID, t.URL = id, s.base+id
			l.Tracks = append(l.Tracks, t)
		}
		if seen[id] = true; why != "" {
			skipped[why]++
		}
	}
	return l, nil
}

// track returns a file as it is shown: audio by its title, anything else, if it
// is shown, as a file beside it.
func (s *Source) track(folder string, e entry) (catalog.Track, bool) {
	t := catalog.Track{Title: e.name, Album: path.Base("/" + names(folder)), Size: -1,
		Modified: e.modified, Precision: e.rounded}
	if folder == "" {
		t.Album = ""
	}
	if e.size > 0 {
		t.Size = e.size
	}
	if t.Type, t.Ext = catalog.MediaOf("", "/"+url.PathEscape(e.name)); t.Ext != "" {
		t.Title = strings.TrimSuffix(e.name, path.Ext(e.name))
		return t, true
	}
	t.File = e.name
	return t, s.all || catalog.IsPicture(e.name)
}
