package watch

import (
	"path/filepath"
	"strings"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/internal/xattrs"
)

// A download is how one track of a mount stands.
type download struct {
	Mount string `json:"mount"`
	client.Download
}

// readDownloads returns what the mount at dir says of its downloads.
func readDownloads(dir string) (list []download, err error) {
	all, err := client.ReadDownloads(dir)
	for _, d := range all {
		list = append(list, download{dir, d})
	}
	return list, mounted.ExplainDead(dir, err)
}

// inFolder returns the downloads of a folder of the mount at dir. The list has one path
// for each, though several folders may show its track under one name.
func inFolder(dir, folder string, list []download) (inside []download) {
	if folder == "." {
		return list
	}
	for _, d := range list {
		here := filepath.Join(folder, filepath.Base(d.Path))
		if strings.HasPrefix(d.Path, folder+"/") {
			inside = append(inside, d)
		} else if id, err := mounted.ReadXattr(filepath.Join(dir, here), xattrs.ID); err == nil && id == d.ID {
			d.Path = here
			inside = append(inside, d)
		}
	}
	return inside
}
