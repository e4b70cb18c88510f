package watch

import (
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/internal/jsonlines"
)

// A download is how one track of a mount stands.
type download struct {
	Mount string `json:"mount"`
	client.Download
}

// A line is a download as it is written for programs.
type line struct {
	download
	Size jsonlines.Size `json:"size"`
}

// readDownloads returns the downloads of a folder of the mount at dir; those of the mount if
// folder is "".
func readDownloads(dir, folder string) (list []download, err error) {
	all, err := client.ReadDownloads(dir)
	return within(dir, folder, client.PlaceWithin(dir, folder, all)), mounted.ExplainDead(dir, err)
}

// within returns the downloads that lie in a folder of the mount at dir.
func within(dir, folder string, all []client.Download) (list []download) {
	for _, d := range all {
		if client.IsWithin(folder, d.Path) {
			list = append(list, download{dir, d})
		}
	}
	return list
}
