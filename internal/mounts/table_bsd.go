//go:build darwin || freebsd

package mounts

import (
	"strings"

	"golang.org/x/sys/unix"
)

// All returns every FUSE mount whose source isOurs accepts: the names of FUSE
// types differ from one implementation to the next.
func All(isOurs func(source string) bool) ([]Mount, error) {
	n, err := unix.Getfsstat(nil, unix.MNT_NOWAIT)
	if err != nil {
		return nil, err
	}
	table := make([]unix.Statfs_t, n)
	if n, err = unix.Getfsstat(table, unix.MNT_NOWAIT); err != nil {
		return nil, err
	}
	var ours []Mount
	for _, fs := range table[:n] {
		from := unix.ByteSliceToString(fs.Mntfromname[:])
		if strings.Contains(unix.ByteSliceToString(fs.Fstypename[:]), "fuse") && isOurs(from) {
			ours = append(ours, Mount{Dir: unix.ByteSliceToString(fs.Mntonname[:]), Source: from, UID: int(fs.Owner)})
		}
	}
	return ours, nil
}
