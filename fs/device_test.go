package fs

import "testing"

// A program started by the process behind a mount does not hold the mount open.
func TestMountIsNotInherited(t *testing.T) {
	w := mounted(t, 1000)
	w.expect(`for f in /proc/$$/fd/*; do readlink "$f"; done | grep -c /dev/fuse; true`, "0")
}
