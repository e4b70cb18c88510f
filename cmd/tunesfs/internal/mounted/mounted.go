// Package mounted finds the user's tunesfs mounts by path, and asks them questions
// without waiting for one that does not answer.
//
// It owns the time that a mount has to answer. It must never unmount, and never
// reads a file of a mount by itself: the caller says what to ask.
//
// Open mounted.go first, then ask.go, which also explains a mount that is dead;
// xattr.go reads an attribute.
package mounted

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/internal/mounts"
)

// All returns every tunesfs mount that this process can see.
func All() ([]mounts.Mount, error) { return mounts.All(source.IsSource) }

// Mine returns the mounts of the user who asks.
func Mine() ([]mounts.Mount, error) {
	all, err := All()
	if err != nil {
		return nil, err
	}
	var mine []mounts.Mount
	for _, m := range all {
		if m.UID == os.Geteuid() {
			mine = append(mine, m)
		}
	}
	return mine, nil
}

// Of returns the mount that path lies in. Where path says so by itself,
// the mount is asked for nothing: it may not answer, and the size of a track may
// take a while.
func Of(path string) (mounts.Mount, error) {
	all, err := All()
	if err != nil {
		return mounts.Mount{}, err
	}
	if filepath.IsAbs(path) {
		if m, ok := mounts.Holding(all, filepath.Clean(path)); ok {
			return m, nil
		}
	}
	return Ask(path, AnswerTimeout, func() (mounts.Mount, error) { return findMount(all, path) })
}

// findMount is mountOf for a path that is not absolute or goes through links.
func findMount(all []mounts.Mount, path string) (mounts.Mount, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return mounts.Mount{}, err
	}
	if m, ok := mounts.Holding(all, abs); ok {
		return m, nil
	}
	if parent, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		if m, ok := mounts.Holding(all, filepath.Join(parent, filepath.Base(abs))); ok {
			return m, nil
		}
	}
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return mounts.Mount{}, err
	}
	if m, ok := mounts.Holding(all, real); ok {
		return m, nil
	}
	return mounts.Mount{}, fmt.Errorf("%s is not in a tunesfs mount", path)
}

// At returns our mount at dir, an absolute path without links.
func At(dir string) (mounts.Mount, bool) {
	all, err := All()
	m, ok := mounts.Holding(all, dir)
	return m, err == nil && ok && m.Dir == dir
}

// Point returns dir without symbolic links, and asks dir itself for
// nothing unless it is one: what is mounted there may be dead.
func Point(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if parent, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		here := filepath.Join(parent, filepath.Base(abs))
		if _, ok := At(here); ok {
			return here, nil
		}
	}
	return filepath.EvalSymlinks(abs)
}
