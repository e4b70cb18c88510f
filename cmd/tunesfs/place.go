package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/cachedir"
	"github.com/tunesfs/tunesfs/internal/xdg"
)

// A place is where a mount keeps things on disk.
type place struct {
	cache string // listings and audio: can be had again
	state string // saved searches: the user's own
}

// makePlace makes the folders of the catalog. A cache folder that the user
// named holds everything, so that such a mount stands for itself.
func (s *service) makePlace() (place, error) {
	root, err := cachedir.Root(s.flags.CacheDir, os.Getenv)
	if err != nil {
		return place{}, err
	}
	cache, err := cachedir.Make(root, s.source)
	if err != nil {
		return place{}, err
	}
	state := filepath.Join(cache, cachedir.StateName)
	if s.flags.CacheDir == "" {
		state = filepath.Join(xdg.State(os.Getenv, "/var/lib"), filepath.Base(cache))
	}
	if err := os.MkdirAll(state, 0o700); err != nil {
		return place{}, fmt.Errorf("cannot save searches: %w", err)
	}
	return place{cache: cache, state: state}, nil
}
