package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

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

// catalogueFolder returns the name of a catalogue's own folder: the start of
// its address, readable, and a hash that tells it from all others.
func catalogueFolder(s source) string {
	sum := sha256.Sum256([]byte(s.identity()))
	name := strings.Map(safeRune, s.scheme+"-"+hostOf(s))
	return strings.Trim(name[:min(len(name), 40)], "-.") + "-" + hex.EncodeToString(sum[:4])
}

func hostOf(s source) string {
	if s.base == nil {
		return ""
	}
	return s.base.Host
}

func safeRune(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
		return r
	}
	return '-'
}

// makeCatalogueDir makes the folder of s below root, for its owner only, and
// proves that it can be written.
func makeCatalogueDir(root string, s source) (string, error) {
	dir := filepath.Join(root, catalogueFolder(s))
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, sourceFile), []byte(s.String()+"\n"), 0o600)
	}
	if err != nil {
		return "", fmt.Errorf("%w: %w; name another with --cache-dir", errCacheFolder, err)
	}
	return dir, nil
}
