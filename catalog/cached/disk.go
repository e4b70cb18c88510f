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
	"strings"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/internal/durable"
)

// A disk keeps the last listing of every search and folder, one file each, within a
// quota. The file's name is a hash of what is listed, with the version of the format,
// so that an older program leaves alone what a newer one wrote. Its first line is
// a hash of the rest: a file that a crash has torn, or someone has changed, is
// as good as none.
type disk struct {
	dir   string // "" keeps nothing
	files durable.Files
	quota *quota // nil: no bound
}

// newDisk returns the disk of a folder. The folder itself is one below another, so that
// no link in its place is followed.
func newDisk(dir string, q *quota) disk {
	if dir == "" {
		return disk{}
	}
	dir = filepath.Clean(dir)
	return disk{dir: dir, files: durable.Files{Base: filepath.Dir(dir)}, quota: q}
}

// A record is what a file holds.
type record struct {
	Listing catalog.Listing `json:"listing"`
	Gone    []binding       `json:"gone,omitempty"`
	Pages   int             `json:"pages,omitempty"` // that were added to the first
}

const (
	formatVersion = ".v1"
	folderKind    = ".folder" // before it, in the names of folders' files
)

// name returns the name of the file of k.
func (d disk) name(k key) string {
	kind := ""
	if k.folder {
		kind = folderKind
	}
	return plainName(k) + kind + formatVersion
}

// plainName returns what the name of a file has of k. Earlier programs added no kind
// to it.
func plainName(k key) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(k.String()))) }

// isFolderFile reports whether a name is that of the file of a folder.
func isFolderFile(name string) bool { return strings.HasSuffix(name, folderKind+formatVersion) }

func (d disk) path(k key) string { return filepath.Join(d.dir, d.name(k)) }

// maxListing is more than any listing has: see catalog.MaxListingText.
const maxListing = 1 << 30

// errDamaged is a file that a crash has torn, or another program changed.
var errDamaged = errors.New("damaged")

// load returns the record of k, or nil if there is none that can be trusted.
// The error says why not if it should be there.
func (d disk) load(k key) (*record, error) {
	if d.dir == "" {
		return nil, nil
	}
	if k.folder { // as earlier programs named it; most often there is none
		d.quota.rename(d, plainName(k)+formatVersion, d.name(k))
	}
	data, err := d.files.ReadFile(d.path(k), maxListing)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	d.use(k)
	sum, body, _ := bytes.Cut(data, []byte("\n"))
	if string(sum) != checksum(k, body) {
		return nil, durable.At(d.path(k), errDamaged)
	}
	var r record
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, durable.At(d.path(k), err)
	}
	return &r, nil
}

// use notes that the listing of k is used.
func (d disk) use(k key) {
	if d.dir != "" {
		d.quota.use(d, d.name(k))
	}
}

// save replaces the file of k. After a crash either the old or the new one is
// there. It fails with errQuota if the listing is too large to be kept; the old file
// stays. No two calls for one key may run at a time.
func (d disk) save(k key, r record) error {
	if d.dir == "" {
		return nil
	}
	body, err := marshal(r)
	if err != nil {
		return err
	}
	if err := d.files.MakeDir(d.dir); err != nil {
		return err
	}
	data := slices.Concat([]byte(checksum(k, body)+"\n"), body)
	written, err := d.quota.reserve(d, d.name(k), len(data))
	if err != nil {
		return err
	}
	err = d.files.Write(d.path(k), data)
	written(err)
	return err
}

// marshal returns the JSON of a record. It escapes no more than it must: a text of
// ampersands would take six times its length.
func marshal(r record) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(r)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// checksum covers what is listed as well: a file under another's name is not
// taken for it.
func checksum(k key, body []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n", k)
	h.Write(body)
	return fmt.Sprintf("sha256:%x", h.Sum(nil))
}
