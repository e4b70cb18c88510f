package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tunesfs/tunesfs/internal/xdg"
)

// What a catalogue's folder holds besides what package fetch keeps there.
const (
	listingsName = "listings"
	stateName    = "state"
)

// sourceFile names the file by which a catalogue's folder of the cache tells
// whose it is. It holds the canonical address and a newline.
const sourceFile = "source"

// errCacheFolder is a cache folder that cannot be used.
var errCacheFolder = errors.New("cannot use the cache folder")

// cacheRoot returns the cache folder: the one named, or the user's usual one.
func cacheRoot(named string, getenv func(string) string) (string, error) {
	if named != "" {
		return filepath.Abs(named)
	}
	return xdg.Cache(getenv), nil
}

// makeCatalogueDir makes the folder of s below root, for its owner only, and
// proves that it can be written.
func makeCatalogueDir(root string, s source) (string, error) {
	dir := filepath.Join(root, s.folder())
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, sourceFile), []byte(s.String()+"\n"), 0o600)
	}
	if err != nil {
		return "", fmt.Errorf("%w: %w; name another with --cache-dir", errCacheFolder, err)
	}
	return dir, nil
}
