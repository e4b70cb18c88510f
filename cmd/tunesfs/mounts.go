package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/tunesfs/tunesfs/internal/mounts"
)

// allMounts returns every tunesfs mount that this process can see.
func allMounts() ([]mounts.Mount, error) { return mounts.All(isSource) }

// myMounts returns the mounts of the user who asks.
func myMounts() ([]mounts.Mount, error) {
	all, err := allMounts()
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

// mountOf returns the mount that path lies in. Where path says so by itself,
// the mount is asked for nothing: it may not answer, and the size of a track may
// take a while.
func mountOf(path string) (mounts.Mount, error) {
	all, err := allMounts()
	if err != nil {
		return mounts.Mount{}, err
	}
	if filepath.IsAbs(path) {
		if m, ok := mounts.Holding(all, filepath.Clean(path)); ok {
			return m, nil
		}
	}
	return ask(path, answerTimeout, func() (mounts.Mount, error) { return findMount(all, path) })
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

// mountedAt returns our mount at dir, an absolute path without links.
func mountedAt(dir string) (mounts.Mount, bool) {
	all, err := allMounts()
	m, ok := mounts.Holding(all, dir)
	return m, err == nil && ok && m.Dir == dir
}

// mountPoint returns dir without symbolic links, and asks dir itself for
// nothing unless it is one: what is mounted there may be dead.
func mountPoint(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if parent, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		here := filepath.Join(parent, filepath.Base(abs))
		if _, ok := mountedAt(here); ok {
			return here, nil
		}
	}
	return filepath.EvalSymlinks(abs)
}
