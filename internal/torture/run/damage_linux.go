package run

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// damage carries out what another program does to the cache in use.
func (r *runner) damage(s plan.Step) error {
	dir := r.mounts[s.Mount].opt.Cache
	var err error
	r.cache.lost = true
	r.cache.troubles.Add(1)
	switch s.Do {
	case plan.Empty:
		err = emptyCache(dir, s.How)
	case plan.Swap:
		err = r.swapCache(dir, s)
	case plan.Unlock:
		err = removeAll(filepath.Join(dir, "*", "lock"))
	}
	if r.cache.disk != nil || errors.Is(err, unix.ENOTEMPTY) || errors.Is(err, unix.EEXIST) || errors.Is(err, unix.ENOENT) {
		return nil // the disk fails, or the mount made a file in between
	}
	return err
}

// emptied are the files that go, by how the cache is emptied.
var emptied = map[string]string{"all": "*/*", "data": "*/??/*.data", "records": "*/??/*.json", "folder": "*"}

// emptyCache removes files of the cache.
func emptyCache(dir, how string) error {
	if emptied[how] == "" {
		return fmt.Errorf("empty %s: unknown", how)
	}
	return removeAll(filepath.Join(dir, emptied[how]))
}

// removeTries is how often a folder may be filled again while it is removed.
const removeTries = 20

// removeAll removes all files and folders of a pattern.
func removeAll(pattern string) error {
	found, err := filepath.Glob(pattern)
	for _, f := range found {
		failed := os.RemoveAll(f)
		for range removeTries {
			if failed == nil {
				break
			}
			failed = os.RemoveAll(f)
		}
		err = errors.Join(err, failed)
	}
	return err
}

// swapCache renames the folder away, and has another in its place.
func (r *runner) swapCache(dir string, s plan.Step) error {
	aside := r.nextAside(dir)
	if err := os.Rename(dir, aside); err != nil {
		return err
	}
	switch s.How {
	case "empty":
		return r.makeDir(dir)
	case "older":
		return r.putInPlace(dir+olderName, dir)
	case "back":
		time.Sleep(s.Signal)
		return r.putInPlace(aside, dir)
	}
	return fmt.Errorf("swap %s: unknown", s.How)
}

// nextAside returns where to rename a cache.
func (r *runner) nextAside(dir string) string {
	r.cache.aside++
	return dir + "." + strconv.Itoa(r.cache.aside)
}

// putInPlace renames a folder to a cache's name, and one that the mount made there
// away. A copy that was put there before leaves none.
func (r *runner) putInPlace(from, dir string) error {
	err := os.Rename(from, dir)
	for range removeTries {
		if err == nil || errors.Is(err, unix.ENOENT) {
			break
		}
		err = errors.Join(os.Rename(dir, r.nextAside(dir)), os.Rename(from, dir))
	}
	return err
}
