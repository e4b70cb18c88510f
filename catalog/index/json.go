package index

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/internal/lenient"
	"github.com/tunesfs/tunesfs/catalog/internal/skip"
)

// A row is an element of the JSON of nginx or Caddy, as far as it is used.
type row struct {
	Name      lenient.Text   `json:"name"` // Caddy's of a folder ends in a slash
	Size      lenient.Number `json:"size"`
	Type      lenient.Text   `json:"type"`       // nginx: file, directory or other
	Mtime     lenient.Text   `json:"mtime"`      // nginx
	ModTime   lenient.Text   `json:"mod_time"`   // Caddy
	IsDir     lenient.Flag   `json:"is_dir"`     // Caddy
	IsSymlink lenient.Flag   `json:"is_symlink"` // Caddy, whose size then is that of the link
}

// decodeJSON reads the rows one by one, so that a response of tiny ones does not
// become a huge slice before it is refused.
func decodeJSON(body []byte, skipped skip.Count) ([]entry, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	if start, err := d.Token(); err != nil || start == nil { // Caddy's empty folder is null
		return nil, lenient.Error(err)
	}
	var all []entry
	rows, isList := 0, false
	for ; d.More(); rows++ {
		if rows == catalog.MaxRows {
			return nil, catalog.ErrTooManyRows
		}
		var r row
		if err := d.Decode(&r); err != nil && !lenient.IsTypeError(err) {
			return nil, lenient.Error(err)
		}
		e := r.entry()
		if !isName(e.name) {
			skipped[skip.Outside]++
			continue
		}
		isList = isList || r.isEntry(e)
		all = append(all, e)
	}
	if _, err := d.Token(); err != nil {
		return nil, lenient.Error(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: more than one list", catalog.ErrBadResponse)
	}
	if rows > 0 && !isList {
		return nil, fmt.Errorf("%w: JSON that is no list of a folder", catalog.ErrBadResponse)
	}
	return all, nil
}

// isEntry reports whether a row tells of a file or a folder, as those of nginx and Caddy do
// by more than a name: an error has a name, too.
func (r row) isEntry(e entry) bool {
	isKind := r.Type == "file" || r.Type == "directory" || r.Type == "other"
	return isKind || bool(r.IsDir) || e.size > 0 || !e.modified.IsZero()
}

func (r row) entry() entry {
	e := entry{
		name:  strings.TrimSuffix(string(r.Name), "/"),
		isDir: bool(r.IsDir) || r.Type == "directory",
		size:  int64(r.Size),
	}
	if bool(r.IsSymlink) {
		e.size = -1
	}
	if t, err := http.ParseTime(string(r.Mtime)); err == nil {
		e.modified = t.UTC()
	} else if t, err := time.Parse(time.RFC3339, string(r.ModTime)); err == nil {
		e.modified = t.UTC()
	}
	return e
}
