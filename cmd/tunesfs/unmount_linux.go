package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"golang.org/x/sys/unix"
)

// unmountNow unmounts dir, or fails with EBUSY if files are open there.
func unmountNow(dir string) error {
	err := unix.Unmount(dir, unix.UMOUNT_NOFOLLOW)
	if errors.Is(err, unix.EPERM) && os.Geteuid() != 0 {
		return fusermount("-u", dir)
	}
	return err
}

// detach takes dir out of the tree at once; the kernel lets go of the mount
// when the last file is closed. All waits there end, also if the process that
// should answer does not.
func detach(dir string) error {
	err := unix.Unmount(dir, unix.UMOUNT_NOFOLLOW|unix.MNT_DETACH|unix.MNT_FORCE)
	if errors.Is(err, unix.EPERM) && os.Geteuid() != 0 {
		return fusermount("-uz", dir)
	}
	return err
}

// fusermount asks the set-uid helper of libfuse to do what only root may.
func fusermount(how, dir string) error {
	helper, err := fusermountPath()
	if err != nil {
		return err
	}
	// Its words are compared: they are the same in every language.
	cmd := exec.Command(helper, how, dir)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	said, err := cmd.CombinedOutput()
	switch {
	case err == nil:
		return nil
	case bytes.Contains(said, []byte("busy")):
		return unix.EBUSY
	}
	return fmt.Errorf("%s: %s", helper, bytes.TrimSpace(said))
}

func fusermountPath() (string, error) {
	for _, name := range []string{"fusermount3", "fusermount", "/bin/fusermount3"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("only root can do it without fusermount3; install the package fuse3")
}
