package client

import (
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/internal/xattrs"
)

// placeTimeout is how long a mount has to tell which tracks a folder shows: it has that in
// memory, and its news waits for it.
const placeTimeout = 300 * time.Millisecond

// IsWithin reports whether a path is folder or lies in it. In "" lies every path.
func IsWithin(folder, path string) bool {
	return folder == "" || path == folder || strings.HasPrefix(path, folder+"/")
}

// PlaceWithin returns downloads with their paths in a folder, where that shows their tracks:
// the mount tells one path of each, and several folders may show a track. The folder may be
// a track, too. While the mount does not answer, it returns them as they are.
func (m *Mount) PlaceWithin(ctx context.Context, folder string, list []Download) []Download {
	if folder == "" || len(list) == 0 {
		return list
	}
	ctx, leave := m.until(ctx)
	defer leave()
	placed, err := call(ctx, m.attributes, placeTimeout, func() ([]Download, error) {
		return PlaceWithin(m.dir, folder, list), m.check()
	})
	if err != nil {
		return list
	}
	return placed
}

// PlaceWithin is that of the mount at dir, for callers that give up by themselves a mount
// that hangs.
func PlaceWithin(dir, folder string, list []Download) []Download {
	return placeWithin(folder, list, func(below string) string {
		id, _ := mounted.ReadXattr(filepath.Join(dir, filepath.FromSlash(below)), xattrs.ID)
		return id // none if there is no such track
	})
}

// placeWithin is PlaceWithin with a function that returns the id of the track at a path.
func placeWithin(folder string, list []Download, idOf func(below string) string) []Download {
	if folder == "" || len(list) == 0 {
		return list
	}
	list = slices.Clone(list)
	track := idOf(folder)
	for i, d := range list {
		here := path.Join(folder, path.Base(d.Path))
		switch {
		case track != "" && d.ID == track:
			list[i].Path = folder
		case track == "" && d.Path != "" && !IsWithin(folder, d.Path) && idOf(here) == d.ID:
			list[i].Path = here
		}
	}
	return list
}
