package cachedir

import (
	"os"
	"path/filepath"
)

// Inside reports whether path is dir or lies in it, through symbolic links, too. What
// of path is not there yet counts as if it were. It makes nothing.
func Inside(dir, path string) bool {
	its, err := os.Stat(dir)
	if err != nil {
		return false
	}
	at, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	for at = resolved(at); ; at = filepath.Dir(at) {
		if info, err := os.Stat(at); err == nil && os.SameFile(info, its) {
			return true
		}
		if at == filepath.Dir(at) {
			return false
		}
	}
}

// resolved returns an absolute path without the symbolic links in the part of it that
// is there.
func resolved(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil || path == filepath.Dir(path) {
		return real
	}
	return filepath.Join(resolved(filepath.Dir(path)), filepath.Base(path))
}
