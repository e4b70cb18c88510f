package mounts

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Unmount unmounts dir, or fails with EBUSY if files are open there.
func Unmount(dir string) error {
	err := unix.Unmount(dir, unix.UMOUNT_NOFOLLOW)
	if errors.Is(err, unix.EPERM) && os.Geteuid() != 0 {
		return unmountAsUser("-u", dir)
	}
	return err
}

// Detach takes dir out of the tree at once; the kernel lets go of the mount
// when the last file is closed. All waits there end, also if the process that
// should answer does not.
func Detach(dir string) error {
	err := unix.Unmount(dir, unix.UMOUNT_NOFOLLOW|unix.MNT_DETACH|unix.MNT_FORCE)
	if errors.Is(err, unix.EPERM) && os.Geteuid() != 0 {
		table, _ := All(nil) // without it nothing is aborted
		abort(connections, dir, table)
		return unmountAsUser("-uz", dir)
	}
	return err
}

// DetachOnly takes dir out of the tree at once. All waits there go on until the process
// that serves the mount ends them, or until it ends.
func DetachOnly(dir string) error {
	err := unix.Unmount(dir, unix.UMOUNT_NOFOLLOW|unix.MNT_DETACH)
	if errors.Is(err, unix.EPERM) && os.Geteuid() != 0 {
		return unmountAsUser("-uz", dir)
	}
	return err
}

// unmountAsUser asks fusermount3 to do what only root may.
func unmountAsUser(how, dir string) error {
	said, err := Fusermount(how, dir)
	switch {
	case err == nil, errors.Is(err, errNoFusermount):
		return err
	case bytes.Contains(said, []byte("busy")):
		return unix.EBUSY
	}
	return fmt.Errorf("%s: %s", FindFusermount(), said)
}
