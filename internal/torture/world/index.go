package world

import (
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/internal/torture/cell"
)

// index is a web server that lists its folders, as the JSON of nginx.
type index struct{}

func (index) Source(host string) string { return "index+http://" + host + "/" + Base + "/" }

func (index) FileOf(uri *url.URL) (string, bool) {
	rest, ok := below(uri)
	return rest, ok && rest != "" && !strings.HasSuffix(rest, "/")
}

func (index) FolderOf(uri *url.URL) (string, bool) { return below(uri) }

func (index) MountFolder(dir string) string { return dir }

func (index) UpperFolder(folder, _ string) string { return folder }

func (index) MountName(_ *Ledger, p string) string { return path.Base(p) }

func (index) FoundPath(_ *Ledger, p string) string { return path.Base(p) }

func (index) Flags() []string { return nil }

func (index) Secret() string { return "" }

func (index) TellsDigest() bool { return false }

func (index) Told(v Version) (int64, time.Time) { return v.Size, v.Modified }

// A row is an element of nginx's JSON.
type row struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Mtime string `json:"mtime"`
	Size  int64  `json:"size,omitempty"`
}

func (index) Respond(l *Ledger, uri *url.URL) ([]byte, string, bool) {
	rest, ok := below(uri)
	folder, isFolder := strings.CutSuffix("/"+rest, "/")
	if !ok || !isFolder {
		return nil, "", false
	}
	folder = strings.TrimPrefix(folder, "/")
	folders, files := l.Children(folder)
	if len(folders)+len(files) == 0 && folder != "" && !l.IsFolder(folder) {
		return nil, "", false
	}
	rows := []row{}
	for _, name := range folders {
		rows = append(rows, row{Name: name, Type: "directory", Mtime: epoch.Format(http.TimeFormat)})
	}
	for _, name := range files {
		v := l.Newest(join(folder, name))
		rows = append(rows, row{name, "file", v.Modified.Format(http.TimeFormat), v.Size})
	}
	body, err := json.Marshal(rows)
	return body, "application/json", err == nil
}

// IsFolder reports whether some file ever was below a path; "" is the base.
func (l *Ledger) IsFolder(folder string) bool {
	for _, p := range l.Paths() {
		if folder == "" || strings.HasPrefix(p, folder+"/") {
			return true
		}
	}
	return false
}

func join(folder, name string) string {
	if folder == "" {
		return name
	}
	return folder + "/" + name
}

// content is the bytes of a version.
func content(v Version) fetchtest.Content { return cell.Content{Version: v.Version, Length: v.Size} }
