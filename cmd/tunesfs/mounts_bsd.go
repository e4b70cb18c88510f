//go:build darwin || freebsd

package main

import (
	"strings"

	"golang.org/x/sys/unix"
)

// allMounts returns every tunesfs mount, known by its source: the names of
// FUSE types differ from one implementation to the next.
func allMounts() ([]mounted, error) {
	n, err := unix.Getfsstat(nil, unix.MNT_NOWAIT)
	if err != nil {
		return nil, err
	}
	table := make([]unix.Statfs_t, n)
	if n, err = unix.Getfsstat(table, unix.MNT_NOWAIT); err != nil {
		return nil, err
	}
	var ours []mounted
	for _, fs := range table[:n] {
		from := unix.ByteSliceToString(fs.Mntfromname[:])
		scheme, _, _ := strings.Cut(from, ":")
		scheme, _, _ = strings.Cut(scheme, "+")
		_, unknown := findScheme(scheme)
		if strings.Contains(unix.ByteSliceToString(fs.Fstypename[:]), "fuse") && unknown == nil {
			ours = append(ours, mounted{dir: unix.ByteSliceToString(fs.Mntonname[:]), source: from, uid: int(fs.Owner)})
		}
	}
	return ours, nil
}
