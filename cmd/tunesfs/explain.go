package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/cachedir"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs"
)

// explainMount says what to do about a folder that cannot be mounted on.
func explainMount(err error, dir string) error {
	advice := ""
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotDirectory):
		advice = "name a folder"
	case errors.Is(err, fs.ErrNotEmpty):
		advice = "name an empty one"
	case errors.Is(err, fs.ErrAlreadyMounted):
		advice = "run 'tunesfs unmount " + messages.Quote(dir) + "' first"
	case errors.Is(err, fs.ErrNoDevice):
		advice = "load the kernel's module with 'modprobe fuse'; in a container allow the device /dev/fuse and the capability SYS_ADMIN"
	case errors.Is(err, fs.ErrDeviceDenied):
		advice = "let this user read and write it, as with 'chmod 666 /dev/fuse'; in a container allow the device"
	case errors.Is(err, fs.ErrNotYours):
		advice = "name one below your home folder, or mount as root"
	case errors.Is(err, errAllowOther):
		advice = "let root write the line user_allow_other into " + fuseConf + ", or leave the flag out"
	case errors.Is(err, os.ErrNotExist):
		advice = "make it with mkdir"
	case errors.Is(err, fs.ErrNoHelper):
		advice = "install the package fuse3, or mount as root"
	}
	if advice == "" {
		return fmt.Errorf("cannot mount: %w", err)
	}
	return fmt.Errorf("cannot mount: %w; %s", err, advice)
}

// explainStore says what to do about a store that does not open.
func explainStore(err error, s source.Source, dir string) error {
	if errors.Is(err, fetch.ErrLocked) {
		return fmt.Errorf("%s is mounted already with the cache folder %s: %w; unmount that, or name another with --cache-dir", s, dir, err)
	}
	return fmt.Errorf("%w: %w; name another with --cache-dir", cachedir.ErrUnusable, err)
}
