// Package mounts owns everything about mounts that only the operating system can
// tell: the table of mounts, the open /dev/fuse behind a mount, the file system
// below a folder, and the system's ways to unmount.
//
// It must never know what is mounted: no catalog, no download, no FUSE protocol
// and no command line. Nothing here reads a path inside a mount, for the process
// behind it may not answer.
//
// Open mounts.go first. mountinfo.go and table_*.go read the table of mounts,
// await_*.go waits for a mount to come or go, changes_*.go tells whether one did, device_linux.go knows the open
// /dev/fuse and what the kernel does with it, fusermount_linux.go and unmount_*.go
// take a mount away, abort_linux.go ends one that hangs.
package mounts

import "strings"

// Type is the type of our mounts. The table of mounts shows it as fuse.tunesfs.
const Type = "tunesfs"

// A Mount is one tunesfs mount of this system.
type Mount struct {
	ID     string // the kernel's, which no other mount has; Linux only
	Dir    string // where, without symbolic links
	Source string // the catalog's address, in canonical form
	UID    int    // the user who mounted it, or -1
	Device string // the number of its device, as "0:52"; Linux only
}

// Holding returns the innermost of list that holds path, an absolute path.
func Holding(list []Mount, path string) (best Mount, ok bool) {
	for _, m := range list {
		inside := path == m.Dir || strings.HasPrefix(path, strings.TrimSuffix(m.Dir, "/")+"/")
		if inside && (!ok || len(m.Dir) >= len(best.Dir)) {
			best, ok = m, true
		}
	}
	return best, ok
}
