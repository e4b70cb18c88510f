package diskcache

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tunesfs/tunesfs/internal/durable"
)

// What a store's folder has beside records and data. The entries of sub-folders
// are named as records are.
const (
	ActiveDir  = "active"  // empty files: downloads to go on with at the next Open
	SessionDir = "session" // empty files: complete downloads to drop when the session ends
)

// Place is where a download is kept: named by a hash of its key, in one of 256
// folders.
type Place struct {
	Dir, Name string
	files     durable.Files
}

// PlaceOf returns the place of a name in a folder whose files no test watches.
func PlaceOf(dir, name string) Place { return Place{Dir: dir, Name: name} }

// RecordPath is where the record lies.
func (p Place) RecordPath() string { return filepath.Join(p.Dir, p.Name[:2], p.Name+".json") }

// DataPath is where the bytes of a generation lie. A cache that was written before
// there were generations has those of "".
func (p Place) DataPath(generation string) string {
	if generation != "" {
		generation = "." + generation
	}
	return filepath.Join(p.Dir, p.Name[:2], p.Name+generation+".data")
}

// ActivePath is the mark of a download that the next session goes on with.
func (p Place) ActivePath() string { return filepath.Join(p.Dir, ActiveDir, p.Name) }

// SessionPath is the mark of a file that goes when its session ends.
func (p Place) SessionPath() string { return filepath.Join(p.Dir, SessionDir, p.Name) }

// makeFolders makes the folders of all places at once: each by itself would be
// made durable when the first file comes that lies there. What cannot be made
// now is made then, or fails.
func makeFolders(files durable.Files, dir string) {
	for i := range 256 {
		_ = os.Mkdir(filepath.Join(dir, fmt.Sprintf("%02x", i)), 0o700)
	}
	_ = files.SyncDir(dir) // also what was made by a process that died before this
}

// syncRemoved makes it durable that files are gone from a folder, which may be
// gone itself.
func syncRemoved(files durable.Files, folder string) error {
	if err := files.SyncDir(folder); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// NameOf returns the name under which key is kept.
func NameOf(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// ValidName reports whether a folder entry is a name that nameOf gives.
func ValidName(name string) bool {
	b, err := hex.DecodeString(name)
	return err == nil && len(b) == sha256.Size
}
