//go:build darwin || freebsd

package mounts

import "golang.org/x/sys/unix"

// Unmount unmounts dir, or fails with EBUSY if files are open there.
func Unmount(dir string) error { return unix.Unmount(dir, 0) }

// Detach unmounts dir although files are open there.
func Detach(dir string) error { return unix.Unmount(dir, unix.MNT_FORCE) }

// DetachOnly unmounts dir although files are open there.
func DetachOnly(dir string) error { return Detach(dir) }
