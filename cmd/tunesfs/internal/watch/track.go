package watch

import (
	"errors"
	"fmt"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
)

// errNoTrack is a path that is not a track.
var errNoTrack = errors.New("not a track")

// readTrack returns the state of the track at path in the mount at dir.
func readTrack(dir, path string) (download, error) {
	f, err := client.ReadFacts(path)
	switch {
	case errors.Is(err, unix.ENOENT):
		return download{}, fmt.Errorf("%s: %w", path, err)
	case err != nil || f.Folder:
		return download{}, errNoTrack // as of a mount that is dead, which its list says
	}
	return download{dir, client.Download{
		ID: f.ID, Path: below(dir, path), State: f.State, Size: f.Size, Held: max(f.Held, 0),
		Progress: f.Progress, Error: f.Error, Waiting: f.Waiting,
	}}, nil
}

// below is askBelow for callers that give up by themselves a mount that hangs.
func (s View) below(dir string) string {
	if s.Path == "" {
		return ""
	}
	if rel := below(dir, s.Path); rel != "." {
		return rel
	}
	return ""
}

// below returns path as seen from the mount at dir.
func below(dir, path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if parent, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		abs = filepath.Join(parent, filepath.Base(abs))
	}
	rel, err := filepath.Rel(dir, abs)
	if err != nil {
		return path
	}
	return rel
}
