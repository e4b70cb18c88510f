// Package cachedir owns the layout of the user's cache: one folder a catalog, and
// the file in it that tells which catalog that is.
//
// It must never know what package fetch keeps in such a folder, apart from its
// lock. Open cachedir.go first.
package cachedir

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/internal/durable"
	"github.com/tunesfs/tunesfs/internal/owned"
	"github.com/tunesfs/tunesfs/internal/xdg"
)

// What a catalog's folder holds besides what package fetch keeps there.
const (
	ListingsName = "listings"
	StateName    = "state"
)

// sourceFile names the file by which a catalog's folder of the cache tells
// whose it is. It holds the canonical address and a newline.
const sourceFile = "source"

// ErrUnusable is a cache folder that cannot be used.
var ErrUnusable = errors.New("cannot use the cache folder")

// Root returns the cache folder: the one named, or the user's usual one.
func Root(named string, getenv func(string) string) (string, error) {
	if named != "" {
		return filepath.Abs(named)
	}
	return xdg.Cache(getenv), nil
}

// Make makes the folder of s below root, for its owner only, and
// proves that it can be written. A power cut leaves it there: what is durable in it
// would be lost with it. A folder that another user can change is refused.
func Make(root string, s source.Source) (string, error) { return makeBy(durable.Files{}, root, s) }

func makeBy(files durable.Files, root string, s source.Source) (string, error) {
	dir := filepath.Join(root, s.Folder())
	err := owned.Folder(dir) // before anything is made on the way there
	if err == nil {
		err = files.MakeDir(dir)
	}
	if err == nil {
		err = owned.Folder(dir) // another user may have been faster
	}
	if err == nil {
		// Also where a process made the folder that died before this, or the user made root.
		_, _ = files.SyncDir(root), files.SyncDir(filepath.Dir(root))
		err = files.Write(filepath.Join(dir, sourceFile), []byte(s.String()+"\n"))
	}
	if err != nil {
		return "", fmt.Errorf("%w: %w; name another with --cache-dir", ErrUnusable, err)
	}
	return dir, nil
}
