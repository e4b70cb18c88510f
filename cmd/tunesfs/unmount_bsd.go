//go:build darwin || freebsd

package main

import "golang.org/x/sys/unix"

// unmountNow unmounts dir, or fails with EBUSY if files are open there.
func unmountNow(dir string) error { return unix.Unmount(dir, 0) }

// detach unmounts dir although files are open there.
func detach(dir string) error { return unix.Unmount(dir, unix.MNT_FORCE) }
