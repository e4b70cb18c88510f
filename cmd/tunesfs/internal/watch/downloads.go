package watch

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/internal/jsonlines"
	"github.com/tunesfs/tunesfs/internal/xattrs"
)

// downloadsFile lists the downloads of a mount, one JSON object a line.
const downloadsFile = ".tunesfs/downloads"

// maxLine bounds one line of the list: a few paths of at most 4 KiB each.
const maxLine = 1 << 20

// A download is one line of the list.
type download struct {
	Mount    string         `json:"mount"`          // added here: which mount it is of
	ID       string         `json:"id"`             // the track's, in its catalog
	Path     string         `json:"path,omitempty"` // below the mount point
	State    string         `json:"state"`
	Size     jsonlines.Size `json:"size"`
	Held     jsonlines.Size `json:"held"`
	Progress string         `json:"progress"`
	Error    string         `json:"error,omitempty"`
	Waiting  string         `json:"waiting,omitempty"` // which programs wait for bytes
}

// readDownloads returns what the mount at dir says of its downloads.
func readDownloads(dir string) ([]download, error) {
	file, err := os.Open(filepath.Join(dir, downloadsFile))
	if err != nil {
		return nil, mounted.ExplainDead(dir, err)
	}
	defer file.Close()
	var list []download
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		d := download{Mount: dir}
		if err := parseLine(dir, lines.Bytes(), &d); err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, mounted.ExplainDead(dir, lines.Err())
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

// parseLine reads a line that the mount at dir says.
func parseLine(dir string, line []byte, into any) error {
	if err := json.Unmarshal(line, into); err != nil {
		return fmt.Errorf("%s answers what is no list of downloads: %w", mounted.Name(dir), err)
	}
	return nil
}
