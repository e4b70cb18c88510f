package cached

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// A disk keeps the last listing of every search and folder, one file each. The
// file's name is a hash of what is listed, with the version of the format, so
// that an older program leaves alone what a newer one wrote. Its first line is
// a hash of the rest: a file that a crash has torn, or someone has changed, is
// as good as none.
type disk struct {
	dir   string // "" keeps nothing
	files durable.Files
}

// A record is what a file holds.
type record struct {
	Listing catalog.Listing `json:"listing"`
	Gone    []binding       `json:"gone,omitempty"`
}

const formatVersion = ".v1"

func (d disk) path(k key) string {
	return filepath.Join(d.dir, fmt.Sprintf("%x%s", sha256.Sum256([]byte(k.String())), formatVersion))
}

// maxListing is more than any listing has: one of a million tracks has 300 MB.
const maxListing = 1 << 30

// load returns the record of k, or nil if there is none that can be trusted.
// The error says why not if it should be there.
func (d disk) load(k key) (*record, error) {
	if d.dir == "" {
		return nil, nil
	}
	data, err := durable.ReadFile(d.path(k), maxListing)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	sum, body, _ := bytes.Cut(data, []byte("\n"))
	if string(sum) != checksum(k, body) {
		return nil, fmt.Errorf("%s: damaged", d.path(k))
	}
	var r record
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", d.path(k), err)
	}
	return &r, nil
}

// save replaces the file of k. After a crash either the old or the new one is
// there. No two calls for one key may run at a time.
func (d disk) save(k key, r record) error {
	if d.dir == "" {
		return nil
	}
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := d.files.MakeDir(d.dir); err != nil {
		return err
	}
	return d.files.Write(d.path(k), slices.Concat([]byte(checksum(k, body)+"\n"), body))
}

// checksum covers what is listed as well: a file under another's name is not
// taken for it.
func checksum(k key, body []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n", k)
	h.Write(body)
	return fmt.Sprintf("sha256:%x", h.Sum(nil))
}
