package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/cachedir"
	"github.com/tunesfs/tunesfs/internal/durable"
	"github.com/tunesfs/tunesfs/internal/owned"
	"github.com/tunesfs/tunesfs/internal/xdg"
)

// A place is where a mount keeps things on disk.
type place struct {
	cache string // listings and audio: can be had again
	state string // saved searches: the user's own
}

// errCovered refuses a file that the mount would cover.
var errCovered = errors.New("it lies in the folder to mount on")

// makePlace makes the folders of the catalog. A cache folder that the user
// named holds everything, so that such a mount stands for itself. None is made in
// the folder to mount on, which would no longer be empty.
func (s *service) makePlace() (place, error) {
	root, err := cachedir.Root(s.flags.CacheDir, os.Getenv)
	if err != nil {
		return place{}, err
	}
	if cachedir.Inside(s.dir, root) {
		return place{}, fmt.Errorf("%w %s: %w; name another with --cache-dir", cachedir.ErrUnusable, root, errCovered)
	}
	state := filepath.Join(xdg.State(os.Getenv, "/var/lib"), s.source.Folder())
	if s.flags.CacheDir != "" {
		state = filepath.Join(root, s.source.Folder(), cachedir.StateName)
	}
	if cachedir.Inside(s.dir, state) {
		return place{}, fmt.Errorf("cannot save searches in %s: %w; name another folder with --cache-dir", state, errCovered)
	}
	cache, err := cachedir.Make(root, s.source)
	if err != nil {
		return place{}, err
	}
	err = makeOwned(durable.Files{}, state)
	if err == nil && filepath.Dir(state) == cache { // where no link is followed, be it ours
		_, err = durable.Files{Base: cache}.ReadDir(state)
	}
	if err != nil {
		return place{}, fmt.Errorf("cannot save searches: %w", err)
	}
	return place{cache: cache, state: state}, nil
}

// makeOwned makes a folder for this user alone. One that another user can change is
// refused. A power cut leaves it there, with what is durable in it.
func makeOwned(files durable.Files, dir string) error {
	if err := owned.Folder(dir); err != nil { // before anything is made on the way there
		return err
	}
	if err := files.MakeDir(dir); err != nil {
		return err
	}
	_ = files.SyncDir(filepath.Dir(dir)) // also where a process made it that died before this
	return owned.Folder(dir)
}

// makeHolder is makeOwned for a folder that folders of this user's lie in, each of which
// is checked by itself. A power cut may lose it.
func makeHolder(dir string) error {
	if err := owned.Holder(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return owned.Holder(dir)
}
