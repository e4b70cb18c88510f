package watch

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/internal/xattrs"
)

// errNoTrack is a path that is not a track.
var errNoTrack = errors.New("not a track")

// readTrack returns what the mount at dir says of the track at path. It never
// asks for the track's size, which fails where the server does: just there one
// wants to know why.
func readTrack(dir, path string) (download, error) {
	id, err := mounted.ReadXattr(path, xattrs.ID)
	switch {
	case errors.Is(err, unix.ENOENT):
		return download{}, fmt.Errorf("%s: %w", path, err)
	case err != nil:
		return download{}, errNoTrack
	}
	d := download{dir, client.Download{
		ID: id, Path: below(dir, path),
		Size: readCount(path, xattrs.Size, client.Unknown), Held: readCount(path, xattrs.Downloaded, 0),
	}}
	if d.State, err = mounted.ReadXattr(path, xattrs.State); err != nil {
		return download{}, mounted.ExplainDead(dir, err)
	}
	if d.Progress, err = mounted.ReadXattr(path, xattrs.Progress); err != nil {
		return download{}, mounted.ExplainDead(dir, err)
	}
	d.Error, _ = mounted.ReadXattr(path, xattrs.Error)     // most have none
	d.Waiting, _ = mounted.ReadXattr(path, xattrs.Waiting) // likewise
	return d, nil
}

// readCount returns an attribute that is a number of bytes, or what it is
// where there is none.
func readCount(path, name string, none int64) int64 {
	text, err := mounted.ReadXattr(path, name)
	if err != nil {
		return none
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return none
	}
	return n
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
