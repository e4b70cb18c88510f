package mounts

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
)

// errNoFusermount is a system without libfuse's set-uid program.
var errNoFusermount = errors.New("only root can do it without fusermount3; install the package fuse3")

// FindFusermount returns the path of the program by which ordinary users mount
// and unmount, or "" if the system has none. It looks where go-fuse looks.
func FindFusermount() string {
	for _, name := range []string{"fusermount3", "/bin/fusermount3", "fusermount", "/bin/fusermount"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Fusermount runs the program that FindFusermount finds, and returns the message
// that it printed, in English whatever the user's language.
func Fusermount(args ...string) (said []byte, err error) {
	path := FindFusermount()
	if path == "" {
		return nil, errNoFusermount
	}
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	said, err = cmd.CombinedOutput()
	return bytes.TrimSpace(said), err
}
