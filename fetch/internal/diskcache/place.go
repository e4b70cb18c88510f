package diskcache

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

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
func PlaceOf(dir, name string) Place {
	return Place{Dir: dir, Name: name, files: durable.Files{Base: dir}}
}

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
		_ = files.Mkdir(filepath.Join(dir, fmt.Sprintf("%02x", i)))
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

// ValidName reports whether a folder entry is a name that NameOf gives.
func ValidName(name string) bool {
	b, err := hex.DecodeString(name)
	return err == nil && len(b) == sha256.Size
}

// Clear removes the record and the data of every generation at p, durably if that
// has to outlast a power cut.
func (p Place) Clear(durable bool) error { return p.clear("", durable) }

// clear is Clear that leaves the data at one path alone.
func (p Place) clear(but string, durable bool) error {
	data, err := p.dataPaths()
	if err != nil {
		return err
	}
	err = p.removeRecord()
	paths := append([]string{p.RecordPath() + ".tmp"}, data...)
	if err := cmp.Or(err, p.files.Remove(without(paths, but)...)); err != nil || !durable {
		return err
	}
	return syncRemoved(p.files, filepath.Dir(p.RecordPath()))
}

// removeRecord removes the record. A folder that lies in its place stays.
func (p Place) removeRecord() error {
	err := p.files.Remove(p.RecordPath())
	if err != nil && p.isObstructed() {
		return nil
	}
	return err
}

// isObstructed reports whether a folder lies in the place of the record, which can be
// neither read nor written.
func (p Place) isObstructed() bool {
	info, err := p.files.Lstat(p.RecordPath())
	return err == nil && info.IsDir()
}

// dataPaths returns where the generations at p lie that are on disk.
func (p Place) dataPaths() ([]string, error) {
	folder := filepath.Dir(p.RecordPath())
	names, err := p.files.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var paths []string
	for _, n := range names {
		if name, isData := cutData(n.Name()); isData && name == p.Name && !n.IsDir() {
			paths = append(paths, filepath.Join(folder, n.Name()))
		}
	}
	return paths, nil
}

// allocated returns how much of the disk the generations at p take.
func (p Place) allocated() (n int64) {
	paths, _ := p.dataPaths() // where they cannot be listed they cannot be dropped either
	for _, path := range paths {
		if info, err := p.files.Lstat(path); err == nil {
			n += allocated(info)
		}
	}
	return n
}

func without(paths []string, but string) []string {
	return slices.DeleteFunc(paths, func(path string) bool { return path == but })
}

// cutData returns the name of the entry that a file is a generation of.
func cutData(file string) (name string, isData bool) {
	name, rest, _ := strings.Cut(file, ".")
	return name, rest == "data" || strings.HasSuffix(rest, ".data")
}

// allocated returns how much of the disk a file takes: less than its size if it
// has holes.
func allocated(info fs.FileInfo) int64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Blocks * blockLen
	}
	return info.Size()
}

// blockLen is the unit of stat(2)'s st_blocks, whatever the file system's is.
const blockLen = 512

// dropAllBut removes all generations at p but the one at path.
func (p Place) dropAllBut(path string) error {
	paths, err := p.dataPaths()
	if err != nil {
		return err
	}
	return p.files.Remove(without(paths, path)...)
}

// generationLen is how many bytes, in hex, name a generation.
const generationLen = 4

func newGeneration() string {
	var b [generationLen]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// validGeneration reports whether a record may name a generation so.
func validGeneration(generation string) bool {
	b, err := hex.DecodeString(generation)
	return generation == "" || err == nil && len(b) == generationLen
}
