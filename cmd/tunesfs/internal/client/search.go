package client

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/internal/xattrs"
)

// changeTimeout is how long a mount has to make or remove a search or to take a command:
// it writes them to its disk.
const changeTimeout = 10 * time.Second

// Search makes a search and returns its folder. made is false if that was there before.
func (m *Mount) Search(ctx context.Context, query string) (folder string, made bool, err error) {
	name, err := catalog.QueryName(strings.TrimSpace(query))
	if err != nil {
		return "", false, fmt.Errorf("%w: it needs words, and at most %d bytes that begin with no dot", ErrBadQuery, catalog.MaxName)
	}
	err = m.change(ctx, m.changes, func() error { return unix.Mkdir(filepath.Join(m.dir, name), 0o755) })
	switch {
	case err == nil:
		return name, true, nil
	case errors.Is(err, unix.EEXIST):
		return name, false, nil
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENAMETOOLONG):
		return "", false, ErrBadQuery
	}
	return "", false, explain(err)
}

// Unsearch removes a search, or hides a folder of the catalog's own.
func (m *Mount) Unsearch(ctx context.Context, folder string) error {
	full, err := m.path(folder)
	if err != nil {
		return err
	}
	return explain(m.change(ctx, m.changes, func() error { return unix.Rmdir(full) }))
}

// Searches returns the folders in the root: the searches, then the catalog's own.
func (m *Mount) Searches(ctx context.Context) (folders []Entry, err error) {
	err = m.List(ctx, "", func(batch []Entry) {
		for _, e := range batch {
			if e.Folder {
				folders = append(folders, e)
			}
		}
	})
	return folders, err
}

// Control gives a track or a folder a command: start, pause, resume, cancel, evict, and
// refresh of a folder. It returns at once; commands are carried out in the order of the
// calls. wait returns when this one is, with a *ControlError if it was not. wait need
// not be called.
func (m *Mount) Control(path, verb string) (wait func() error) {
	return m.commands.add(path, verb).wait
}

// command writes a verb.
func (m *Mount) command(ctx context.Context, path, verb string) error {
	full, err := m.path(path)
	if err != nil {
		return err
	}
	return explainControl(m.change(ctx, m.writes, func() error {
		return unix.Setxattr(full, xattrs.Control, []byte(verb), 0)
	}))
}

// change calls do, unless the mount is gone: do would change the folder below it.
func (m *Mount) change(ctx context.Context, c *calls, do func() error) error {
	_, err := call(ctx, c, changeTimeout, func() (struct{}, error) {
		err := m.check()
		if err == nil {
			err = do()
		}
		for errors.Is(err, unix.EINTR) {
			err = do()
		}
		return struct{}{}, err
	})
	return err
}
