package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/fs"
	"github.com/tunesfs/tunesfs/internal/mounts"
	"github.com/tunesfs/tunesfs/internal/xattrs"
)

// settleTimeout is how long a mount has to carry out a verb, which may be to write
// much to a slow disk.
const settleTimeout = 30 * time.Second

// newControls returns one command for each verb.
func newControls() []*cobra.Command {
	return []*cobra.Command{
		newControl("start", "download whole files in the background"),
		newControl("pause", "stop downloads and keep what they have"),
		newControl("resume", "go on with paused or failed downloads"),
		newControl("cancel", "stop downloads and drop what they have"),
		newControl("evict", "drop the cached bytes of files that nobody has open"),
	}
}

func newControl(verb, short string) *cobra.Command {
	return &cobra.Command{
		Use:   verb + " PATH...",
		Short: short,
		Long: short + `.

A PATH is a track, or a folder and so all that it holds, in sub-folders as far
as anybody has looked at them. A sidecar stands for its track. The same as
  setfattr -n ` + xattrs.Control + " -v " + verb + " PATH",
		Args: words(1, -1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			var failed error
			silent := silences{}
			for _, path := range tracksOf(paths, silent) {
				if err := silent.ask(path, func() error { return runControl(path, verb) }); err != nil {
					messages.Report(cmd.ErrOrStderr(), fmt.Errorf("cannot %s %s: %w", verb, path, err))
					failed = messages.ErrReported
				}
			}
			return failed
		},
	}
}

// tracksOf returns paths with the track in place of each of its sidecars, and each path
// once: a pattern such as *Joy* matches them all. A folder may have the name of a sidecar,
// and stays in its place; in a mount that does not respond none is looked for.
func tracksOf(paths []string, silent silences) (tracks []string) {
	known := map[string]bool{}
	for _, path := range paths {
		if known[path] {
			continue
		}
		known[path] = true
		if track, ok := fs.TrackOf(path); ok && !silent.isFolder(path) {
			path = track
		}
		if !slices.Contains(tracks, path) {
			tracks = append(tracks, path)
		}
	}
	return tracks
}

// silences are the errors of mounts that did not respond to a command, by their folders. A
// command asks none of them twice.
type silences map[string]error

// ask calls question about a path, unless the mount that it lies in is silent.
func (s silences) ask(path string, question func() error) error {
	if len(s) > 0 {
		if err := s[whereOf(path)]; err != nil {
			return err
		}
	}
	err := question()
	if errors.Is(err, mounted.ErrNoAnswer) {
		s[whereOf(path)] = err
	}
	return err
}

// whereOf returns the mount that a path lies in as far as the path tells by itself, or else
// the folder of the path. It asks neither.
func whereOf(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return filepath.Dir(path)
	}
	all, err := mounted.All()
	if m, ok := mounts.Holding(all, abs); err == nil && ok {
		return m.Dir
	}
	return filepath.Dir(abs)
}

// isFolder reports whether a path is a folder. One that does not respond counts as none.
func (s silences) isFolder(path string) bool {
	is := false
	_ = s.ask(path, func() (err error) {
		is, err = mounted.Ask(path, mounted.AnswerTimeout, func() (bool, error) {
			info, err := os.Stat(path)
			return err == nil && info.IsDir(), nil
		})
		return err
	})
	return is
}

// runControl writes a verb to path and waits until it is carried out, but only
// within a mount of ours: elsewhere it would leave an attribute on somebody's
// file.
func runControl(path, verb string) error {
	m, err := mounted.Of(path)
	if err != nil {
		return err
	}
	if _, err = mounted.Ask(mounted.Name(m.Dir), settleTimeout, func() (any, error) { return nil, command(path, verb) }); err != nil {
		return err
	}
	_, err = mounted.Ask(path, settleTimeout, func() (any, error) { return nil, awaitSettled(path) })
	if errors.Is(err, mounted.ErrNoAnswer) {
		return errUnderWay
	}
	return err
}

// command tells the mount that path lies in a verb.
func command(path, verb string) error {
	err := unix.Setxattr(path, xattrs.Control, []byte(verb), 0)
	state, _ := mounted.ReadXattr(path, xattrs.State)
	wanted := state == fetch.Downloading.String() || state == fetch.Queued.String()
	if errors.Is(err, unix.EBUSY) && wanted {
		return errDownloading
	}
	return explainControl(err)
}

// awaitSettled waits until what a folder was told is carried out. A track does
// as it is told at once.
func awaitSettled(path string) error {
	if _, err := mounted.ReadXattr(path, xattrs.ID); err == nil {
		return nil
	}
	_, err := mounted.ReadXattr(path, xattrs.Settled)
	return explainControl(err)
}

// errUnderWay is a folder that takes its time, as one does whose search has not
// been answered.
var errUnderWay = errors.New("not all of it is done yet; the mount goes on with it")

// errDownloading refuses to evict what is just arriving.
var errDownloading = errors.New("it is downloading; cancel it first")

// explainControl puts an answer of the mount into words.
func explainControl(err error) error {
	switch {
	case errors.Is(err, unix.EBUSY):
		return errors.New("the file is in use")
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EPERM):
		return errors.New("only the owner of the mount may do that")
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOTSUP):
		return errors.New("it takes no commands; name a track or a folder of tracks")
	case errors.Is(err, unix.ENOTCONN):
		return errors.New("the mount is dead; unmount it")
	}
	return err
}
