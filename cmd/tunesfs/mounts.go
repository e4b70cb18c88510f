package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// fsType is the type of our mounts, as in the table of mounts.
const fsType = "tunesfs"

// A mounted is one of the system's tunesfs mounts.
type mounted struct {
	id     string // the kernel's, unlike that of any other mount; Linux only
	dir    string // where
	source string // which catalogue, in canonical form
	uid    int    // who mounted it
}

// myMounts returns the mounts of the user who asks.
func myMounts() ([]mounted, error) {
	all, err := allMounts()
	if err != nil {
		return nil, err
	}
	var mine []mounted
	for _, m := range all {
		if m.uid == os.Geteuid() {
			mine = append(mine, m)
		}
	}
	return mine, nil
}

// mountOf returns the mount that path lies in. Where path says so by itself,
// the mount is asked for nothing: it may not answer, and the size of a track may
// take a while.
func mountOf(path string) (mounted, error) {
	all, err := allMounts()
	if err != nil {
		return mounted{}, err
	}
	if filepath.IsAbs(path) {
		if m, ok := holding(all, filepath.Clean(path)); ok {
			return m, nil
		}
	}
	return ask(path, answerPatience, func() (mounted, error) { return findMount(all, path) })
}

// findMount is mountOf for a path that is not absolute or goes through links.
func findMount(all []mounted, path string) (mounted, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return mounted{}, err
	}
	if m, ok := holding(all, abs); ok {
		return m, nil
	}
	if parent, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		if m, ok := holding(all, filepath.Join(parent, filepath.Base(abs))); ok {
			return m, nil
		}
	}
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return mounted{}, err
	}
	if m, ok := holding(all, real); ok {
		return m, nil
	}
	return mounted{}, fmt.Errorf("%s is not in a tunesfs mount", path)
}

// holding returns the innermost of mounts that holds path, which is absolute.
func holding(mounts []mounted, path string) (best mounted, ok bool) {
	for _, m := range mounts {
		inside := path == m.dir || strings.HasPrefix(path, strings.TrimSuffix(m.dir, "/")+"/")
		if inside && (!ok || len(m.dir) >= len(best.dir)) {
			best, ok = m, true
		}
	}
	return best, ok
}
