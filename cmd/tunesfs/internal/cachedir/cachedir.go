// Package cachedir owns the layout of the user's cache: one folder a catalog, and
// the file in it that tells which catalog that is.
//
// It must never know what package fetch keeps in such a folder, apart from its
// lock. Open cachedir.go first.
package cachedir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
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
// proves that it can be written.
func Make(root string, s source.Source) (string, error) {
	dir := filepath.Join(root, s.Folder())
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, sourceFile), []byte(s.String()+"\n"), 0o600)
	}
	if err != nil {
		return "", fmt.Errorf("%w: %w; name another with --cache-dir", ErrUnusable, err)
	}
	return dir, nil
}
