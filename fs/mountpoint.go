package fs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// checkMountPoint returns why dir, an absolute path, cannot be mounted on.
func checkMountPoint(dir string) error {
	// The table of mounts comes first: a dead mount cannot even be looked at.
	if isMounted(dir) {
		return fmt.Errorf("%s: %w", dir, ErrAlreadyMounted)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s: %w", dir, ErrNotDirectory)
	}
	if err := checkEmpty(dir); err != nil {
		return err
	}
	if os.Geteuid() != 0 && !mayMountOn(dir, info) {
		return fmt.Errorf("%s: %w", dir, ErrNotYours)
	}
	if err := deviceError(checkDevice()); err != nil {
		return err
	}
	if os.Geteuid() != 0 && !hasHelper() {
		return ErrNoHelper
	}
	return nil
}

// mayMountOn reports whether an ordinary user may mount on a folder. As for
// fusermount3, they must be able to write to it, and own it if it is sticky as
// /tmp is.
func mayMountOn(dir string, info os.FileInfo) bool {
	if unix.Access(dir, unix.W_OK) != nil {
		return false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return !ok || info.Mode()&os.ModeSticky == 0 || int(st.Uid) == os.Geteuid()
}

// deviceError tells a device that is forbidden from one that is not there.
func deviceError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("%w: %w", ErrDeviceDenied, err)
	}
	return fmt.Errorf("%w: %w", ErrNoDevice, err)
}

// unanswered begins go-fuse's errors of a mount that was there, but whose kernel did not
// say the first word.
const unanswered = "init: "

// mountError returns why a mount failed: by nobody's fault where it was there and is not
// there still.
func mountError(err error, still bool) error {
	if !still && strings.HasPrefix(err.Error(), unanswered) {
		return fmt.Errorf("%w: %w", ErrUnmounted, err)
	}
	return err
}

func checkEmpty(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	switch _, err := d.Readdirnames(1); {
	case err == nil:
		return fmt.Errorf("%s: %w", dir, ErrNotEmpty)
	case errors.Is(err, io.EOF):
		return nil
	default:
		return err
	}
}
