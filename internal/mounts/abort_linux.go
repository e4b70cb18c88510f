package mounts

import (
	"os"
	"path/filepath"
	"strings"
)

// connections is where the kernel shows the connections to FUSE file systems, by the
// minor number of the device. Who mounted one may abort it there.
const connections = "/sys/fs/fuse/connections"

// abort ends all waits at dir, one of the mounts of a table, as MNT_FORCE does for root.
// It does nothing where the system does not show its connections.
func abort(connections, dir string, table []Mount) {
	for _, m := range table {
		_, minor, ok := strings.Cut(m.Device, ":")
		if !ok || m.Dir != dir {
			continue
		}
		file, err := os.OpenFile(filepath.Join(connections, minor, "abort"), os.O_WRONLY, 0)
		if err != nil {
			continue
		}
		_, _ = file.WriteString("1") // which only ever succeeds
		_ = file.Close()
	}
}
