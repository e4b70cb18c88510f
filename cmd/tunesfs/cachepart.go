package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/tunesfs/tunesfs/fetch"
)

// A cachePart is one catalogue's folder of the cache.
type cachePart struct {
	source string // the catalogue's canonical address
	dir    string
}

// cacheParts returns the folders below root that hold a catalogue's cache. A
// cache that does not exist yet has none.
func cacheParts(root string) ([]cachePart, error) {
	entries, err := os.ReadDir(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var parts []cachePart
	for _, e := range entries {
		dir := filepath.Join(root, e.Name())
		if name, err := os.ReadFile(filepath.Join(dir, sourceFile)); err == nil {
			parts = append(parts, cachePart{source: strings.TrimSpace(string(name)), dir: dir})
		}
	}
	return parts, err
}

// size returns the bytes on disk. What vanishes while it looks counts nothing.
func (p cachePart) size() int64 {
	var sum int64
	_ = filepath.WalkDir(p.dir, func(_ string, e fs.DirEntry, gone error) error {
		if e == nil || e.IsDir() || gone != nil {
			return nil
		}
		if info, err := e.Info(); err == nil {
			sum += onDisk(info)
		}
		return nil
	})
	return sum
}

// onDisk returns what a file takes, which is less than its size if it has
// holes. Blocks are of 512 bytes whatever the file system's (stat(2)).
func onDisk(info fs.FileInfo) int64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return stat.Blocks * 512
	}
	return info.Size()
}

// clear removes everything but saved searches, if no mount uses it.
func (p cachePart) clear() error {
	return fetch.Exclusively(p.dir, func() error {
		entries, err := os.ReadDir(p.dir)
		for _, e := range entries {
			if name := e.Name(); name != stateName && name != fetch.LockName {
				err = errors.Join(err, os.RemoveAll(filepath.Join(p.dir, name)))
			}
		}
		return err
	})
}
