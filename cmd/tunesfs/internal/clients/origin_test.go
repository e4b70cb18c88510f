//go:build linux

package clients

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// album is the folder of the recordings, at the origin and in the mount.
const album = "Kinds"

// An origin serves the recordings over a link of its own, as nginx lists them.
type origin struct {
	*fetchtest.Origin
	sizes map[string]int64 // by name
}

func newOrigin(t *testing.T) *origin {
	t.Helper()
	o := &origin{fetchtest.New(t), map[string]int64{}}
	type row struct {
		Name  string `json:"name"`
		Type  string `json:"type"`
		Mtime string `json:"mtime"`
		Size  int64  `json:"size,omitempty"`
	}
	const changed = "Sun, 04 Mar 2001 12:00:00 GMT"
	list := func(name string, rows ...row) {
		text, err := json.Marshal(rows)
		if err != nil {
			t.Fatal(err)
		}
		o.Put(fetchtest.File{Name: name, Content: fetchtest.Bytes(text), Type: "application/json"})
	}
	var files []row
	for _, r := range recordings {
		data, err := os.ReadFile(filepath.Join(library(t), r.name))
		if err != nil {
			t.Fatal(err)
		}
		o.Put(fetchtest.File{Name: album + "/" + r.name, Content: fetchtest.Bytes(data)})
		o.sizes[r.name] = int64(len(data))
		files = append(files, row{r.name, "file", changed, int64(len(data))})
	}
	list(album+"/", files...)
	list("", row{album, "directory", changed, 0})
	o.SetLink(fetchtest.Link{RTT: *rtt, TotalRate: *rate})
	return o
}

// moved returns how many bytes of recordings were sent.
func (o *origin) moved() (n int64) {
	for name := range o.sizes {
		n += o.SentOf(album + "/" + name)
	}
	return n
}
